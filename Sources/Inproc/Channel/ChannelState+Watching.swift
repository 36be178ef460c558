// Waiting that takes and gives nothing: for a message, for room, or until all was received.

extension ChannelState {
  /// Whether a call that waits in that way could go on by itself.
  func isReady(_ kind: Place.Kind) -> Bool {
    switch kind {
    case .receive, .watch: isReadable
    case .send(_, let connection), .watchRoom(let connection):
      isClosed || isHungUp || connection.isClosed || hasRoomToWatch
    case .untilReceived(let count): receipt(of: count) != nil
    }
  }

  /// Whether a send could be done now. O(1), but at a rendezvous O(selections that wait there).
  private var hasRoomToWatch: Bool {
    if !isRendezvous { return room > 0 }
    let watching = receivers.prefixCount {
      if case .watch = $0.kind { true } else { false }
    }
    return watching < receivers.count
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
    if !roomWatchers.isEmpty, isClosed || isHungUp || hasRoomToWatch {
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
