internal import Inproc
internal import InprocExploration

/// Takes all queued messages: `drain inbox`.
struct DrainCommand: SimpleCommand {
  static let description = CommandDescription(
    "drain", group: .messages, operands: [.receiver],
    summary: "take all queued messages",
    details:
      "It never waits. It gives (none) if nothing is queued, also where the other end has closed.",
    results: "one line for each message, or (none)",
    errors: [
      .noHandle,
      .receivesNothing,
    ],
    example: "bind inproc://jobs as inbox\nsend inbox one\nsend inbox two\ndrain inbox")

  static let traits = CommandTraits(results: .received, changesState: true, isDrawn: true)

  let handle: Template

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
  }

  var operands: [CommandOperand] { [.name(handle)] }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .drains(handle) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let messages = try context.drain(try context.receivingHandle(handle))
    return CommandOutput(
      lines: messages.isEmpty ? [.none] : messages.map { CommandOutput.line($0) })
  }

  func phrase(_ step: StepWords) -> String {
    step.line == .nothing ? "finds \(step.name) empty" : "empties \(step.name)"
  }
}

extension CommandContext {
  fileprivate func drain(_ handle: Handle) throws(CommandError) -> [Message] {
    session.accessQueue(handle.object, .disturbing)
    let messages = try queued(handle)
    if let observer = session.observer {
      for message in messages { observer.received(message, at: handle, thread) }
    }
    return messages
  }

  private func queued(_ handle: Handle) throws(CommandError) -> [Message] {
    switch handle.end {
    case .receiver(let receiver, _), .subscription(let receiver): return receiver.drain()
    case .client(let client): return client.drain()
    case .server(let server):
      let requests = server.drain()
      if let last = requests.last { thread.requests[handle.number] = last }
      return requests.map(\.message)
    case .sender, .topic: return []
    }
  }
}
