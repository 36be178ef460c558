import Inproc
import InprocExploration
import InprocScript
import LineEditor

/// `explore { … }` and `explore FILE`: runs a block or a file under every interleaving, in registries
/// of their own, and `explore open N` goes through a run that was found. The session is not touched.
enum ExploreCommand: Equatable {
  /// The whole text, all but the block's inside made blank, so that places in it stay what they are.
  case block(String, typed: String)
  case file(String)
  /// The number of a row of the last table.
  case open(Int)
  case malformed

  static let word = "explore"
  private static let openWord = "open"

  /// A text that begins with the word, or nil.
  init?(_ text: String) {
    let start = text.prefix { Self.isBlank($0) }.endIndex
    guard text[start...].hasPrefix(Self.word) else { return nil }
    let rest = text[text.index(start, offsetBy: Self.word.count)...]
    guard let next = rest.first else {
      self = .malformed
      return
    }
    guard Self.isBlank(next) || next == "{" else { return nil }
    let operand = rest.drop(while: Self.isBlank)
    guard let first = operand.first, let last = operand.last(where: { !Self.isBlank($0) }) else {
      self = .malformed
      return
    }
    if first == "{" {
      guard last == "}", let close = text.lastIndex(of: "}") else {
        self = .malformed
        return
      }
      var inside = text[..<operand.startIndex].map { $0 == "\n" ? "\n" : " " }.joined()
      inside += " " + text[text.index(after: operand.startIndex)..<close]
      self = .block(inside, typed: text)
    } else if operand.prefix(while: { !Self.isBlank($0) }) == Self.openWord {
      let number = Int(
        operand.dropFirst(Self.openWord.count).split(whereSeparator: Self.isBlank)
          .joined(separator: " "))
      self = number.map { .open($0) } ?? .malformed
    } else {
      self = ToolCommand.path(String(operand)).map { .file($0) } ?? .malformed
    }
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\n"
  }
}

extension ExploreCommand {
  enum Ending { case passed, failed, interrupted }

  /// Explores, or opens a run, and tells what there is to tell.
  ///
  /// - Parameters:
  ///   - explored: takes what is found.
  ///   - names: those of the session, which an exploration does not see.
  ///   - output: where it is told.
  ///   - editor: the terminal.
  /// - Returns: how it came out.
  func run(
    _ explored: ExploredRuns, _ names: SessionNames, _ output: PromptOutput, _ editor: LineEditor
  ) -> Ending {
    let script: Script
    let name: String
    do {
      switch self {
      case .malformed:
        throw CommandError(
          .syntax,
          "write 'explore { … }', 'explore FILE' or 'explore open N', alone on the line")
      case .open(let number):
        try explored.open(number, output, editor)
        return .passed
      case .block(let text, _):
        name = "block"
        script = try Parser.parse(Array(text.utf8))
      case .file(let path):
        name = path
        script = try Parser.parse(try SourceFile.read(path))
      }
    } catch let errors as SyntaxError {
      if case .block(_, let typed) = self {
        output.tell(errors, typed: typed, isOnScreen: true)
      } else if case .file(let path) = self {
        output.notes(errors.rendered(file: FileName.shown(path)), .error)
      }
      return .failed
    } catch {
      let error = error as? CommandError ?? CommandError(.io, "\(error)")
      output.line(.error(error), thread: nil)
      return .failed
    }
    return explore(script, name, explored, names, output, editor)
  }

  private func explore(
    _ script: Script, _ name: String, _ explored: ExploredRuns, _ names: SessionNames,
    _ output: PromptOutput, _ editor: LineEditor
  ) -> Ending {
    let isStopped = Guarded(false)
    var options = ScenarioRunner.Options()
    options.explores = true
    options.showsOutcomes = true
    options.isStopped = { isStopped.withLock { $0 } }
    options.memory = .usual
    let lines = editor.output
    options.progress = { text in
      lines.showStatus(text.map { "# \($0); Ctrl-C ends it" } ?? "")
    }
    let pool = ThreadPool(isPinned: true)
    let runner = ScenarioRunner(options, pool: pool)
    let result = editor.run(onInterrupt: { isStopped.withLock { $0 = true } }) {
      runner.run(script, file: name)
    }
    var ending = Ending.passed
    switch result.verdict {
    case .passed: break
    case .incomplete(let why): output.note("incomplete: \(why)")
    case .failed(var problem):
      ending = .failed
      // What was typed has no file to repeat it from.
      if case .block = self { problem.repetition = nil }
      output.notes(problem.text, .error)
      if let missed = names.missed(by: problem) {
        output.notes(
          "'\(missed)' is of this session, and an exploration starts from an empty one: "
            + "make it in what is explored", .error)
      }
    case .error(let text):
      ending = .failed
      output.notes(text, .error)
    }
    let tableCount = result.outcomes.isEmpty ? 0 : result.outcomes.count + 1
    for text in result.notes.dropLast(tableCount) { output.notes(text) }
    var hasFile = false
    if case .file = self { hasFile = true }
    explored.take(
      ExploredRuns.Runs(
        script: script, name: name, hasFile: hasFile, outcomes: result.outcomes, pool),
      output)
    return isStopped.withLock { $0 } ? .interrupted : ending
  }
}

extension SessionNames {
  /// A name of the session that a command of an exploration could not find there.
  fileprivate func missed(by problem: Problem) -> String? {
    let known: [String]
    switch problem.error?.code {
    case .unknownName: known = handles + threads + variables
    case .notFound: known = endpoints
    default: return nil
    }
    let words = (problem.command ?? "").split {
      !($0.isLetter || $0.isNumber || "_-:/".contains($0))
    }
    return words.dropFirst().map(String.init).first(where: known.contains)
  }
}

extension PromptOutput {
  /// Each line of a text as a note.
  func notes(_ text: String, _ style: Palette.Style = .note) {
    for line in text.split(separator: "\n") { note(String(line), style) }
  }
}
