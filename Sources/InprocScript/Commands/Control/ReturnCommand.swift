internal import Inproc

/// Leaves a definition: `return $sum`.
struct ReturnCommand: Command {
  static let description = CommandDescription(
    "return", group: .control, operands: [OperandDescription(.frame, "FRAME", .any)],
    standsInDefinition: true, mayBeName: true,
    summary: "leave a definition",
    details: "With frames, they are what 'call … as VAR' keeps.",
    errors: [ErrorDescription(.unknownName, "no such variable")],
    example: "define two { return 2 }\ncall two as n\necho $n")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: false)

  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) { frames = parsed.frames }

  var operands: [CommandOperand] { .frames(frames) }

  var blocks: [Block] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let outcome = executor.attempt { () throws(CommandError) -> Message? in
      try executor.checkInterrupt()
      return frames.isEmpty ? nil : try frames.message(executor.context.values)
    }
    try executor.conclude(statement, outcome.map { _ in CommandOutput() })
    guard case .success(let message) = outcome else { return .next }
    executor.thread.returned = message
    return .leaveCall
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
