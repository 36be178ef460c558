/// Leaves the innermost loop: `break`.
struct BreakCommand: Command {
  static let description = CommandDescription(
    "break", group: .control, standsInLoop: true,
    summary: "leave the innermost loop",
    details: "It stands in the block of a 'repeat' or 'for' of the same thread.",
    example: "repeat { break }")

  static let traits = CommandTraits(
    results: .none, changesState: false, isDrawn: true, isShownByOthers: true)

  init?(_ parsed: ParsedCommand) {}

  var operands: [CommandOperand] { [] }

  var blocks: [Block] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    guard try executor.leaves(statement) else { return .next }
    return .leaveLoop
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
