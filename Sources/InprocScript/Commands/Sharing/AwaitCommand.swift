internal import InprocExploration

/// Waits for a condition: `await $done == yes`.
struct AwaitCommand: SimpleCommand {
  static let description = CommandDescription(
    "await", group: .sharing, operands: [.condition], options: [.timeout], mayBeName: true,
    summary: "wait for a condition",
    details: "Waits until it holds. All its variables are read in one step, again when one "
      + "was written, and the thread goes on in the step in which it held.",
    errors: [
      ErrorDescription(.unknownName, "no such variable"),
      ErrorDescription(.timedOut, "it did not hold within the timeout"),
      ErrorDescription(.wouldBlock, "'timeout=now' and it does not hold"),
      ErrorDescription(.interrupted, "Ctrl-C or 'stop'"),
    ],
    example: "shared done = no\nspawn other { let done = yes }\nawait $done == yes\njoin other")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let condition: Condition

  init?(_ parsed: ParsedCommand) {
    guard let condition = parsed.condition else { return nil }
    self.condition = condition
  }

  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)? {
    guard parsed.condition?.variables.isEmpty == true else { return nil }
    return (
      "this condition names no variable, so nothing can change it",
      "write a shared variable with its '$', such as 'await $n == 3'"
    )
  }

  var operands: [CommandOperand] { .frames(condition.frames) }

  var readsAtOnce: Bool { true }

  var access: CommandAccess { .variables }

  var role: WaitRole { .awaits(condition) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    // A step that accesses nothing else is one all the same.
    context.session.access(.thread(context.thread.name))
    let arguments = try context.arguments(options)
    try context.await(condition, arguments.patience)
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "sees that \(condition.text)" }
}
