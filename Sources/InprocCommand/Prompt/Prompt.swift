import Foundation
import Inproc
import InprocDiagram
import InprocScript
import InprocText
import LineEditor

/// The interactive prompt: one session on the calling thread, threads of its own beside it.
struct Prompt {
  private let editor: LineEditor
  private let session: Session
  private let output: PromptOutput
  private let main: JobThread
  private let context: PromptContext
  private let entered = LastEntered()
  static let name = "prompt"

  /// Reads and runs what is typed until the user leaves.
  ///
  /// - Parameter path: a file that is run before, as `source` does.
  /// - Returns: the exit status.
  static func run(beginningWith path: String? = nil) -> Int32 {
    do {
      let editor = try LineEditor(
        programName: "inproc")
      let prompt = try Prompt(editor)
      defer { prompt.close() }
      return prompt.loop(beginningWith: path)
    } catch {
      emit(
        "error: \(error); commands can also be given with -c or on standard input",
        to: .standardError)
      return 2
    }
  }

  private init(_ editor: LineEditor) throws {
    self.editor = editor
    let palette = Palette(environment: ProcessInfo.processInfo.environment)
    let output = PromptOutput(editor.output, palette: palette)
    self.output = output
    var options = Session.Options()
    options.endsRunOnFailure = false
    let recording = PromptRecording()
    options.observer = recording.journal
    options.maximumSteps = Int.max
    let scheduler = FreeScheduler()
    let session = Session(
      scheduler: scheduler, output: output, options: options, file: Prompt.name)
    self.session = session
    let explored = ExploredRuns()
    context = PromptContext(
      session: session, output: output, editor: editor,
      recorder: SequenceRecorder(session.registry) { $0.printed }, recording: recording,
      explored: explored)
    main = try session.startMain(scheduler) { output.reportDeadlock($0) }
    editor.prompt = palette("inproc>", .prompt) + " "
    editor.continuationColor = palette.start(of: .note)
    // The list stands behind `#`, as a comment, so that a screen with a list replays.
    editor.listPrefix = "# "
    editor.makeScanner = { TypedText() }
    if !LineEditor.isOnDumbTerminal {
      editor.isShownInParts = { [entered] text in entered.take(text).isShownInParts }
    }
    editor.isKeyOfEmptyLine = { key in explored.row(of: key) != nil }
    editor.completions = { text, cursor in
      Completer(names: session.names, commands: .prompt)
        .completions(of: TypedStatement(text, cursor: cursor, commands: .prompt))
    }
    editor.hint = { text, cursor in
      TypedStatement(text, cursor: cursor, commands: .prompt).description
        .map { palette("# \($0.syntax)", .note) }
    }
  }

  /// Gives the terminal back, and closes a recording.
  private func close() {
    do throws(CommandError) { try context.recording.end(session, output) } catch {
      output.line(.error(error), thread: nil)
    }
    editor.close()
  }

  private func loop(beginningWith path: String?) -> Int32 {
    output.note("inproc: messages between threads. 'help' shows the commands, 'quit' leaves.")
    if let path {
      let command = "source \(FileName.languageWord(path))"
      output.note(command)
      if runEntered(command) == .quit { return 0 }
    }
    while true {
      while let notice = editor.takeHistoryNotice() { output.note(notice.escapingUnprintable) }
      switch editor.readLine() {
      case .line(let text):
        if let entry = historyEntry(text) { editor.addToHistory(entry) }
        let ending = runEntered(text)
        context.recording.reportProblem(output)
        if ending == .quit { return 0 }
      case .key(let key):
        guard let row = context.explored.row(of: key) else { continue }
        output.echo(["explore open \(row)"])
        _ = run(ExploreCommand(opening: row))
      case .interrupted: continue
      case .endOfFile:
        return 0
      case .terminated(let signal):
        return output.hasThreadQuit ? 0 : 128 + signal
      }
    }
  }

  /// The text that enters the history: without a pasted prompt, and nil for a line that is not a
  /// command.
  private func historyEntry(_ text: String) -> String? {
    if text.utf8.contains(10) { return text }
    let line = TranscriptLine(text[...])
    guard line.kind == .text else { return nil }
    return line.prompt == nil ? text : line.text
  }

  /// Runs what was entered: a command, a block, several of them, or a transcript.
  private func runEntered(_ text: String) -> PromptEnding {
    if !text.allSatisfy(\.isWhitespace) { context.explored.forgetDigits() }
    switch entered.take(text) {
    case .nothing:
      if text.drop(while: \.isWhitespace).first == "#" {
        context.recording.journal.noteComments([text])
      }
      return .done
    case .transcript(let transcript): return run(transcript)
    case .own(let command): return run(command)
    case .script(let script, .echoed(let parts)) where LineEditor.isOnDumbTerminal:
      return run(script, .noted(parts), isOnScreen: false)
    case .script(let script, let showing): return run(script, showing, isOnScreen: true)
    case .broken(let error):
      output.report(error, typed: text, isOnScreen: true)
      return .failed
    }
  }

