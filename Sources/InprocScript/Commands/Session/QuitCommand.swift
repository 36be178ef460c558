/// Ends the session at once: `quit`.
struct QuitCommand: Command {
  static let description = CommandDescription(
    "quit", group: .session,
    summary: "end the session at once",
    details: "Threads are not joined. In a file it ends the run.",
    example: "quit")

  static let traits = CommandTraits(
    results: .none, changesState: false, isDrawn: true, isRecorded: false, endsRun: true)

  init?(_ parsed: ParsedCommand) {}

  var operands: [CommandOperand] { [] }

  var blocks: [Block] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    guard try executor.leaves(statement) else { return .next }
    throw .quit
  }

  func phrase(_ step: StepWords) -> String { "quits" }
}
