import Inproc
import InprocScript
import LineEditor
import Synchronization

/// The interactive prompt: one session on the calling thread, threads of its own beside it.
struct Prompt {
  private let editor: LineEditor
  private let session: Session
  private let output: PromptOutput
  private let main: ServingThread
  private static let name = "prompt"

  /// Reads and runs what is typed until the user leaves. Returns the exit status.
  static func run() -> Int32 {
    do {
      let editor = try LineEditor(
        programName: "inproc",
        historyFile: LineEditor.standardHistoryFile(programName: "inproc"))
      return try Prompt(editor).loop()
    } catch {
      emit("error: \(error); commands can also be given with -c or on standard input",
        to: .standardError)
      return 2
    }
  }

  private init(_ editor: LineEditor) throws {
    self.editor = editor
    output = PromptOutput(editor.output)
    var options = Session.Options()
    options.endsRunOnFailure = false
    options.maximumSteps = Int.max
    let scheduler = FreeScheduler()
    session = Session(scheduler: scheduler, output: output, options: options, file: Prompt.name)
    let output = output
    main = try session.startMain(scheduler) { output.tellDeadlock() }
    editor.prompt = "inproc> "
    editor.isComplete = InputCompleteness.isComplete
    editor.indentation = { 2 * InputCompleteness.openBlocks($0) }
  }

  private func loop() -> Int32 {
    output.note("inproc: messages between threads. 'help' lists the commands, 'quit' leaves.")
    while true {
      switch editor.readLine() {
      case .line(let text):
        if !text.allSatisfy(\.isWhitespace) { editor.addToHistory(text) }
        guard run(text) else {
          editor.close()
          return 0
        }
      case .interrupted: continue
      case .endOfFile:
        editor.close()
        return 0
      case .terminated(let signal):
        editor.close()
        return 128 + signal
      }
    }
  }

  /// Runs one line or block. Returns false where it was `quit`.
  private func run(_ text: String) -> Bool {
    if PastedExpectation.isOne(text) {
      output.compare(text)
      return true
    }
    let script: Script
    do {
      script = try Parser.parse(Array(text.utf8))
    } catch {
      output.tell(error, typed: text, prompt: "inproc> ")
      return true
    }
    output.begin()
    let (session, main) = (session, main)
    let ending = editor.run(onInterrupt: { session.interruptLine() }) {
      session.runLine(script, file: Prompt.name, on: main)
    }
    switch ending {
    case .finished: return true
    case .failed(let failure):
      output.tell(failure)
      return true
    case .quit: return false
    }
  }
}

/// An expectation that was typed, or pasted line by line, after its command.
enum PastedExpectation {
  static func isOne(_ text: String) -> Bool {
    let trimmed = text.drop { $0 == " " || $0 == "\t" }
    return trimmed.hasPrefix("=>") || trimmed.hasPrefix("=!")
  }
}
