internal import Inproc
internal import InprocExploration

/// Runs a block while holding a mutex: `lock m { … }`.
struct LockCommand: Command {
  static let description = CommandDescription(
    "lock", group: .sharing, operands: [.mutex], options: [.timeout], blocks: "{ … }",
    mayBeName: true,
    summary: "hold a mutex for a block",
    details: "Waits for the mutex, runs the block, and releases it however the block ends. "
      + "A thread that locks it again while it holds it waits for itself.",
    errors: [
      ErrorDescription(.unknownName, "no such mutex"),
      ErrorDescription(.timedOut, "it was held for the whole timeout"),
      ErrorDescription(.wouldBlock, "'timeout=now' and it is held"),
      ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
    ],
    example: "mutex m\nlock m { echo inside }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: true, isDrawn: true)

  let name: Template
  let body: Block

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first, let body = parsed.blocks.first else { return nil }
    (self.name, self.body) = (name, body)
  }

  var operands: [CommandOperand] { [.name(name)] }

  var blocks: [Block] { [body] }

  var access: CommandAccess { .mutex(name) }

  var role: WaitRole { .locks(name) }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let context = executor.context
    let locked = executor.attempt { () throws(CommandError) -> SessionMutex in
      try executor.checkInterrupt()
      let mutex = try context.session.mutex(try name.name(context.values))
      let arguments = try context.arguments(statement.options)
      try context.lock(mutex, arguments.patience)
      return mutex
    }
    guard case .success(let mutex) = locked else {
      try executor.conclude(statement, locked.map { _ in CommandOutput() })
      return .next
    }
    context.session.tracker?.noteChange()
    let flow: Executor.Flow
    do {
      flow = try executor.run(body)
    } catch {
      // 'quit' releases nothing, and neither does the end of the run.
      if case .failure(let failure) = error {
        try release(mutex, statement, executor, .fails(failure))
      }
      throw error
    }
    try release(mutex, statement, executor, .leaves(flow))
    if flow == .next { try executor.conclude(statement, .success(CommandOutput())) }
    return flow
  }

  private func release(
    _ mutex: SessionMutex, _ statement: Statement, _ executor: Executor,
    _ progress: CommandProgress
  ) throws(Stop) {
    executor.restoreStatus(statement)
    executor.thread.progress = progress
    defer { executor.thread.progress = .none }
    executor.context.choose(mutex.resource)
    // It is released even if the line was interrupted meanwhile, and nobody would release it later. A
    // 'wait' that was interrupted so may have given it up already.
    if mutex.holder === executor.thread {
      executor.session.access(mutex.resource, writes: true)
      mutex.release()
      executor.session.tracker?.noteChange()
    }
    try executor.checkEnd(statement)
  }

  func phrase(_ step: StepWords) -> String { "locks \(step.name)" }
}
