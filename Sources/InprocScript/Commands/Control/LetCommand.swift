internal import Inproc

/// Sets a variable: `let pair = key "a value"`.
struct LetCommand: SimpleCommand {
  static let description = CommandDescription(
    "let", group: .control, operands: [.variable, .word("="), .frames],
    summary: "set a variable",
    details: "It holds one message. $VAR alone stands for all its frames, $VAR[0] for the first.",
    errors: [
      .noVariable,
      ErrorDescription(.invalidValue, "an index is past the end"),
    ],
    example: "let pair = key \"a value\"\necho $pair[1]")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: false)

  let variable: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let variable = parsed.words.first else { return nil }
    self.variable = variable
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.word(variable)] + .frames(frames) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try variable.name(context.values)
    context.thread.variables[name] = try frames.message(context.values)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "sets \(step.operands)" }
}
