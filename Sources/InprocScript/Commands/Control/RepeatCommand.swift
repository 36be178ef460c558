internal import Inproc

/// Runs a block several times: `repeat 3 as i { … }`.
struct RepeatCommand: Command {
  static let description = CommandDescription(
    "repeat", group: .control, operands: [OperandDescription(.integer, "N", .optional)],
    options: [.asVariable], blocks: "{ … }", body: .loop,
    summary: "run a block several times",
    details: "Without N it runs the block until 'break'. VAR is 1, 2, … in turn.",
    errors: [ErrorDescription(.invalidValue, "the count is negative or not a number")],
    example: "repeat 3 as i { echo \"round $i\" }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: false, isDrawn: false)

  let count: Quantity<Int>?
  let body: Block

  init?(_ parsed: ParsedCommand) {
    guard let body = parsed.blocks.first else { return nil }
    count = parsed.integer
    self.body = body
  }

  var operands: [CommandOperand] { count.map { [.word($0.template)] } ?? [] }

  var blocks: [Block] { [body] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    let prepared = executor.attempt { () throws(CommandError) -> (limit: Int?, variable: String?) in
      try executor.checkInterrupt()
      let values = executor.context.values
      let limit = try count.map { (count) throws(CommandError) in try count.integer(values) }
      if let limit, limit < 0 {
        throw CommandError(.invalidValue, "the count \(limit) is negative; use 0 or more")
      }
      return (limit, try statement.nameOption?.name(values))
    }
    guard case .success(let (limit, variable)) = prepared else {
      try executor.conclude(statement, prepared.map { _ in CommandOutput() })
      return .next
    }
    thread.enterBlock(BlockCapture(loop: statement, limit: limit), hiding: variable)
    defer { thread.leaveBlock() }
    var round = 0
    while limit.map({ round < $0 }) ?? true {
      round += 1
      // A loop without an end comes back to where it was.
      if limit != nil { thread.captures[thread.captures.count - 1].round = round }
      if let variable { thread.variables[variable] = Message(Frame(String(round))) }
      try executor.step(statement)
      if body.statements.isEmpty {
        if case .failure = executor.attempt({ () throws(CommandError) in
          try executor.checkInterrupt()
        }) {
          let error = CommandError(.interrupted, "the loop was interrupted")
          try executor.conclude(statement, .failure(error))
          return .next
        }
      }
      let flow = try executor.run(body)
      if flow == .leaveCall { return flow }
      if flow == .leaveLoop { break }
    }
    executor.restoreStatus(statement)
    try executor.conclude(statement, .success(CommandOutput()))
    return .next
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
