internal import Inproc

/// Shows the commands, or one of them: `help send`.
struct HelpCommand: SimpleCommand {
  static let description = CommandDescription(
    "help", group: .session, operands: [OperandDescription(.topic, "COMMAND", .optional)],
    summary: "show commands, or one of them",
    details: "The same table that the manual prints.",
    example: "help send")

  static let traits = CommandTraits(
    results: .own, changesState: false, isDrawn: true, isRecorded: false)

  let topic: String?

  init?(_ parsed: ParsedCommand) { topic = parsed.topic }

  var operands: [CommandOperand] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    guard let topic else {
      context.session.output.text(Help.overview())
      return CommandOutput()
    }
    guard let text = Help.topic(topic) else {
      throw CommandError(
        .unknownName, "no command \(Excerpt(topic)); 'help' lists what there is")
    }
    context.session.output.text(text)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
