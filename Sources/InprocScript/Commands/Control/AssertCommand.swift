internal import Inproc
internal import InprocText

/// Demands that a condition holds: `assert $n == 3`.
struct AssertCommand: SimpleCommand {
  static let description = CommandDescription(
    "assert", group: .control,
    operands: [
      .condition, OperandDescription(.frame, "FRAME", .any),
    ],
    mayBeName: true,
    summary: "demand a condition",
    details: "Fails unless the condition holds. The error names the values that were "
      + "compared, and the further frames. A further frame that begins with a sign, "
      + "'and' or 'or' is quoted.",
    errors: [
      ErrorDescription(.failed, "it does not hold"),
      ErrorDescription(.unknownName, "no such variable"),
      ErrorDescription(.invalidValue, "a side is not one frame, or no integer"),
    ],
    example: "let n = 3\nassert $n == 3 \"three were expected\"")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: true)

  let condition: Condition
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let condition = parsed.condition else { return nil }
    self.condition = condition
    frames = parsed.frames
  }

  var operands: [CommandOperand] { .frames(condition.frames) + .frames(frames) }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let values = context.values
    let evaluation = try condition.evaluated(values)
    let message = frames.isEmpty ? nil : try frames.message(values)
    if evaluation.holds { return CommandOutput() }
    throw condition.failure(evaluation, message.map { ": \($0.printed)" } ?? "")
  }

  func phrase(_ step: StepWords) -> String { "asserts \(condition.text)" }
}

extension Condition {
  /// That it does not hold, with the values that its variables had.
  func failure(_ evaluation: Evaluation, _ rest: String = "") -> CommandError {
    var shown: [String] = []
    for (frame, value) in zip(frames, evaluation.values) where !frame.variables.isEmpty {
      let text = "\(frame.typed) is \(Excerpt(value.printed))"
      if !shown.contains(text) { shown.append(text) }
    }
    let values = shown.isEmpty ? "" : ", since " + shown.joined(separator: ", ")
    return CommandError(.failed, "\(Excerpt(text)) does not hold\(values)\(rest)")
  }
}

extension FrameExpression {
  /// As it was typed.
  fileprivate var typed: String {
    switch self {
    case .constant(_, let text): text
    case .template(let template): template.text
    case .bytes(let count, _): "bytes(\(count.template.text))"
    case .splice(let name, _): "$\(name)"
    }
  }
}
