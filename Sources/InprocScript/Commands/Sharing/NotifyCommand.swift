internal import Inproc

/// Lets those who wait at a mutex go on: `notify m all`.
struct NotifyCommand: SimpleCommand {
  static let description = CommandDescription(
    "notify", group: .sharing, operands: [.mutex], options: [OptionDescription("all", .flag)],
    mayBeName: true,
    summary: "let a waiter go on",
    details: "By its holder only: the longest waiter, or with 'all' every one, waits for "
      + "the mutex from now on. Without a waiter it does nothing.",
    errors: [
      ErrorDescription(.unknownName, "no such mutex"),
      ErrorDescription(.notLocked, "this thread does not hold it"),
    ],
    example: "mutex m\nlock m { notify m all }")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let name: Template

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first else { return nil }
    self.name = name
  }

  var operands: [CommandOperand] { [.name(name)] }

  var access: CommandAccess { .mutex(name) }

  var role: WaitRole { .notifies(name) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let mutex = try context.session.mutex(try name.name(context.values))
    context.session.access(mutex.resource, writes: true)
    try context.requireHeld(mutex, "notify")
    mutex.notify(all: try context.arguments(options).isForAll)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "notifies \(step.operands)" }
}
