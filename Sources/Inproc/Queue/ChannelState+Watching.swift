// Waiting that moves no message: for a message, for room, or until messages have been received.

extension ChannelState {
  /// Whether a call that waits for that could go on now.
  ///
  /// - Parameters:
  ///   - kind: what it waits for.
  ///   - waiter: the call, if it is queued: it is not its own counterpart.
  /// - Returns: whether it could. O(1), but at a rendezvous O(waiting calls).
  func isReady(_ kind: WaitNode.Kind, for waiter: Waiter? = nil) -> Bool {
    switch kind {
    case .receive, .watch, .watchOnce:
      isRendezvous ? isFinished || senders.hasOpen(otherThan: waiter) : isReadable
    case .send(_, let connection), .watchRoom(let connection):
      isClosed || isHungUp || connection.hasEnded || hasRoom(for: waiter)
    case .untilReceived(let count): receipt(of: count) != nil
    }
  }

  /// Whether a send could be done now.
  func hasRoom(for waiter: Waiter?) -> Bool {
    isRendezvous ? receivers.hasOpen(otherThan: waiter) : room > 0
  }

  /// Whether no call waits for a message or for room.
  var nobodyWaits: Bool {
    receivers.isEmpty && senders.isEmpty && roomWatchers.isEmpty && messageWatchers.isEmpty
  }

  /// Whether a poller can receive now. If not, queues its node, unless it is queued: it will be notified
  /// of the first message.
  mutating func arm(_ node: WaitNode, of waiter: Waiter, wakes: inout Wakes) -> Bool {
    if isReadable { return true }
    if !node.isQueued { enter(node, of: waiter, wakes: &wakes) }
    // A direct send may have happened before the node was queued.
    if !isReadable { return false }
    messageWatchers.remove(node)
    return true
  }

  mutating func notifyMessageWatchers(_ wakes: inout Wakes) {
    guard !messageWatchers.isEmpty, isReadable else { return }
    while let node = messageWatchers.first {
      if let waiter = node.waiter { wakes.append(waiter.parker) }
      messageWatchers.remove(node)
    }
  }

  /// Whether the first `count` messages have been received; false if some of them were dropped, nil while
  /// some are queued.
  func receipt(of count: Int) -> Bool? {
    if let receivedBeforeDrop { return count <= receivedBeforeDrop }
    return count <= queue.received ? true : nil
  }

  /// Notifies calls that wait for room: messages have left the queue.
  mutating func notifyOfRoom(_ wakes: inout Wakes) {
    senders.notifyFirst(room, into: &wakes)
    notifyWatchers(&wakes)
  }

  mutating func notifyWatchers(_ wakes: inout Wakes) {
    if !roomWatchers.isEmpty, isClosed || isHungUp || hasRoom(for: nil) {
      roomWatchers.notifyFirst(.max, into: &wakes)
    }
    notifyReceiptWatchers(&wakes)
  }

  mutating func notifyReceiptWatchers(_ wakes: inout Wakes) {
    if receiptWatchers.isEmpty { return }
    // Each waits for at least as many messages as those before it.
    let ready = receiptWatchers.prefixCount { isReady($0.kind) }
    receiptWatchers.notifyFirst(ready, into: &wakes)
  }
}
