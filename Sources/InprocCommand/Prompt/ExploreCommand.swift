import Inproc
import InprocScript
import LineEditor

/// `explore { … }` and `explore FILE`: runs a block or a file under every interleaving, in registries
/// of their own. The session is not touched.
enum ExploreCommand: Equatable {
  /// The whole text, all but the block's inside made blank, so that places in it stay what they are.
  case block(String, typed: String)
  case file(String)
  case malformed

  static let word = "explore"

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
    } else {
      self = ToolCommand.path(String(operand)).map { .file($0) } ?? .malformed
    }
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\n"
  }

  static let help = """
    explore { … }
    explore FILE

      Runs the block, or a scenario file, under every interleaving of its threads that can
      differ, in a registry of its own: the session is not touched. Shows each outcome and in
      how many schedules it came: what 'observe' added, or else what was received. A failure
      is told with the run that leads to it. Ctrl-C ends the search.

    Example:
      explore {
        bind inproc://log as log
        spawn a { send log one }
        spawn b { send log two }
        recv log
      }

    """
}

extension ExploreCommand {
  enum Ending { case passed, failed, interrupted }

  /// Explores, and tells what there is to tell.
  func run(_ output: PromptOutput, _ editor: LineEditor) -> Ending {
    let script: Script
    let name: String
    do {
      switch self {
      case .malformed:
        throw CommandError(
          .syntax, "write 'explore { … }' or 'explore FILE', alone on the line")
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
        note(errors.rendered(file: path), output, .error)
      }
      return .failed
    } catch {
      let error = error as? CommandError ?? CommandError(.io, "\(error)")
      output.line(.error(error), thread: nil)
      return .failed
    }
    return explore(script, name, output, editor)
  }

  private func explore(
    _ script: Script, _ name: String, _ output: PromptOutput, _ editor: LineEditor
  ) -> Ending {
    let isStopped = Guarded(false)
    var options = ScenarioRunner.Options()
    options.explores = true
    options.showsOutcomes = true
    options.isStopped = { isStopped.withLock { $0 } }
    let runner = ScenarioRunner(options, pool: ThreadPool(isPinned: true))
    let result = editor.run(onInterrupt: { isStopped.withLock { $0 = true } }) {
      runner.run(script, file: name)
    }
    var ending = Ending.passed
    switch result.verdict {
    case .passed: break
    case .failed(var problem):
      ending = .failed
      // What was typed has no file to repeat it from.
      if case .block = self { problem.repetition = nil }
      note(problem.text, output, .error)
    case .unreadable(let text):
      ending = .failed
      note(text, output, .error)
    }
    for text in result.notes { note(text, output) }
    return isStopped.withLock { $0 } ? .interrupted : ending
  }

  private func note(_ text: String, _ output: PromptOutput, _ style: Palette.Style = .note) {
    for line in text.split(separator: "\n") { output.note(String(line), style) }
  }
}
