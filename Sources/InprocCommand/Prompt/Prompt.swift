import Foundation
import Inproc
import InprocDiagram
import InprocScript
import LineEditor

/// The interactive prompt: one session on the calling thread, threads of its own beside it.
struct Prompt {
  private let editor: LineEditor
  private let session: Session
  private let output: PromptOutput
  private let main: ServingThread
  private let tools: Tools
  private static let name = "prompt"

  /// Reads and runs what is typed until the user leaves.
  ///
  /// - Parameter path: a file that is run before, as `source` does.
  /// - Returns: the exit status.
  static func run(beginningWith path: String? = nil) -> Int32 {
    do {
      let editor = try LineEditor(
        programName: "inproc",
        historyFile: LineEditor.standardHistoryFile(programName: "inproc"))
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
    let state = Tools.State()
    options.journal = state.journal
    options.maximumSteps = Int.max
    let scheduler = FreeScheduler()
    let session = Session(
      scheduler: scheduler, output: output, options: options, file: Prompt.name)
    self.session = session
    tools = Tools(
      state: state, session: session, output: output, editor: editor,
      recorder: SequenceRecorder(session.registry) { $0.printed })
    main = try session.startMain(scheduler) { output.tellDeadlock($0) }
    editor.prompt = palette("inproc>", .prompt) + " "
    editor.continuationColor = palette.start(of: .note)
    editor.makeScanner = { TypedText() }
    editor.completions = { text, cursor in
      let typed = TypedStatement(text, cursor: cursor)
      let found = Completer(names: session.names).completions(of: typed)
      if found.isEmpty, let syntax = typed.description?.syntax { output.note(syntax) }
      return found
    }
  }

  /// Gives the terminal back, and closes a recording.
  private func close() {
    if let error = tools.finishRecording() { output.line(.error(error), thread: nil) }
    editor.close()
  }

  private func loop(beginningWith path: String?) -> Int32 {
    output.note("inproc: messages between threads. 'help' shows the commands, 'quit' leaves.")
    if let path {
      let command = "source \(Frame(path).printed)"
      output.note(command)
      if runEntered(command) == .quit { return 0 }
    }
    while true {
      switch editor.readLine() {
      case .line(let text):
        if let entry = historyEntry(text) { editor.addToHistory(entry) }
        if runEntered(text) == .quit {
          return 0
        }
      case .interrupted: continue
      case .endOfFile:
        return 0
      case .terminated(let signal):
        return output.hasThreadQuit ? 0 : 128 + signal
      }
    }
  }

  /// What to come back to: without a prompt that was pasted, and no line that is no command.
  private func historyEntry(_ text: String) -> String? {
    if text.utf8.contains(10) { return text }
    let line = Transcript.Line(text[...])
    guard line.kind == .text else { return nil }
    return line.prompt == nil ? text : line.text
  }

  private enum Ending { case done, failed, interrupted, quit }

  /// Runs what was entered: a command, a block, several of them, or a transcript.
  private func runEntered(_ text: String) -> Ending {
    guard text.utf8.contains(10) else {
      let line = Transcript.Line(text[...])
      if line.kind == .report || line.kind == .empty { return .done }
      return line.prompt == nil
        ? run(text, isOnScreen: true) : run(line.text, isOnScreen: false)
    }
    if let transcript = Transcript(text) { return run(transcript) }
    return run(text, isOnScreen: true)
  }

  /// Runs the commands of a transcript and compares what each gives with what it gave before.
  private func run(_ transcript: Transcript) -> Ending {
    for (index, entry) in transcript.entries.enumerated() {
      var ending = run(entry.command, isOnScreen: false)
      if ending == .quit { return .quit }
      if ending != .interrupted, !entry.expected.isEmpty {
        ending = compare(entry) ? .done : .failed
      }
      if ending == .done { continue }
      let left = transcript.entries.count - index - 1
      if left > 0 { output.note("\(left) more of what was pasted did not run") }
      return ending
    }
    return .done
  }

  private func compare(_ entry: Transcript.Entry) -> Bool {
    let text = entry.expected.joined(separator: "\n")
    do {
      let expected = try Parser.parse(Array(text.utf8), mode: .prompt).leadingExpectations
      return output.compareAll(expected, of: entry.command, in: session)
    } catch {
      output.tell(error, typed: text, isOnScreen: false)
      return false
    }
  }

  private func run(_ text: String, isOnScreen: Bool) -> Ending {
    if let own = OwnCommand(text) { return run(own) }
    let script: Script
    do {
      script = try Parser.parse(Array(text.utf8), mode: .prompt)
    } catch {
      output.tell(error, typed: text, isOnScreen: isOnScreen)
      return .failed
    }
    guard output.compare(script.leadingExpectations, in: session) else { return .failed }
    if script.statements.isEmpty { return .done }
    output.begin()
    return run(script)
  }

  private func run(_ script: Script) -> Ending {
    let (session, main) = (session, main)
    let ending = editor.run(onInterrupt: { session.interruptLine() }) {
      session.runLine(script, file: Prompt.name, on: main)
    }
    output.trace.show()
    switch ending {
    case .finished: return .done
    case .quit: return .quit
    case .failed(let failure):
      output.tell(failure)
      if case .error(let error) = failure.kind, error.code == .interrupted { return .interrupted }
      return .failed
    }
  }

  /// Runs what only the prompt knows.
  private func run(_ command: OwnCommand) -> Ending {
    output.begin()
    switch command {
    case .help(let topic):
      guard let text = OwnCommand.help(topic) else {
        output.line(.error(OwnCommand.noTopic(topic ?? "")), thread: nil)
        return .failed
      }
      output.text(text)
    case .history(let last):
      let listing = OwnCommand.listing(editor.historyEntries, last: last)
      if !listing.isEmpty { output.text(listing) }
    case .explore(let explore):
      switch explore.run(output, editor) {
      case .passed: return .done
      case .failed: return .failed
      case .interrupted: return .interrupted
      }
    case .tool(let tool):
      if let error = tools.run(tool) {
        output.line(.error(error), thread: nil)
        return .failed
      }
    }
    return .done
  }
}
