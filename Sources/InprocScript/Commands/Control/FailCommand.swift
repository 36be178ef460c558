internal import Inproc
internal import InprocText

/// Ends with the error `failed`: `fail "not today"`.
struct FailCommand: SimpleCommand {
  static let description = CommandDescription(
    "fail", group: .control, operands: [.frames],
    summary: "end with the error 'failed'",
    details:
      "A scenario claims by it that something does not happen. The frames are the error's text.",
    errors: [ErrorDescription(.failed, "always")],
    example: "try { fail \"not today\" } catch code { echo $code }")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: true)

  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) { frames = parsed.frames }

  var operands: [CommandOperand] { .frames(frames) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let message = try frames.message(context.values)
    try context.values.reserve(2 * message.byteCount)
    let text = message.map { String($0) ?? $0.printed }
      .joined(separator: " ")
    throw CommandError(.failed, text)
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
