// Waiting that takes and gives nothing: for a message, for room, or until all was received.

extension ChannelState {
  /// Whether a call that waits in that way could go on by itself.
  ///
  /// - Parameters:
  ///   - kind: what it waits for.
  ///   - waiter: the call, if it stands in line: it does not wait for itself.
  /// - Returns: whether that is there. O(1), but at a rendezvous O(calls that wait there).
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
  private func hasRoom(for waiter: Waiter?) -> Bool {
    isRendezvous ? receivers.hasOpen(otherThan: waiter) : room > 0
  }

  /// Whether nobody stands in a line where messages are passed on.
  var nobodyWaits: Bool {
    receivers.isEmpty && senders.isEmpty && roomWatchers.isEmpty && messageWatchers.isEmpty
  }

  /// Whether a message is there, for a poller; where not, it stands in line, once, and is told of
  /// the first.
  mutating func arm(_ node: WaitNode, of waiter: Waiter, wakes: inout Wakes) -> Bool {
    if isReadable { return true }
    if !node.isQueued { enter(node, of: waiter, wakes: &wakes) }
    // Who sent without this state did not see it in line yet.
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

  /// Whether the first so many messages were all received: false once some were dropped instead, nil
  /// while that is open.
  func receipt(of count: Int) -> Bool? {
    if let receivedBeforeDrop { return count <= receivedBeforeDrop }
    return count <= queue.received ? true : nil
  }

  /// Messages have left the queue.
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
    // Each waits for at least as many as those before it.
    let ready = receiptWatchers.prefixCount { isReady($0.kind) }
    receiptWatchers.notifyFirst(ready, into: &wakes)
  }
}
