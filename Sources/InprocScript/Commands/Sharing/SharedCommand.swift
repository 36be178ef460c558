internal import Inproc
internal import InprocExploration

/// Declares a variable that all threads see: `shared n = 0`.
struct SharedCommand: SimpleCommand {
  static let description = CommandDescription(
    "shared", group: .sharing,
    operands: [OperandDescription(.variable, "VAR", role: .new), .word("="), .frames],
    mayBeName: true,
    summary: "share a variable",
    details: "All threads see it under this name from here on: $VAR, 'let', 'incr' and 'as "
      + "VAR' speak of it. Each read and each write is a step of its own, so 'incr' is "
      + "two, and other threads can come between.",
    errors: [ErrorDescription(.nameInUse, "there is a shared variable of that name")],
    example: "shared n = 0\nspawn other { incr n }\nincr n\njoin other\necho $n")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let variable: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let variable = parsed.words.first else { return nil }
    self.variable = variable
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.word(variable)] + .frames(frames) }

  var access: CommandAccess { .variables }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try variable.name(context.values)
    let message = try frames.message(context.values)
    context.session.access(.variable(name), writes: true)
    guard context.thread.shared.declare(name, message) else {
      throw CommandError(
        .nameInUse,
        "there is a shared variable '\(name)' already; set it with 'let \(name) = …', "
          + "or choose another name")
    }
    context.thread.shared.wakeAwaiting()
    if context.thread.atomicDepth == 0 { context.session.checkAlways(after: context.thread) }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "shares \(step.operands)" }
}
