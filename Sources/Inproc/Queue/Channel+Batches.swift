internal import CInprocCore

// Many messages in one call: the lock of the queue's end is taken once for all of them.

extension Channel {
  // MARK: Receiving

  /// Receives the messages that are queued, at most `limit`.
  ///
  /// - Parameters:
  ///   - limit: the most messages, 1 or more.
  ///   - body: is called with each message, under the receivers' lock.
  /// - Returns: how many; 0 if none is queued.
  /// - Throws: `.closed`.
  func tryReceive(
    _ limit: Int, _ body: (consuming Envelope) -> Void
  ) throws(InprocError) -> Int {
    let taken = takeDirectly(limit, body)
    if taken > 0 { return taken }
    let (announced, isClosed) = takeAnnounced(limit, body)
    if announced == 0, isClosed { throw closedToReceivers() }
    return announced
  }

  /// Waits for the first message, then receives those that are queued.
  func receive(
    _ limit: Int, until deadline: Deadline, _ body: (consuming Envelope) -> Void
  ) throws(InprocError) -> Int {
    let taken = try tryReceive(limit, body)
    if taken > 0 { return taken }
    body(try receive(until: deadline))
    return 1 + takeMore(limit - 1, body)
  }

  func receive(
    _ limit: Int, until deadline: Deadline, _ body: (consuming Envelope) -> Void
  ) async throws(InprocError) -> Int {
    if Task.isCancelled { throw ended(.cancelled, doing: "receive from") }
    let taken = try tryReceive(limit, body)
    if taken > 0 { return taken }
    body(try await receive(until: deadline))
    return 1 + takeMore(limit - 1, body)
  }

  /// Receives all messages that are queued now. Not those sent meanwhile, because that might not end.
  func drain(_ body: (consuming Envelope) -> Void) -> Int { takeMore(queue.count, body) }

  private func takeMore(_ limit: Int, _ body: (consuming Envelope) -> Void) -> Int {
    if limit <= 0 { return 0 }
    let taken = takeDirectly(limit, body)
    return taken > 0 ? taken : takeAnnounced(limit, body).taken
  }

  /// ``takeDirectly()``, of several messages.
  private func takeDirectly(_ limit: Int, _ body: (consuming Envelope) -> Void) -> Int {
    let held = inproc_lock(&cQueue.pointee.receive_lock)
    var taken = 0
    if !isObserved, !queue.announcesReceives {
      while taken < limit, let envelope = queue.pop() {
        body(envelope)
        taken += 1
      }
    }
    if taken == 0 {
      inproc_unlock(&cQueue.pointee.receive_lock, held)
    } else {
      closeQueue(&cQueue.pointee.receive_lock, held, &cQueue.pointee.senders_wait)
    }
    return taken
  }

  /// The same through the channel's state: where receives are announced, and at a rendezvous.
  private func takeAnnounced(
    _ limit: Int, _ body: (consuming Envelope) -> Void
  ) -> (taken: Int, isClosed: Bool) {
    update { (state, wakes) -> (taken: Int, isClosed: Bool) in
      var taken = 0
      while taken < limit {
        switch take(&state, &wakes) {
        case .message(let envelope): body(envelope)
        case .empty: return (taken, false)
        case .closed: return (taken, true)
        }
        taken += 1
      }
      return (taken, false)
    }
  }

  // MARK: Sending

  /// Sends messages in their order until one would have to wait.
  ///
  /// - Returns: how many were sent.
  /// - Throws: `.closed`, where none was sent.
  func trySend(_ messages: [Message], over connection: Connection) throws(InprocError) -> Int {
    try send(messages, over: connection) { (_) throws(InprocError) in false }
  }

  /// Sends messages in their order, and waits wherever it has to.
  ///
  /// - Returns: how many were sent; not all if the connection, the time or the wait ended.
  /// - Throws: why it ended, where none was sent.
  func send(
    _ messages: [Message], over connection: Connection, until deadline: Deadline
  ) throws(InprocError) -> Int {
    let deadline = deadline.fixed(scheduler)
    return try send(messages, over: connection) { (message) throws(InprocError) in
      let envelope = Envelope(message: message, origin: connection.origin)
      try send(envelope, over: connection, until: deadline)
      return true
    }
  }

  private func send(
    _ messages: [Message], over connection: Connection,
    waiting: (Message) throws(InprocError) -> Bool
  ) throws(InprocError) -> Int {
    var sent = 0
    do throws(InprocError) {
      while try advance(messages, &sent, over: connection) {
        guard try waiting(messages[sent]) else { return sent }
        sent += 1
      }
    } catch {
      if sent == 0 { throw error }
    }
    return sent
  }

  func send(
    _ messages: [Message], over connection: Connection, until deadline: Deadline
  ) async throws(InprocError) -> Int {
    if Task.isCancelled, !messages.isEmpty { throw ended(.cancelled, doing: "send to") }
    let deadline = deadline.fixed(scheduler)
    var sent = 0
    do throws(InprocError) {
      while try advance(messages, &sent, over: connection) {
        let envelope = Envelope(message: messages[sent], origin: connection.origin)
        try await send(envelope, over: connection, until: deadline)
        sent += 1
      }
    } catch {
      if sent == 0 { throw error }
    }
    return sent
  }

  /// Sends the messages that need not wait. Returns whether some are left.
  private func advance(
    _ messages: [Message], _ sent: inout Int, over connection: Connection
  ) throws(InprocError) -> Bool {
    while sent < messages.count {
      let count = pushDirectly(messages, from: sent, over: connection)
      sent += count
      if count > 0 { continue }
      let envelope = Envelope(message: messages[sent], origin: connection.origin)
      guard try trySend(envelope, over: connection) else { return true }
      sent += 1
    }
    return false
  }

  private func pushDirectly(
    _ messages: [Message], from start: Int, over connection: Connection
  ) -> Int {
    let held = inproc_lock(&cQueue.pointee.send_lock)
    var sent = 0
    if allowsDirectSend(over: connection), !isObserved {
      while start + sent < messages.count, queue.hasRoom() {
        queue.push(messages[start + sent], connection.origin)
        sent += 1
      }
    }
    if sent == 0 {
      inproc_unlock(&cQueue.pointee.send_lock, held)
    } else {
      finishDirectSend(held)
    }
    return sent
  }
}
