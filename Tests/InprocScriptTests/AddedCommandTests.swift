import Inproc
import Testing

@testable import InprocScript

/// The command that docs/inside/adding-a-command.md adds, with all that the page says.
private struct CountCommand: SimpleCommand {
  static let description = CommandDescription(
    "count", group: .messages, operands: [.handle],
    summary: "count queued messages",
    details: "It takes nothing.",
    results: "the number",
    errors: [ErrorDescription(.unknownName, "no such handle")],
    example: "bind inproc://jobs as inbox\ncount inbox")

  static let traits = CommandTraits(results: .received, changesState: false, isDrawn: true)

  let handle: Template

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
  }

  var operands: [CommandOperand] { [.name(handle)] }
  var access: CommandAccess { .handles([handle]) }
  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let handle = try context.receivingHandle(handle)
    let endpoints = context.session.registry.endpoints
    let count = endpoints.first { $0.endpoint == handle.endpoint }?.queued ?? 0
    return CommandOutput(word: String(count))
  }

  func phrase(_ step: StepWords) -> String { "counts \(step.result) at \(step.name)" }
}

@Suite("A command that is added as the page says", .timeLimit(.minutes(1)))
struct AddedCommandTests {
  private let commands = CommandTable(CommandTable.standard.commands + [CountCommand.self])

  private func result(of text: String) async throws -> ScenarioResult {
    try await replay(text, commands: commands) { $0.showsOutcomes = true }
  }

  @Test("it is parsed, and its mistakes are pointed at")
  func parsed() throws {
    let script = try Parser.parse(Array("count $inbox".utf8), commands: commands)
    #expect(script.statements.first?.command is CountCommand)
    let error = #expect(throws: SyntaxError.self) {
      try Parser.parse(Array("count".utf8), commands: commands)
    }
    #expect(error?.diagnostics.first?.summary.contains("write it as 'count HANDLE'") == true)
  }

  @Test("it is performed, and its errors are caught")
  func performed() async throws {
    let result = try await result(
      of:
        """
        bind inproc://jobs as inbox
        count inbox
        => 0
        send inbox one
        count inbox
        => 1
        count nothing
        =! unknown-name
        """)
    guard case .passed = result.verdict else { return #expect(Bool(false), "\(result)") }
  }

  @Test("it is helped with")
  func helped() {
    #expect(Help.overview(of: commands).contains(" count     count queued messages"))
    #expect(
      Help.topic("count", of: commands)?.hasPrefix("count HANDLE\n\n  It takes nothing.") == true)
  }

  @Test("a schedule chooses before it: each number it can give is found")
  func explored() async throws {
    let result = try await result(
      of:
        """
        @explore
        bind inproc://jobs as inbox
        spawn a { send inbox one }
        count inbox
        """)
    #expect(result.failure == nil)
    #expect(Set(result.outcomes.map(\.outcome)) == ["main: => 0", "main: => 1"], "\(result.notes)")
  }

  @Test("a failure's explanation tells it in its words")
  func told() async throws {
    let result = try await result(
      of:
        """
        bind inproc://jobs as inbox
        spawn a { send inbox one }
        join
        count inbox
        => 2
        """)
    guard case .failed(let problem) = result.verdict else { return #expect(Bool(false)) }
    let words = problem.explanation.joined(separator: " ")
    #expect(words.contains("counts 1 at inbox"), "\(words)")
  }
}
