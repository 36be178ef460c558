/// Makes a mutex: `mutex m`.
struct MutexCommand: SimpleCommand {
  static let description = CommandDescription(
    "mutex", group: .sharing,
    operands: [OperandDescription(.mutex, "NAME", role: .new)], mayBeName: true,
    summary: "make a mutex",
    details: "Nobody holds it. 'lock NAME { … }' takes it for a block.",
    results: "its name",
    errors: [ErrorDescription(.nameInUse, "a handle, thread or mutex has this name")],
    example: "mutex m\nlock m { echo inside }")

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  let name: Template

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first else { return nil }
    self.name = name
  }

  var operands: [CommandOperand] { [.name(name)] }

  var access: CommandAccess { .mutex(name) }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try name.name(context.values)
    try context.session.addMutex(name)
    return CommandOutput(word: name)
  }

  func phrase(_ step: StepWords) -> String { "makes the mutex \(step.result)" }
}
