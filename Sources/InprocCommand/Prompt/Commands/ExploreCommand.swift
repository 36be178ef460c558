import Inproc
import InprocExploration
import InprocScript
import LineEditor

/// Runs a block, or a file, under every interleaving, in registries of their own, and goes through a
/// run that was found: `explore open 1`. The session is not touched.
struct ExploreCommand: PromptCommand {
  static let description = CommandDescription(
    "explore", group: .prompt,
    forms: ["explore { … }", "explore FILE", "explore open N"],
    operands: [
      OperandDescription(.path, "FILE", .optional, words: [openWord]),
      OperandDescription(.integer, "N", .optional),
    ],
    blocks: "{ … }", body: .scenario,
    summary: "run every interleaving",
    details: """
      Runs the block, or a scenario file, under every interleaving of its threads that can differ, \
      in an empty session of its own: yours is not touched. Shows each outcome and in how many \
      schedules it came: what 'observe' added, or else what was received. A failure is shown with \
      the run that leads to it. Ctrl-C ends the search.

      The outcomes are numbered. At the prompt that follows, the digit of one opens the run that led \
      there, a column for each thread, to be stepped forward and back; 'explore open N' does so \
      later. A block may begin with directives such as '@forbidden 1'.
      """,
    results: "",
    example: """
      explore {
        bind inproc://log as log
        spawn a { send log one }
        spawn b { send log two }
        recv log
      }
      """)

  private static let openWord = "open"

  private enum Subject {
    /// The text in the braces, at the same lines and columns as in the typed text.
    case block(String, typed: String)
    case file(Template)
    /// The number of a row of the last table.
    case run(Quantity<Int>)
    case row(Int)
  }
  private let subject: Subject

  init?(_ parsed: ParsedCommand) {
    switch (parsed.scenario, parsed.words.first, parsed.integer) {
    case (let text?, nil, nil): subject = .block(text, typed: parsed.text)
    case (nil, let path?, nil): subject = .file(path)
    case (nil, nil, let number?) where parsed.word == Self.openWord: subject = .run(number)
    default: return nil
    }
  }

  /// Goes through the run of a row of the last table.
  init(opening row: Int) { subject = .row(row) }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    switch subject {
    case .row(let number): try prompt.explored.open(number, prompt.output, prompt.editor)
    case .run(let number):
      let number = try number.integer(prompt.session.variables)
      try prompt.explored.open(number, prompt.output, prompt.editor)
    case .block(let text, let typed):
      do throws(SyntaxError) {
        let script = try Parser.parse(Array(text.utf8), commands: .prompt)
        return explore(script, "block", hasFile: false, prompt)
      } catch {
        prompt.output.report(error, typed: typed, isOnScreen: true)
        return .failed
      }
    case .file(let template):
      let path = try prompt.path(template)
      let bytes = try SourceFile.read(path)
      do throws(SyntaxError) {
        let script = try Parser.parse(bytes, commands: .prompt)
        return explore(script, path, hasFile: true, prompt)
      } catch {
        prompt.output.notes(error.rendered(file: FileName.shown(path)), .error)
        return .failed
      }
    }
    return .done
  }

  private func explore(
    _ script: Script, _ name: String, hasFile: Bool, _ prompt: PromptContext
  ) -> PromptEnding {
    let (output, editor) = (prompt.output, prompt.editor)
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
    var ending = PromptEnding.done
    switch result.verdict {
    case .passed: break
    case .incomplete(let why): output.note("incomplete: \(why)")
    case .failed(var problem):
      ending = .failed
      // A typed block is in no file from which a schedule could be repeated.
      if !hasFile { problem.repetition = nil }
      output.notes(problem.text, .error)
      if let missed = prompt.session.names.missed(by: problem) {
        output.notes(
          "'\(missed)' belongs to this session, and an exploration starts from an empty one: "
            + "make it in what is explored", .error)
      }
    case .error(let text):
      ending = .failed
      output.notes(text, .error)
    }
    let tableCount = result.outcomes.isEmpty ? 0 : result.outcomes.count + 1
    for text in result.notes.dropLast(tableCount) { output.notes(text) }
    prompt.explored.take(
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
  /// Prints each line of a text as a note.
  func notes(_ text: String, _ style: Palette.Style = .note) {
    for line in text.split(separator: "\n") { note(String(line), style) }
  }
}
