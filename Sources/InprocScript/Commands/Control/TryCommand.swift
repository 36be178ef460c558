internal import Inproc

/// Goes on after an error: `try { … } catch code { … }`.
struct TryCommand: Command {
  static let description = CommandDescription(
    "try", group: .control, blocks: "{ … } [catch [VAR] { … }]",
    continuation: BlockContinuation("catch", takesVariable: true),
    summary: "go on after an error",
    details: "An unexpected error in the block leaves it; the second block runs, and VAR holds "
      + "the error's code.",
    example: "try { connect inproc://nowhere } catch code { echo $code }")

  static let traits = CommandTraits(results: .ofItsBlock, changesState: false, isDrawn: false)

  let body: Block
  let variable: Template?
  let handler: Block?

  init?(_ parsed: ParsedCommand) {
    guard let body = parsed.blocks.first else { return nil }
    self.body = body
    variable = parsed.blockVariable
    handler = parsed.blocks.dropFirst().first
  }

  var operands: [CommandOperand] { variable.map { [.word($0)] } ?? [] }

  var blocks: [Block] { [body] + (handler.map { [$0] } ?? []) }

  var blockVariable: Template? { variable }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    let prepared = executor.attempt { () throws(CommandError) -> String? in
      try executor.checkInterrupt()
      return try variable?.name(executor.context.values)
    }
    guard case .success(let name) = prepared else {
      try executor.conclude(statement, prepared.map { _ in CommandOutput() })
      return .next
    }
    var flow = Executor.Flow.next
    do {
      thread.tryDepth += 1
      defer { thread.tryDepth -= 1 }
      flow = try executor.run(body)
    } catch {
      guard case .failure(let failure) = error, case .error(let error) = failure.kind,
        !(thread.isMain && executor.session.isLineInterrupted)
      else {
        // Whatever ended the block, Ctrl-C is what ends the line.
        try executor.checkEnd(statement)
        throw error
      }
      executor.acknowledge(failure)
      if let handler {
        thread.enterBlock(.handler, hiding: name)
        defer { thread.leaveBlock() }
        if let name { thread.variables[name] = Message(Frame(error.code.rawValue)) }
        flow = try executor.run(handler)
      }
    }
    if flow == .next { try executor.conclude(statement, .success(CommandOutput())) }
    return flow
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
