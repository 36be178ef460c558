internal import Inproc

/// Closes a handle: `close inbox`.
struct CloseCommand: SimpleCommand {
  static let description = CommandDescription(
    "close", group: .endpoints, operands: [.handle],
    summary: "close a handle",
    details: """
      Closing a bind also takes its endpoint off the registry; what was queued and not received \
      is dropped. Closing the last connection lets a receiver know that nothing comes any more.
      """,
    errors: [.noHandle],
    example: "bind inproc://jobs as inbox\nclose inbox")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let handle: Template

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
  }

  var operands: [CommandOperand] { [.name(handle)] }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let handle = try context.session.remove(try handle.name(context.values))
    context.thread.requests[handle.number] = nil
    handle.close()
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "closes \(step.operands)" }
}
