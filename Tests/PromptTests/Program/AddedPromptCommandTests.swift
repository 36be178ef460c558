import Inproc
import InprocDiagram
import InprocText
import Testing

@testable import InprocCommand
@testable import InprocScript
@testable import LineEditor

/// The command that docs/inside/adding-a-command.md adds to the prompt, with all that the page says.
private struct WaitingCommand: PromptCommand {
  static let description = CommandDescription(
    "waiting", group: .prompt, operands: [OperandDescription(.integer, "MOST", .optional)],
    summary: "count waiting threads",
    details: "Shows how many threads wait. It is an error if more than MOST do.",
    results: "", example: "waiting 2")

  let most: Quantity<Int>?

  init?(_ parsed: ParsedCommand) { most = parsed.integer }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    let count = prompt.session.snapshot.threads.count { $0.state.isBlocked }
    if let most, count > (try most.integer(prompt.session.variables)) {
      throw CommandError(.limit, "too many threads wait: \(count)")
    }
    prompt.output.note("\(count) waiting")
    return .done
  }
}

@Suite("A command that is added to the prompt as the page says", .serialized)
struct AddedPromptCommandTests {
  private let commands = PromptCommands([HistoryCommand.self, WaitingCommand.self])

  @Test("it is parsed as the language's commands are, and its mistakes are pointed at")
  func parsed() throws {
    for text in ["waiting", " waiting 3", "waiting $n  # a comment", "waiting '3'"] {
      guard case .own(let command) = ParsedInput(text, commands: commands) else {
        Issue.record("\(text) is no command of the prompt")
        continue
      }
      #expect(command is WaitingCommand)
    }
    for (text, mistake) in [
      ("waiting x", "'x' is not a number; write a number such as 3"),
      ("waiting 1 2", "'waiting' takes no '2' here; write it as 'waiting [MOST]'"),
      (
        "waiting; echo x",
        "'waiting' must stand alone, and this follows it; type it on a line of its own"
      ),
      ("waitin", "unknown command 'waitin'; did you mean 'waiting'?"),
      (
        "echo x; waiting",
        "unknown command 'waiting'; 'waiting' stands alone, on a line of the prompt"
      ),
    ] {
      guard case .broken(let error) = ParsedInput(text, commands: commands) else {
        Issue.record("\(text) is no mistake")
        continue
      }
      #expect(error.diagnostics.map(\.summary) == [mistake])
    }
  }

  @Test("it is performed, and its errors are errors of the prompt")
  func performed() throws {
    let editor = try LineEditor(programName: "inproc-tests", historyFile: "")
    defer { editor.close() }
    let output = PromptOutput(editor.output, palette: Palette(environment: ["TERM": "dumb"]))
    let session = Session(
      scheduler: FreeScheduler(), output: output, options: Session.Options(), file: "prompt")
    let context = PromptContext(
      session: session, output: output, editor: editor,
      recorder: SequenceRecorder(session.registry) { $0.printed }, recording: PromptRecording(),
      explored: ExploredRuns())
    #expect(try commands.parse("waiting 0")?.perform(in: context) == .done)
    #expect(output.printedCount == 1)
    let error = #expect(throws: CommandError.self) {
      try commands.parse("waiting '-1'")?.perform(in: context)
    }
    #expect(error?.text == "too many threads wait: 0")
  }

  @Test("it is completed, its syntax is shown and it is helped with")
  func completed() {
    let completer = Completer(names: SessionNames(), commands: commands.table)
    func completions(_ text: String) -> [String] {
      let typed = TypedStatement(
        text, cursor: text.unicodeScalars.count, commands: commands.table)
      return completer.completions(of: typed).map(\.label)
    }
    #expect(completions("waiti") == ["waiting"])
    #expect(completions("help waiti") == ["waiting"])
    #expect(completions("repeat 2 { waiti") == [])
    #expect(
      TypedStatement("waiting ", cursor: 8, commands: commands.table).description?.syntax
        == "waiting [MOST]")
    #expect(
      Help.topic("waiting", of: commands.table)?.hasPrefix(
        "waiting [MOST]\n\n  Shows how many threads wait.") == true)
    #expect(Help.overview(of: commands.table).contains(" history waiting;"))
  }

  @Test("it may be a name, and a screen on which it was typed replays without it")
  func saved() throws {
    let script = try Parser.parse(
      Array(
        "inproc> waiting 2\n# 0 waiting\ninproc> bind inproc://a as waiting\n=> waiting\n".utf8),
      commands: commands.table)
    #expect(script.statements.map(\.text) == ["bind inproc://a as waiting"])
  }
}
