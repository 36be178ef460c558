internal import Inproc

/// Adds to a variable: `incr n 2`.
struct IncrCommand: SimpleCommand {
  static let description = CommandDescription(
    "incr", group: .control,
    operands: [.variable, OperandDescription(.integer, "N", .optional)],
    summary: "add to a variable",
    details: "It adds N (default 1, may be negative) to a variable that holds one 64-bit integer.",
    errors: [
      .noVariable,
      ErrorDescription(.invalidValue, "the value is not a 64-bit integer, or the sum would not be"),
    ],
    example: "let n = 1\nincr n 2\necho $n")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: true)

  let variable: Template
  let amount: Quantity<Int>?

  init?(_ parsed: ParsedCommand) {
    guard let variable = parsed.words.first else { return nil }
    self.variable = variable
    amount = parsed.integer
  }

  var variables: [String] {
    (variable.constantName.map { [$0] } ?? variable.variables)
      + (amount?.template.variables ?? [])
  }

  var operands: [CommandOperand] { [.word(variable)] + (amount.map { [.word($0.template)] } ?? []) }

  var writtenVariable: Template? { variable }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try variable.name(context.values)
    guard let message = context.values.message(named: name) else {
      throw CommandError(
        .unknownName, "there is no variable '\(name)'; set it with 'let \(name) = 0'")
    }
    let step = try amount?.integer(context.values) ?? 1
    guard message.count == 1, let text = String(message[0]), let value = Int(strictly: text) else {
      throw CommandError(
        .invalidValue, "the variable '\(name)' does not hold an integer; 'incr' needs a 64-bit one")
    }
    let (sum, overflows) = value.addingReportingOverflow(step)
    guard !overflows else {
      throw CommandError(
        .invalidValue, "\(value) + \(step) is past 64 bits; the variable '\(name)' stays")
    }
    context.set(name, Message(Frame(String(sum))))
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String {
    "adds \(amount?.template.text ?? "1") to \(variable.text)"
  }
}
