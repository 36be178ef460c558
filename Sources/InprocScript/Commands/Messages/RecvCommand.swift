internal import Inproc

/// Receives the oldest message: `recv inbox as job`.
struct RecvCommand: SimpleCommand {
  static let description = CommandDescription(
    "recv", group: .messages, operands: [.receiver], options: [.timeout, .asVariable],
    summary: "receive the oldest message",
    details: "It waits while there is none. 'as VAR' also keeps the message in a variable.",
    results: "one line with the frames",
    errors: [
      .noHandle,
      ErrorDescription(.closed, "nothing is queued and nothing can come"),
      .nothingCame,
      .nothingThere,
      .receivesNothing,
      .waitInterrupted,
    ],
    example: "bind inproc://jobs as inbox\nsend inbox hello\nrecv inbox as job timeout=1s")

  static let traits = CommandTraits(results: .received, changesState: false, isDrawn: true)

  let handle: Template

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
  }

  var operands: [CommandOperand] { [.name(handle)] }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .receives(at: handle) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let named = try context.handle(handle, accesses: false)
    let arguments = try context.arguments(options)
    let source = try context.receiving(named)
    let message = try context.receive(source, arguments.patience)
    if let name = arguments.name { context.set(name, message) }
    return CommandOutput(message)
  }

  func phrase(_ step: StepWords) -> String { "receives \(step.result) from \(step.name)" }
}
