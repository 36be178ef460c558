internal import Inproc

/// Runs a block on a condition: `if $n > 2 { … } else { … }`.
struct IfCommand: Command {
  static let description = CommandDescription(
    "if", group: .control,
    operands: [.condition],
    blocks: "{ … } [else { … }]",
    continuation: BlockContinuation("else", repeatsItself: true),
    summary: "run a block on a condition",
    details: "A condition compares two frames: == or != for bytes, < <= > >= for integers. "
      + "A side may be two frames with + - * / % between. 'and' and 'or' join "
      + "conditions; 'and' binds tighter. An 'else if' may follow; 'else' stands on the "
      + "line of the '}' before it.",
    errors: [
      .noVariable,
      ErrorDescription(
        .invalidValue,
        "a side is not one frame, or not an integer where one is needed; a division by 0"),
    ],
    example: "let n = 3\nif $n > 2 and $n < 9 { echo some } else { echo others }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: false, isDrawn: false)

  let condition: Condition
  let then: Block
  /// An `else if` is an else block of one `if` statement.
  let otherwise: Block?

  init?(_ parsed: ParsedCommand) {
    guard let condition = parsed.condition, let then = parsed.blocks.first else { return nil }
    self.condition = condition
    self.then = then
    otherwise = parsed.blocks.dropFirst().first
  }

  var operands: [CommandOperand] { .frames(condition.frames) }

  var blocks: [Block] { [then] + (otherwise.map { [$0] } ?? []) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let holds = executor.attempt { () throws(CommandError) -> Bool in
      try executor.checkInterrupt()
      return try condition.holds(executor.context.values)
    }
    guard case .success(let holds) = holds else {
      try executor.conclude(statement, holds.map { _ in CommandOutput() })
      return .next
    }
    let flow: Executor.Flow
    if holds {
      flow = try executor.run(then)
    } else if let otherwise {
      flow = try executor.run(otherwise)
    } else {
      flow = .next
    }
    if flow == .next { try executor.conclude(statement, .success(CommandOutput())) }
    return flow
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
