internal import CInprocCore

/// The state of a channel, and how each call changes it. It is used under the channel's lock and knows no
/// threads. The only locks that it takes are those of the queue's two ends, where it changes what direct
/// sends and receives read. Each transition is decided here; the caller wakes the threads in `wakes`
/// afterwards, without the lock.
///
/// Only the queue of messages changes without this state: calls that need not wait put messages in and
/// take them out directly. Afterwards they read the queue's two flags, and come here if one says that a
/// waiter has to be notified. So a call that begins to wait sets the flag first, and then tries the queue
/// once more.
struct ChannelState {
  let queue: MessageQueue
  /// What keeps the queue open; memory of its owner, as the queue's is.
  let links: UnsafeMutablePointer<inproc_links>
  /// Whether the receiving end is closed.
  var isClosed = false
  /// Whether the sending end as a whole is closed: the replies of a server that is gone.
  var isHungUp = false
  var receivers = WaitQueue()
  var senders = WaitQueue()
  /// Selections that wait for room. As the two below they move no message, so they are notified
  /// independently of the receivers and senders above.
  var roomWatchers = WaitQueue()
  /// Pollers. Each is notified once, and is removed then.
  var messageWatchers = WaitQueue()
  /// Calls that wait until messages have been received.
  var receiptWatchers = WaitQueue()
  /// How many messages had been received when the others were dropped; nil before that.
  var receivedBeforeDrop: Int?
  /// Consecutive notifications that found no waiter, at either end: after two the flag is cleared.
  var idleReceiverNotifications: UInt8 = 0
  var idleSenderNotifications: UInt8 = 0
  /// What observers know of the queue; nil until the first event.
  var observed: ObservedQueue?

  init(queue: MessageQueue, links: UnsafeMutablePointer<inproc_links>) {
    self.queue = queue
    self.links = links
  }

  /// How many connections keep the channel open. They come and go without this state.
  var connections: Int { inproc_connections(links) }

  var isRendezvous: Bool { queue.limit == 0 }

  /// How many calls that wait for a message could take one now.
  var available: Int { isRendezvous ? senders.openCount : queue.count }

  /// How many calls that wait for room could send now.
  var room: Int {
    queue.isLossy || queue.limit == .max ? .max : max(0, queue.limit - queue.count)
  }

  /// Whether no message can be sent any more.
  var isFinished: Bool { isClosed || isHungUp || inproc_has_ended(links) }

  // MARK: Sending

  typealias SendResult = MessageQueue.SendResult

  mutating func send(
    _ envelope: Envelope, over connection: Connection, wakes: inout Wakes
  ) -> SendResult {
    let queue = queue
    return send(envelope, over: connection, wakes: &wakes) { wakes in
      var dropped: Envelope?
      let result = queue.send(envelope, dropped: &dropped)
      if let dropped { wakes.dropped = (dropped.message, dropped.origin) }
      return result
    }
  }

  /// The same; `put` puts the message into the queue.
  @inline(__always)
  mutating func send(
    _ envelope: Envelope, over connection: Connection, wakes: inout Wakes,
    putting put: (inout Wakes) -> SendResult
  ) -> SendResult {
    if isClosed || isHungUp || connection.hasEnded { return .closed }
    if isRendezvous { return handOver(envelope, wakes: &wakes) ? .sent : .full }
    let result = put(&wakes)
    if result == .sent {
      receivers.notifyFirst(available, into: &wakes)
      notifyMessageWatchers(&wakes)
    }
    // A message that was dropped for a newer one counts as received.
    if wakes.dropped != nil { notifyReceiptWatchers(&wakes) }
    return result
  }

  /// Rendezvous: hands the message to the first queued receive. A call that only watches gets none.
  private mutating func handOver(_ envelope: Envelope, wakes: inout Wakes) -> Bool {
    var candidate = receivers.first
    while let node = candidate {
      if case .receive = node.kind, let waiter = node.waiter {
        // Written before the wait is settled: a task reads it without the lock.
        node.delivered = envelope
        if waiter.settle(.served) {
          node.isChosen = true
          receivers.remove(node)
          wakes.append(waiter.parker)
          return true
        }
        node.delivered = nil
      }
      candidate = node.next
    }
    return false
  }

  // MARK: Receiving

  enum ReceiveResult {
    case message(Envelope), empty, closed

    @inline(__always) var isEmpty: Bool { if case .empty = self { true } else { false } }
  }

  mutating func receive(wakes: inout Wakes) -> ReceiveResult {
    let queue = queue
    return receive(wakes: &wakes) { _ in queue.take() }
  }

  /// The same; `take` takes the message out of the queue.
  @inline(__always)
  mutating func receive(
    wakes: inout Wakes, taking take: (inout Wakes) -> Envelope?
  ) -> ReceiveResult {
    // Read before the queue is: in between a sender could send a last message and disconnect.
    let isFinished = isFinished
    if let envelope = take(&wakes) {
      notifyOfRoom(&wakes)
      return .message(envelope)
    }
    if isRendezvous, let envelope = takeOver(wakes: &wakes) { return .message(envelope) }
    return isFinished ? .closed : .empty
  }

  /// Rendezvous: takes the message of the first queued send. Skips a selection that has chosen another
  /// case meanwhile.
  private mutating func takeOver(wakes: inout Wakes) -> Envelope? {
    var candidate = senders.first
    while let node = candidate {
      if case .send(let envelope, _) = node.kind, let waiter = node.waiter,
        waiter.settle(.served)
      {
        node.isChosen = true
        senders.remove(node)
        wakes.append(waiter.parker)
        return envelope
      }
      candidate = node.next
    }
    return nil
  }

  /// Whether a receive would not have to wait.
  var isReadable: Bool { available > 0 || isFinished }

  /// Takes all messages. `note` is called with each, under the receivers' lock.
  mutating func drain(
    wakes: inout Wakes, noting note: ((Envelope, inout Wakes) -> Void)? = nil
  ) -> [Envelope] {
    let taken = queue.takeAll { note?($0, &wakes) }
    notifyOfRoom(&wakes)
    return taken
  }

  /// Notifies the calls that can go on after messages were sent or received without this state.
  ///
  /// - Parameters:
  ///   - delivers: whether messages may be handed to queued tasks.
  ///   - wakes: gets the threads and tasks to wake.
  mutating func notify(delivering delivers: Bool = false, wakes: inout Wakes) {
    clearFlags()
    if delivers, !isRendezvous { deliver(&wakes) }
    notifyAll(&wakes)
    setFlags()
  }

  /// Hands messages to the tasks at the front of the wait queue. A task that was only notified would have
  /// to take the lock again, to retry and to leave the wait queue.
  private mutating func deliver(_ wakes: inout Wakes) {
    while let waiter = receivers.firstTask, waiter.outcome == .waiting, let envelope = queue.take()
    {
      // In this order, because the task reads the message without the lock once the wait is settled. No
      // other thread settles it while this one holds the lock.
      waiter.delivered = envelope
      _ = waiter.settle(.served)
      receivers.remove(waiter)
      wakes.append(waiter)
    }
  }

}
