/// Prints frames: `echo hello`.
struct EchoCommand: SimpleCommand {
  static let description = CommandDescription(
    "echo", group: .control, operands: [.frames],
    summary: "print frames",
    details: "It prints them as a received message is printed.",
    results: "one line with the frames",
    errors: [.noVariable],
    example: "echo hello \"wide world\"")

  static let traits = CommandTraits(results: .own, changesState: false, isDrawn: true)

  let frames: [FrameExpression]

  init(_ frames: [FrameExpression]) { self.frames = frames }

  init?(_ parsed: ParsedCommand) { frames = parsed.frames }

  var operands: [CommandOperand] { .frames(frames) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    CommandOutput(try frames.message(context.values))
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