  /// Runs the commands of a transcript and compares what each gives with what it gave before.
  private func run(_ transcript: Transcript) -> PromptEnding {
    for (index, entry) in transcript.entries.enumerated() {
      if editor.takeInterrupt() {
        output.line(.error(.lineInterrupted), thread: nil)
        reportLeft(transcript.entries.count - index)
        return .interrupted
      }
      if !LineEditor.isOnDumbTerminal {
        output.echo(entry.command.split(separator: "\n").map(String.init))
      }
      var ending = run(entry)
      if ending == .quit { return .quit }
      if ending != .interrupted, !entry.expected.isEmpty, !entry.isInterrupted {
        ending = compare(entry) ? .done : .failed
      }
      if ending == .done { continue }
      reportLeft(transcript.entries.count - index - 1)
      return ending
    }
    return .done
  }

  private func run(_ entry: Transcript.Entry) -> PromptEnding {
    if entry.isInterrupted { return runInterrupted(entry) }
    switch ParsedInput(entry.command) {
    case .nothing, .transcript: return .done
    case .own(let command): return run(command)
    case .script(let script, .echoed(let parts)):
      return run(script, .noted(parts), isOnScreen: false)
    case .script(let script, let showing):
      return run(script, showing, isOnScreen: !LineEditor.isOnDumbTerminal)
    case .broken(let error):
      output.report(
        error, typed: entry.command, isOnScreen: !LineEditor.isOnDumbTerminal)
      return .failed
    }
  }

  /// A command that Ctrl-C had ended is not run; the commands before it on its line are.
  private func runInterrupted(_ entry: Transcript.Entry) -> PromptEnding {
    output.note("a command that Ctrl-C had ended is not run again")
    guard let script = try? Parser.parse(Array(entry.screen.utf8), commands: .prompt),
      !script.statements.isEmpty
    else {
      return .done
    }
    return run(script, .noted(ParsedInput.parts(of: script)), isOnScreen: false)
  }

  private func reportLeft(_ count: Int, _ whence: String = "of what was pasted") {
    if count > 0 { output.note("\(count) more \(whence) did not run") }
  }

  private func compare(_ entry: Transcript.Entry) -> Bool {
    let text = entry.expected.joined(separator: "\n")
    do {
      let expected = try Parser.parse(Array(text.utf8), mode: .prompt).leadingExpectations
      return output.compareAll(expected, of: entry.command, in: session)
    } catch {
      output.report(error, typed: text, isOnScreen: false)
      return false
    }
  }

  private func run(_ script: Script, _ showing: ParsedInput.Showing, isOnScreen: Bool)
    -> PromptEnding
  {
    guard output.compare(script.leadingExpectations, in: session) else { return .failed }
    if script.statements.isEmpty {
      context.recording.journal.noteComments(script.lines)
      return .done
    }
    output.begin(
      RunningText(
        script: script, showing: showing, isOnScreen: isOnScreen, printed: output.printedCount))
    let (session, main, output) = (session, main, output)
    // The text is set before it can be interrupted, so that an early Ctrl-C is not lost.
    session.expectLine()
    let ending = editor.run(onInterrupt: { output.interrupt(session) }) {
      session.runLine(script, file: Prompt.name, on: main)
    }
    output.trace.show()
    let text = output.end()
    switch ending {
    case .finished: return .done
    case .quit: return .quit
    case .failed(let failure):
      output.report(failure)
      var isInterrupted = false
      if case .error(let error) = failure.kind {
        isInterrupted = error.code == .interrupted
        if let text, !isInterrupted { output.reportPlace(of: failure, error, in: text) }
      } else {
        output.reportFile(of: failure)
      }
      let isLine = script.lines.count == 1
      reportLeft(text?.left ?? 0, isLine ? "on this line" : "of what was pasted")
      return isInterrupted ? .interrupted : .failed
    }
  }

  /// Runs a command that only the prompt has.
  private func run(_ command: any PromptCommand) -> PromptEnding {
    output.begin()
    do throws(CommandError) {
      return try command.perform(in: context)
    } catch {
      output.line(.error(error), thread: nil)
      return .failed
    }
  }
}

/// The text that was entered last, parsed once, although it is needed when it is taken off the
/// screen and again when it runs.
private final class LastEntered {
  private var text: String?
  private var entered = ParsedInput.nothing

  func take(_ text: String) -> ParsedInput {
    if self.text == text {
      self.text = nil
      return entered
    }
    self.text = text
    entered = ParsedInput(text)
    return entered
  }
}
