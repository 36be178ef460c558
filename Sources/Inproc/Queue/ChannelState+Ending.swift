internal import CInprocCore

// How a channel's ends close, and its connections end.

extension ChannelState {
  /// Closes the receiving end, and ends calls that wait to send. Queued messages stay, unless they are
  /// dropped: then they are returned.
  mutating func close(dropping: Bool, wakes: inout Wakes) -> [Envelope] {
    isClosed = true
    // The endpoint was taken off the registry before; replies are bound nowhere.
    if inproc_end_binding(links) { wakes.hasEnded = true }
    queue.refuse()
    var dropped: [Envelope] = []
    if dropping {
      if queue.count > 0 { dropped = queue.takeAll() }
      // No message can be sent any more: those that are not dropped had been received.
      if receivedBeforeDrop == nil { receivedBeforeDrop = queue.sent - dropped.count }
      if !isAlone { endReceivers(&wakes) }
    }
    if !isAlone { endSenders(&wakes) { _ in true } }
    notifyAll(&wakes)
    return dropped
  }

  /// Ends calls that wait to receive: neither a connection nor the binding is left.
  mutating func becomeUnreachable(wakes: inout Wakes) { notifyAll(&wakes) }

  /// Ends a connection, and the calls that wait to send over it.
  mutating func disconnect(_ connection: Connection, wakes: inout Wakes) {
    if connection.isCounted, inproc_disconnect(links) { wakes.hasEnded = true }
    endSenders(&wakes) { $0 === connection }
    roomWatchers.notifyFirst(.max, into: &wakes)
    notifyAll(&wakes)
  }

  /// Ends calls that wait to receive, though messages may be queued: they were dropped.
  private mutating func endReceivers(_ wakes: inout Wakes) {
    var candidate = receivers.first
    while let node = candidate {
      candidate = node.next
      if case .receive = node.kind { end(node, in: &receivers, &wakes) }
    }
  }

  /// Ends the call at a node. A selection goes on with its other cases.
  private func end(_ node: WaitNode, in queue: inout WaitQueue, _ wakes: inout Wakes) {
    guard let waiter = node.waiter else { return }
    if node.isOffer {
      queue.notify(into: &wakes) { $0 === node }
    } else if waiter.settle(.closed) {
      queue.remove(node)
      wakes.append(waiter.parker)
    }
  }

  private mutating func endSenders(_ wakes: inout Wakes, where ends: (Connection) -> Bool) {
    var candidate = senders.first
    while let node = candidate {
      candidate = node.next
      guard case .send(_, let owner) = node.kind, ends(owner) else { continue }
      end(node, in: &senders, &wakes)
    }
  }

  /// Closes the sending end as a whole.
  mutating func hangUp(wakes: inout Wakes) {
    isHungUp = true
    queue.refuse()
    endSenders(&wakes) { _ in true }
    notifyAll(&wakes)
  }
}
