internal import Inproc
internal import InprocExploration

/// Sends one message: `send inbox hello "wide world"`.
struct SendCommand: SimpleCommand {
  static let description = CommandDescription(
    "send", group: .messages, operands: [.handle, .frames],
    options: [.timeout, OptionDescription("to", .handle, "CLIENT")],
    summary: "send one message",
    details: """
      Each FRAME is a word, a string, bytes or a variable. It waits while a bounded endpoint is \
      full. On the handle of a 'bidi' bind it needs 'to=' a client's handle, or exactly one \
      connected client.
      """,
    errors: [
      .noHandleOrVariable,
      ErrorDescription(.closed, "the receiving end is gone"),
      ErrorDescription(.timedOut, "there was no room within the timeout"),
      ErrorDescription(.wouldBlock, "'timeout=now' is given, and there is no room"),
      ErrorDescription(.noPeer, "a 'bidi' bind without 'to=' has no client, or several"),
      ErrorDescription(
        .notBidirectional, "'to=' is given, and the handle is a plain bind or connection"),
      ErrorDescription(.limit, "over 1 GiB or 65,536 frames"),
      .waitInterrupted,
    ],
    example: "bind inproc://jobs as inbox\nsend inbox hello \"wide world\" 0xDEAD")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: true)

  let handle: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let handle = parsed.words.first else { return nil }
    self.handle = handle
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.name(handle)] + .frames(frames) }

  var access: CommandAccess { .handles([handle]) }

  var role: WaitRole { .sends(to: handle) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let handle = try context.handle(handle, accesses: false)
    var use: QueueUse?
    defer { context.access(handle, use) }
    let message = try frames.message(context.values)
    let arguments = try context.arguments(options)
    // Elsewhere a send that waits can be seen.
    if !handle.isUnboundedQueue { context.access(handle, nil) }
    let client = try arguments.to.map { (name) throws(CommandError) in
      try context.session.handle(name)
    }
    try context.observed(message, on: handle) { () throws(CommandError) in
      switch handle.end {
      case .server(let server):
        try context.send(message, on: server, of: handle, to: client)
      case .receiver(_, let sender):
        try context.refuse(client, on: handle)
        try context.send(message, over: sender, arguments.patience)
      case .sender(let sender):
        try context.refuse(client, on: handle)
        try context.send(message, over: sender, arguments.patience)
      case .topic(let topic):
        try context.refuse(client, on: handle)
        try context.send(message, over: topic, arguments.patience)
      case .subscription:
        throw CommandError(
          .notBidirectional,
          "'\(handle.name)' is a subscription and only receives; send to the topic over its bind "
            + "or a connection")
      case .client(let sender):
        try context.refuse(client, on: handle)
        try context.send(message, over: sender, arguments.patience)
      }
    }
    if handle.isUnboundedQueue { use = .sending }
    context.session.tracker?.noteChange()
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String {
    "sends \(step.frames ?? step.operands) to \(step.name)"
  }
}

extension CommandContext {
  fileprivate func refuse(_ client: Handle?, on handle: Handle) throws(CommandError) {
    if client != nil {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' has no clients to choose from; 'to=' is for the handle of a 'bidi' bind")
    }
  }

  fileprivate func send(
    _ message: Message, over sender: some SendingEnd, _ patience: ResolvedWait
  ) throws(CommandError) {
    try library { () throws(InprocError) in
      switch patience {
      case .forever: try sender.send(message)
      case .after(let timeout): try sender.send(message, timeout: timeout)
      case .now:
        if try !sender.trySend(message) {
          throw InprocError(
            .wouldBlock,
            "'\(sender.endpoint)' has no room and no receiver waits; receive there first, "
              + "or send without 'timeout=now'")
        }
      }
    }
  }

  /// A message to one client, not as an answer.
  fileprivate func send(
    _ message: Message, on server: Server, of handle: Handle, to client: Handle?
  ) throws(CommandError) {
    if let client {
      guard case .client(let peer) = client.end, server.clients.contains(peer.id) else {
        throw CommandError(
          .noPeer,
          "'\(client.name)' is not a bidirectional client of '\(handle.name)'; connect it with 'bidi'"
        )
      }
      return try delivering(to: peer.id, handle) { () throws(InprocError) in
        try server.send(message, to: peer.id)
      }
    }
    let clients = server.clients
    guard clients.count == 1, let only = clients.first else {
      throw CommandError(
        .noPeer,
        clients.isEmpty
          ? "no client is connected to '\(handle.name)'; connect one with 'bidi' first"
          : "\(clients.count) clients are connected to '\(handle.name)'; say which with 'to='")
    }
    try delivering(to: only, handle) { () throws(InprocError) in
      try server.send(message, to: only)
    }
  }
}
