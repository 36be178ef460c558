internal import Inproc
internal import InprocText

/// Runs a definition: `call greet world as reply`.
struct CallCommand: Command {
  static let description = CommandDescription(
    "call", group: .control,
    operands: [
      OperandDescription(.definition, "NAME"), OperandDescription(.frame, "FRAME", .any),
    ],
    options: [.asVariable], mayBeName: true,
    summary: "run a definition",
    details: "With one frame for each of its parameters. 'as VAR' keeps what its 'return' "
      + "gives. A frame 'as' is quoted.",
    results: "those of its commands",
    errors: [
      ErrorDescription(.unknownName, "nothing is defined under that name"),
      ErrorDescription(.invalidValue, "another number of frames than parameters; nothing returned"),
      ErrorDescription(.limit, "over 100 deep"),
    ],
    example: "define next n { let n = $n + 1; return $n }\ncall next 2 as n\necho $n")

  static let traits = CommandTraits(
    results: .ofItsBlock, changesState: false, isDrawn: false, runsFile: false)

  /// How deep calls may be nested.
  static let maximumDepth = 100

  let name: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first else { return nil }
    self.name = name
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.word(name)] + .frames(frames) }

  var blocks: [Block] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let (thread, context) = (executor.thread, executor.context)
    let prepared = executor.attempt {
      () throws(CommandError) -> (definition: Definition, values: Message, variable: String?) in
      try executor.checkInterrupt()
      let name = try name.name(context.values)
      let definition = try executor.session.definition(name)
      let values = try frames.message(context.values)
      guard values.count == definition.parameters.count else {
        throw CommandError(
          .invalidValue,
          "'\(name)' takes \(counted(definition.parameters.count, "frame")), and is given "
            + "\(values.count); write 'call \(([name] + definition.parameters).joined(separator: " "))'"
        )
      }
      guard thread.callDepth < CallCommand.maximumDepth else {
        throw CommandError(
          .limit,
          "calls are nested more than \(CallCommand.maximumDepth) deep; does '\(name)' call itself?"
        )
      }
      return (definition, values, try context.arguments(statement.options).name)
    }
    guard case .success(let (definition, values, variable)) = prepared else {
      try executor.conclude(statement, prepared.map { _ in CommandOutput() })
      return .next
    }
    let returned = try run(definition, values, statement, executor)
    executor.restoreStatus(statement)
    if let variable {
      guard let returned else {
        let error = CommandError(
          .invalidValue,
          "'\(statement.text)' gives nothing back; end the definition with 'return FRAME…'")
        try executor.conclude(statement, .failure(error))
        return .next
      }
      context.set(variable, returned)
      try executor.checkEnd(statement)
    }
    try executor.conclude(statement, .success(CommandOutput()))
    return .next
  }

  /// Runs the block, whose variables are its own. Returns what it gives back.
  private func run(
    _ definition: Definition, _ values: Message, _ statement: Statement, _ executor: Executor
  ) throws(Stop) -> Message? {
    let thread = executor.thread
    let before = (variables: thread.variables, returned: thread.returned)
    thread.enterBlock(.call(statement, definition.parameters, of: before.variables))
    for (parameter, value) in zip(definition.parameters, values) {
      thread.variables[parameter] = Message(value)
    }
    thread.callDepth += 1
    thread.returned = nil
    defer {
      thread.callDepth -= 1
      thread.leaveBlock()
      thread.variables = before.variables
      thread.returned = before.returned
    }
    _ = try executor.run(definition.block)
    return thread.returned
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
