internal import Inproc

/// Releases a mutex until notified: `wait m`.
struct WaitCommand: SimpleCommand {
  static let description = CommandDescription(
    "wait", group: .sharing, operands: [.mutex],
    options: [OptionDescription("timeout", .duration(orWord: "now"), "DURATION")], mayBeName: true,
    summary: "release and be notified",
    details: "By its holder only: releases the mutex, waits to be notified, and then for "
      + "the mutex again, also after a timeout or 'stop'. No other mutex is released.",
    errors: [
      ErrorDescription(.unknownName, "no such mutex"),
      ErrorDescription(.notLocked, "this thread does not hold it"),
      ErrorDescription(.timedOut, "it was not notified within the timeout"),
      ErrorDescription(.wouldBlock, "within 'atomic'"),
      ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
    ],
    example: """
      mutex m
      spawn waiter { lock m { wait m } }
      sleep 10ms
      lock m { notify m }
      join waiter
      """)

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let name: Template

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first else { return nil }
    self.name = name
  }

  var operands: [CommandOperand] { [.name(name)] }

  var access: CommandAccess { .mutex(name) }

  var role: WaitRole { .waits(name) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let mutex = try context.session.mutex(try name.name(context.values))
    let arguments = try context.arguments(options)
    try context.wait(on: mutex, arguments.patience)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "is notified of \(step.name) and holds it again" }
}
