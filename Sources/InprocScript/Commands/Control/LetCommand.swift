internal import Inproc

/// Sets a variable: `let pair = key "a value"`.
struct LetCommand: SimpleCommand {
  static let description = CommandDescription(
    "let", group: .control, operands: [.variable, .word("="), .value],
    reservedValues: ["recv", "select", "drain", "list", "call"],
    summary: "set a variable",
    details: "It holds one message. $VAR alone stands for all its frames, $VAR[0] for the "
      + "first. 'let n = $n + 1' reckons: + - * / % between exactly two integers.",
    errors: [
      .noVariable,
      ErrorDescription(
        .invalidValue,
        "an index is past the end; not an integer; past 64 bits; a division by 0"),
    ],
    example: "let pair = key \"a value\"\necho $pair[1]")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: false)

  let variable: Template
  let frames: [FrameExpression]
  /// What the value is, if it is reckoned.
  let arithmetic: Arithmetic?

  init?(_ parsed: ParsedCommand) {
    guard let variable = parsed.words.first else { return nil }
    self.variable = variable
    frames = parsed.frames
    arithmetic = parsed.arithmetic
  }

  var operands: [CommandOperand] { [.word(variable)] + .frames(frames) }

  var writtenVariable: Template? { variable }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try variable.name(context.values)
    let values = context.values
    let message =
      if let arithmetic { Message(try arithmetic.value(values)) } else {
        try frames.message(values)
      }
    context.set(name, message)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "sets \(step.operands)" }
}
