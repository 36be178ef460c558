internal import Inproc
internal import InprocExploration

/// Runs a block for each message: `for job in inbox { … }`.
struct ForCommand: Command {
  static let description = CommandDescription(
    "for", group: .control,
    operands: [OperandDescription(.variable, "VAR", role: .new), .word("in"), .receiver],
    blocks: "{ … }",
    body: .loop,
    summary: "run a block for each message",
    details: "VAR holds the message. The loop ends when the handle is closed and all is received.",
    errors: [
      .noHandle,
      .receivesNothing,
      .waitInterrupted,
    ],
    example: """
      bind inproc://jobs as inbox
      send inbox one
      unbind inproc://jobs
      for job in inbox { echo $job }
      """)

  static let traits = CommandTraits(
    results: .ofItsBlock, changesState: false, isDrawn: false, receivesEachRound: true)

  let variable: Template
  let handle: Template
  let body: Block

  init?(_ parsed: ParsedCommand) {
    guard parsed.words.count == 2, let body = parsed.blocks.first else { return nil }
    (variable, handle, self.body) = (parsed.words[0], parsed.words[1], body)
  }

  var operands: [CommandOperand] { [.word(variable), .name(handle)] }

  var blocks: [Block] { [body] }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .receives(at: handle) }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    let commands = executor.context
    let prepared = executor.attempt { () throws(CommandError) -> (Handle, String) in
      try executor.checkInterrupt()
      let values = executor.context.values
      let name = try variable.name(values)
      return (try commands.receivingHandle(handle, accesses: false), name)
    }
    guard case .success(let (source, name)) = prepared else {
      try executor.conclude(statement, prepared.map { _ in CommandOutput() })
      return .next
    }
    thread.enterBlock(BlockCapture(loop: statement, receivesAt: source.number), hiding: name)
    defer { thread.leaveBlock() }
    var isFirst = true
    while true {
      if !isFirst {
        // The receive of each round is a command of its own to the schedule.
        try executor.step(statement)
        try executor.choose(source.object, before: statement)
        executor.session.observer?.stepBegan(statement, thread, isRound: true)
      }
      isFirst = false
      let received = executor.attempt { () throws(CommandError) -> Message in
        try executor.checkInterrupt()
        return try commands.receive(source, .forever)
      }
      switch received {
      case .success(let message): thread.variables[name] = message
      case .failure(let error) where error.code == .closed:
        try executor.checkEnd(statement)
        try executor.conclude(statement, .success(CommandOutput()))
        return .next
      case .failure(let error):
        try executor.conclude(statement, .failure(error))
        return .next
      }
      let flow = try executor.run(body)
      if flow == .leaveCall { return flow }
      if flow == .leaveLoop { break }
      executor.restoreStatus(statement)
    }
    try executor.conclude(statement, .success(CommandOutput()))
    return .next
  }

  func phrase(_ step: StepWords) -> String {
    "receives \(step.frames ?? "") from \(step.moved?.handle ?? "")"
  }
}
