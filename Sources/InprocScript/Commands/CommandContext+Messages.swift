internal import Inproc
internal import InprocExploration

// Helpers of the commands that move messages.

extension CommandContext {
  /// Records an access to a handle's endpoint; `nil` is exclusive access to the whole endpoint.
  func access(_ handle: Handle, _ use: QueueUse?) {
    if let use {
      session.accessQueue(handle.object, use)
    } else {
      session.access(handle.object, writes: true)
    }
  }

  /// Sends a message, and reports it to the session's observer before and after.
  func observed(
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

  /// Sends to a client. If the client can't be reached, the error names its handle, which the
  /// library does not know.
  func delivering(
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
          : "'\(peer.name)' is not a bidirectional connection to \(endpoint); connect it with 'bidi' "
            + "to answer it")
    }
  }

  func receive(_ handle: Handle, _ patience: ResolvedWait) throws(CommandError) -> Message {
    // Nothing waits in 'atomic'.
    let patience = thread.atomicDepth > 0 ? .now : patience
    var use: QueueUse?
    defer { access(handle, use) }
    if handle.isUnboundedQueue {
      if thread.atomicDepth == 0 {
        session.tracker?.beginBlocking(on: handle.object, expecting: handle.object)
      }
    } else {
      access(handle, nil)
    }
    let message = try received(handle, patience)
    if handle.isUnboundedQueue { use = .receiving }
    session.tracker?.noteChange()
    session.observer?.received(message, at: handle, thread)
    return message
  }

  private func received(_ handle: Handle, _ patience: ResolvedWait) throws(CommandError) -> Message
  {
    switch handle.end {
    case .receiver(let receiver, _), .subscription(let receiver):
      return try receive(from: receiver, patience)
    case .client(let client): return try receive(from: client, patience)
    case .server(let server):
      let request = try receive(from: server, patience)
      thread.requests[handle.number] = request
      return request.message
    case .sender, .topic:
      throw CommandError(.notBidirectional, "'\(handle.name)' can only send")
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
}
