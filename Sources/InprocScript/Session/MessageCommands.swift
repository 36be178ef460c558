internal import Inproc

// The commands that send and receive.

extension Commands {
  func send(
    _ template: Template, _ frames: [FrameExpression], _ options: [Option]
  ) throws(CommandError) {
    let handle = try handle(template, touches: false)
    var use: QueueUse?
    defer { touch(handle, use) }
    let message = try frames.message(values)
    let arguments = try Arguments(options, values)
    // Elsewhere a send that waits can be seen.
    if !handle.isUnboundedQueue { touch(handle, nil) }
    let client = try arguments.to.map { (name) throws(CommandError) in try session.handle(name) }
    try observed(message, on: handle) { () throws(CommandError) in
      switch handle.end {
      case .server(let server):
        try send(message, on: server, of: handle, to: client)
      case .receiver(_, let sender):
        try refuse(client, on: handle)
        try send(message, over: sender, arguments.patience)
      case .sender(let sender):
        try refuse(client, on: handle)
        try send(message, over: sender, arguments.patience)
      case .client(let sender):
        try refuse(client, on: handle)
        try send(message, over: sender, arguments.patience)
      }
    }
    if handle.isUnboundedQueue { use = .sending }
    session.scheduler.noteChange()
  }

  /// Tells what a step does at a handle's endpoint: nil is anything but what its queue is for.
  private func touch(_ handle: Handle, _ use: QueueUse?) {
    if let use {
      session.touchQueue(handle.object, use)
    } else {
      session.touch(handle.object, writes: true)
    }
  }

  /// Sends a message, and tells the session's observer before and after.
  private func observed(
    _ message: Message, on handle: Handle, _ send: () throws(CommandError) -> Void
  ) throws(CommandError) {
    guard let observer = session.observer else { return try send() }
    observer.sends(message, on: handle, thread)
    do {
      try send()
    } catch {
      observer.sendEnded(thread, succeeded: false)
      throw error
    }
    observer.sendEnded(thread, succeeded: true)
  }

  private func refuse(_ client: Handle?, on handle: Handle) throws(CommandError) {
    if client != nil {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' has no clients to choose from; 'to=' is for the handle of a 'bidi' bind")
    }
  }

  private func send(
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
  private func send(
    _ message: Message, on server: Server, of handle: Handle, to client: Handle?
  ) throws(CommandError) {
    if let client {
      guard case .client(let peer) = client.end, server.clients.contains(peer.id) else {
        throw CommandError(
          .noPeer,
          "'\(client.name)' is no bidirectional client of '\(handle.name)'; connect it with 'bidi'")
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

  /// Sends to a client; where that can't be reached, the error names its handle, which the library
  /// does not know.
  private func delivering(
    to client: Client.ID, _ handle: Handle, _ send: () throws(InprocError) -> Void
  ) throws(CommandError) {
    do {
      try send()
    } catch {
      guard error.code == .noPeer,
        let peer = session.table.withLock({ $0.clients[client] })
      else { throw CommandError(error) }
      let endpoint = Excerpt(handle.endpoint.description)
      throw CommandError(
        .noPeer,
        peer.isBidirectional
          ? "'\(peer.name)' has closed its connection to \(endpoint); answer a client before it closes"
          : "'\(peer.name)' is no bidirectional connection to \(endpoint); connect it with 'bidi' "
            + "to answer it")
    }
  }

  func receive(_ handle: Handle, _ patience: ResolvedWait) throws(CommandError) -> Message {
    var use: QueueUse?
    defer { touch(handle, use) }
    if handle.isUnboundedQueue {
      session.scheduler.divide(waitingAt: handle.object, for: handle.object)
    } else {
      touch(handle, nil)
    }
    let message = try received(handle, patience)
    if handle.isUnboundedQueue { use = .receiving }
    session.scheduler.noteChange()
    session.observer?.received(message, at: handle, thread)
    return message
  }

  private func received(_ handle: Handle, _ patience: ResolvedWait) throws(CommandError) -> Message
  {
    switch handle.end {
    case .receiver(let receiver, _): return try receive(from: receiver, patience)
    case .client(let client): return try receive(from: client, patience)
    case .server(let server):
      let request = try receive(from: server, patience)
      thread.requests[handle.number] = request
      return request.message
    case .sender: throw CommandError(.notBidirectional, "'\(handle.name)' only sends")
    }
  }

  private func receive<End: ReceivingEnd>(
    from end: End, _ patience: ResolvedWait
  ) throws(CommandError) -> End.Received {
    try library { () throws(InprocError) -> End.Received in
      switch patience {
      case .forever: return try end.receive()
      case .after(let timeout): return try end.receive(timeout: timeout)
      case .now:
        if let message = try end.tryReceive() { return message }
        throw InprocError(
          .wouldBlock,
          "nothing is queued at '\(end.endpoint)'; send there first, "
            + "or receive without 'timeout=now'")
      }
    }
  }

  func reply(_ template: Template, _ frames: [FrameExpression]) throws(CommandError) {
    let handle = try handle(template)
    let message = try frames.message(values)
    guard case .server = handle.end else {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' takes no requests; 'reply' is for the handle of a 'bidi' bind")
    }
    guard let request = thread.requests[handle.number] else {
      throw CommandError(
        .noPeer,
        "this thread has received nothing at '\(handle.name)'; receive a request before replying")
    }
    try observed(message, on: handle) { () throws(CommandError) in
      try delivering(to: request.client, handle) { () throws(InprocError) in
        try request.reply(message)
      }
    }
  }

  func select(
    _ templates: [Template], _ options: [Option]
  ) throws(CommandError) -> ResultLine {
    var handles: [Handle] = []
    for template in templates { handles.append(try handle(template)) }
    let arguments = try Arguments(options, values)
    for handle in handles { _ = try receiving(handle) }
    let ends = handles.compactMap(\.receivingEnd)
    let index = try library { () throws(InprocError) -> Int in
      var timeout: Duration?
      if case .after(let limit) = arguments.patience { timeout = limit }
      let ready = try selectReady(
        ends, waitingNot: arguments.patience == .now, timeout: timeout)
      guard let ready else {
        throw InprocError(
          .wouldBlock,
          "none of '\(handles.map(\.name).joined(separator: " "))' has a message; "
            + "send one first, or select without 'timeout=now'")
      }
      return ready
    }
    if let name = arguments.name { thread.variables[name] = Message(Frame(handles[index].name)) }
    return word(handles[index].name)
  }

  func drain(_ handle: Handle) throws(CommandError) -> [Message] {
    session.touchQueue(handle.object, .disturbing)
    let messages = try queued(handle)
    if let observer = session.observer {
      for message in messages { observer.received(message, at: handle, thread) }
    }
    return messages
  }

  private func queued(_ handle: Handle) throws(CommandError) -> [Message] {
    switch handle.end {
    case .receiver(let receiver, _): return receiver.drain()
    case .client(let client): return client.drain()
    case .server(let server):
      let requests = server.drain()
      if let last = requests.last { thread.requests[handle.number] = last }
      return requests.map(\.message)
    case .sender: return []
    }
  }
}
