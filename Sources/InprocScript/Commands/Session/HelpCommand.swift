internal import Inproc

/// Shows the commands, or one of them: `help send`.
struct HelpCommand: SimpleCommand {
  static let description = CommandDescription(
    "help", group: .session, operands: [OperandDescription(.topic, "COMMAND", .optional)],
    summary: "show commands, or one of them",
    details: "It shows what the manual says of each command.",
    example: "help send")

  static let traits = CommandTraits(
    results: .own, changesState: false, isDrawn: true, isRecorded: false)

  let topic: String?
  /// The commands that may stand in the text.
  let commands: CommandTable

  init?(_ parsed: ParsedCommand) {
    topic = parsed.topic
    commands = parsed.commands
  }

  var operands: [CommandOperand] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    guard let topic else {
      context.session.output.text(Help.overview(of: commands))
      return CommandOutput()
    }
    guard let text = Help.topic(topic, of: commands) else {
      let near = nearest(topic, among: commands.keywords + commands.promptKeywords)
      let hint = near.map { "did you mean '\($0)'?" } ?? "'help' lists the commands"
      throw CommandError(.unknownName, "there is no command \(Excerpt(topic)); \(hint)")
    }
    context.session.output.text(text)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
