internal import InprocExploration

/// Runs a block as one step: `atomic { … }`.
struct AtomicCommand: Command {
  static let description = CommandDescription(
    "atomic", group: .sharing, blocks: "{ … }", mayBeName: true,
    summary: "run a block as one step",
    details: "No other thread runs within it. What would have to wait in it gives "
      + "'would-block', and nothing is rolled back.",
    errors: [ErrorDescription(.wouldBlock, "a command in it would have to wait")],
    example: "shared n = 0\natomic { incr n }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: true, isDrawn: false)

  let body: Block

  init?(_ parsed: ParsedCommand) {
    guard let body = parsed.blocks.first else { return nil }
    self.body = body
  }

  var operands: [CommandOperand] { [] }

  var blocks: [Block] { [body] }

  var access: CommandAccess { .variables }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let (session, thread) = (executor.session, executor.thread)
    if case .failure(let error) = executor.attempt({ () throws(CommandError) in
      try executor.checkInterrupt()
    }) {
      try executor.conclude(statement, .failure(error))
      return .next
    }
    // A step that accesses nothing else is one all the same.
    session.access(.thread(thread.name))
    let flow = try runBody(executor)
    session.tracker?.noteChange()
    if thread.atomicDepth == 0 {
      session.checkAlways(after: thread)
      try executor.checkEnd(statement)
    }
    if flow == .next {
      executor.restoreStatus(statement)
      try executor.conclude(statement, .success(CommandOutput()))
    }
    return flow
  }

  private func runBody(_ executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    if thread.atomicDepth == 0 { thread.shared.gate.enter() }
    thread.atomicDepth += 1
    defer {
      thread.atomicDepth -= 1
      if thread.atomicDepth == 0 { thread.shared.gate.leave() }
    }
    return try executor.run(body)
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
