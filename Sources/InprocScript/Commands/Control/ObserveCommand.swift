internal import Inproc

/// Adds to the outcome of the run: `observe first`.
struct ObserveCommand: SimpleCommand {
  static let description = CommandDescription(
    "observe", group: .control, operands: [.frames],
    summary: "add to the run's outcome",
    details: "The outcome is graded by @acceptable, @interesting and @forbidden.",
    errors: [.noVariable],
    example: "observe first")

  static let traits = CommandTraits(
    results: .none, changesState: false, isDrawn: true, addsToOutcome: true)

  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) { frames = parsed.frames }

  var operands: [CommandOperand] { .frames(frames) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    context.thread.observed.append(contentsOf: try frames.message(context.values))
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "observes \(step.operands)" }
}
