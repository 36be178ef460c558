internal import Inproc

/// Runs a block on a condition: `if $n > 2 { … } else { … }`.
struct IfCommand: Command {
  static let description = CommandDescription(
    "if", group: .control,
    operands: [
      OperandDescription(.frame, "FRAME"), OperandDescription(.comparison, "OP"),
      OperandDescription(.frame, "FRAME"),
    ],
    blocks: "{ … } [else { … }]",
    continuation: BlockContinuation("else", repeatsItself: true),
    summary: "run a block on a condition",
    details:
      "OP is == or != for bytes, < <= > >= for integers. An 'else if' may follow; 'else' stands "
      + "on the line of the '}' before it.",
    errors: [
      .noVariable,
      ErrorDescription(
        .invalidValue, "a side is not one frame, or not an integer where OP compares integers"),
    ],
    example: "let n = 3\nif $n > 2 { echo many } else { echo few }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: false, isDrawn: false)

  let left: FrameExpression
  let comparison: Comparison
  let right: FrameExpression
  let then: Block
  /// An `else if` is an else block of one `if` statement.
  let otherwise: Block?

  init?(_ parsed: ParsedCommand) {
    guard parsed.frames.count == 2, let comparison = parsed.comparison,
      let then = parsed.blocks.first
    else { return nil }
    (left, self.comparison, right) = (parsed.frames[0], comparison, parsed.frames[1])
    self.then = then
    otherwise = parsed.blocks.dropFirst().first
  }

  var operands: [CommandOperand] { [.frame(left), .frame(right)] }

  var blocks: [Block] { [then] + (otherwise.map { [$0] } ?? []) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    let holds = executor.attempt { () throws(CommandError) -> Bool in
      try executor.checkInterrupt()
      let values = thread.lookup
      return try comparison.holds(try left.frame(values), try right.frame(values))
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
