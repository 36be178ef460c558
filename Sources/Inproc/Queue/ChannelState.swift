internal import CInprocCore

/// A message on its way, and for a bidirectional endpoint who sent it.
package struct Envelope: Sendable {
  package var message: Message
  package var origin: Origin?
}

/// What a channel is between two calls, and how each call changes it. It is used under the channel's
/// lock and knows no thread. The only locks it takes are those of the queue's two ends, where it changes
/// what direct sends and receives look at. Each transition is decided here, and the caller wakes the
/// threads in `wakes` afterwards.
///
/// Only the queue can change without it: calls that need not wait, and let no one go on who waits,
/// put messages in and take them out directly. They look at the queue's flags afterwards, and come
/// here where someone stands in line. So whoever begins to wait sets the flag first and looks at the
/// queue once more then.
struct ChannelState {
  let queue: MessageQueue
  /// What keeps it from ending; its owner's memory, as the queue's is.
  private let links: UnsafeMutablePointer<inproc_links>
  /// The receiving end is closed.
  var isClosed = false
  /// The sending end is closed as a whole: replies of a server that is gone.
  var isHungUp = false
  var receivers = WaitQueue()
  var senders = WaitQueue()
  /// Selections that wait for room, and calls that wait until all was received. They neither take
  /// nor give anything, so each is told by itself, whoever stands in the lines above.
  var roomWatchers = WaitQueue()
  /// Pollers: each is told once, and leaves its line with that.
  var messageWatchers = WaitQueue()
  var receiptWatchers = WaitQueue()
  /// How many messages had been received when the rest was dropped.
  var receivedBeforeDrop: Int?
  /// How often in a row who changed the queue directly came here for nobody, at either end.
  private var idleReceiverNotifications: UInt8 = 0
  private var idleSenderNotifications: UInt8 = 0
  /// What observers know of it; nil until the first event.
  var observed: ObservedQueue?

  init(queue: MessageQueue, links: UnsafeMutablePointer<inproc_links>) {
    self.queue = queue
    self.links = links
  }

  /// Open connections that keep the channel alive. They come and go without this state.
  var connections: Int { inproc_connections(links) }

  var isRendezvous: Bool { queue.limit == 0 }

  /// How many of those who wait for a message can go on.
  var available: Int { isRendezvous ? senders.openCount : queue.count }

  /// How many of those who wait for room can go on.
  var room: Int {
    queue.isLossy || queue.limit == .max ? .max : max(0, queue.limit - queue.count)
  }

  /// Nothing can come any more.
  var isFinished: Bool { isClosed || isHungUp || inproc_has_ended(links) }

  // MARK: Sending

  typealias SendResult = MessageQueue.SendResult

  mutating func send(
    _ envelope: Envelope, over connection: Connection, wakes: inout Wakes
  ) -> SendResult {
    let queue = queue
    return send(envelope, over: connection, wakes: &wakes) { wakes in
      queue.send(envelope, dropped: &wakes.dropped)
    }
  }

  /// The same, where something else puts the message into the queue.
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
    // Where the oldest gave way, it is no longer waited for.
    if wakes.dropped != nil { notifyReceiptWatchers(&wakes) }
    return result
  }

  /// A rendezvous: the first who waits in a receive gets the message; who only watches does not.
  private mutating func handOver(_ envelope: Envelope, wakes: inout Wakes) -> Bool {
    var candidate = receivers.first
    while let node = candidate {
      if case .receive = node.kind, let waiter = node.waiter, waiter.settle(.served) {
        node.delivered = envelope
        node.isChosen = true
        receivers.remove(node)
        wakes.append(waiter.parker)
        return true
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

  /// The same, where something else takes the message out of the queue.
  @inline(__always)
  mutating func receive(
    wakes: inout Wakes, taking take: (inout Wakes) -> Envelope?
  ) -> ReceiveResult {
    // Before the queue is looked at: a sender can put a last message in and go in between.
    let isFinished = isFinished
    if let envelope = take(&wakes) {
      notifyOfRoom(&wakes)
      return .message(envelope)
    }
    if isRendezvous, let envelope = takeOver(wakes: &wakes) { return .message(envelope) }
    return isFinished ? .closed : .empty
  }

  /// A rendezvous: the first who waits in a send hands over. Of those who offer to send only, one
  /// that has chosen something else meanwhile is passed by.
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

  /// Takes all messages. `note` is told of each, under the receivers' lock.
  mutating func drain(
    wakes: inout Wakes, noting note: ((Envelope, inout Wakes) -> Void)? = nil
  ) -> [Envelope] {
    let taken = queue.takeAll { note?($0, &wakes) }
    notifyOfRoom(&wakes)
    return taken
  }

  /// Notes whom to wake after messages were put in or taken out without this state.
  ///
  /// - Parameters:
  ///   - delivers: whether tasks in line may be handed messages.
  ///   - wakes: whom to wake.
  mutating func notify(delivering delivers: Bool = false, wakes: inout Wakes) {
    clearFlags()
    if delivers, !isRendezvous { deliver(&wakes) }
    notifyAll(&wakes)
    setFlags()
  }

  /// Hands messages to the tasks that stand first in line. A task that is told only would have to
  /// come here again, to look and to leave the line.
  private mutating func deliver(_ wakes: inout Wakes) {
    while let waiter = receivers.firstTask, waiter.outcome == .waiting, let envelope = queue.take()
    {
      // In this order, and nobody else settles while the lock is held: the task looks without it.
      waiter.delivered = envelope
      _ = waiter.settle(.served)
      receivers.remove(waiter)
      wakes.append(waiter)
    }
  }

  // MARK: Waiting

  /// Enters the line, or stays there after a look that found nothing: the place is kept, and can be
  /// told again.
  mutating func wait(_ node: WaitNode, of waiter: Waiter, enters: Bool, wakes: inout Wakes) {
    if enters { return enter(node, of: waiter, wakes: &wakes) }
    switch node.kind {
    case .send: senders.resetNotified(node)
    case .receive, .watch: receivers.resetNotified(node)
    case .watchRoom: roomWatchers.resetNotified(node)
    case .watchOnce: messageWatchers.resetNotified(node)
    case .untilReceived: receiptWatchers.resetNotified(node)
    }
    setFlags()
  }

  /// Lets those who change the queue directly know whether someone stands in line who was not told
  /// to look. Where all were, a thread that shares their core can go on at full speed before they
  /// run. Who has begun to wait, or looked in vain, looks at the queue again afterwards.
  private func setFlags() {
    // A hand-over never goes past this state.
    if isRendezvous { return }
    let cQueue = queue.cQueue
    let receive = receiversExpectNews && !inproc_flag(&cQueue.pointee.receivers_wait)
    let send = sendersExpectNews && !inproc_flag(&cQueue.pointee.senders_wait)
    if receive { inproc_set_flag(&cQueue.pointee.receivers_wait, true) }
    if send { inproc_set_flag(&cQueue.pointee.senders_wait, true) }
    if receive || send { inproc_heavy_barrier() }
  }

  private var receiversExpectNews: Bool { receivers.expectsNews || messageWatchers.expectsNews }
  private var sendersExpectNews: Bool { senders.expectsNews || roomWatchers.expectsNews }

  /// Lets those who change the queue directly pass by again, once they came here for nobody twice.
  /// Not at once: where one waits for each message, every wait would need the heavy barrier.
  private mutating func clearFlags() {
    let cQueue = queue.cQueue
    idleReceiverNotifications = receiversExpectNews ? 0 : min(idleReceiverNotifications + 1, 2)
    idleSenderNotifications = sendersExpectNews ? 0 : min(idleSenderNotifications + 1, 2)
    if idleReceiverNotifications > 1 { inproc_set_flag(&cQueue.pointee.receivers_wait, false) }
    if idleSenderNotifications > 1 { inproc_set_flag(&cQueue.pointee.senders_wait, false) }
  }

  mutating func enter(_ node: WaitNode, of waiter: Waiter, wakes: inout Wakes) {
    // Those who look at a rendezvous do so only while nobody stands in line.
    if isRendezvous { queue.cancelHandOffs() }
    switch node.kind {
    case .send:
      senders.append(node, of: waiter)
      // At a rendezvous a sender that waits is a message that is there. Who offers to receive, and is
      // not told, is found by who offers to send: were both told, each would withdraw for the other.
      if isRendezvous {
        if node.isOffer {
          receivers.notify(into: &wakes) { if case .watch = $0.kind { true } else { false } }
        } else {
          receivers.notifyFirst(available, into: &wakes)
        }
        notifyMessageWatchers(&wakes)
      }
    case .receive, .watch:
      queue.dropProxy()
      receivers.append(node, of: waiter)
      // At a rendezvous a receiver that waits is room.
      if isRendezvous, case .receive = node.kind {
        roomWatchers.notifyFirst(.max, into: &wakes)
      }
    case .watchRoom: roomWatchers.append(node, of: waiter)
    case .watchOnce:
      queue.dropProxy()
      messageWatchers.append(node, of: waiter)
    case .untilReceived:
      receiptWatchers.append(node, of: waiter)
      queue.setAnnouncesReceives(true)
    }
    setFlags()
  }

  mutating func leave(_ node: WaitNode, wakes: inout Wakes) {
    guard node.isQueued else { return }
    switch node.kind {
    case .send: senders.remove(node)
    case .receive, .watch: receivers.remove(node)
    case .watchRoom: roomWatchers.remove(node)
    case .watchOnce: messageWatchers.remove(node)
    case .untilReceived:
      receiptWatchers.remove(node)
      if receiptWatchers.isEmpty { queue.setAnnouncesReceives(false) }
    }
    notifyAll(&wakes)
    setFlags()
  }

  /// Nobody stands in any line.
  private var isAlone: Bool {
    receivers.isEmpty && senders.isEmpty && roomWatchers.isEmpty && messageWatchers.isEmpty
      && receiptWatchers.isEmpty
  }

  /// Tells everyone to look who can go on by the present state and was not told.
  private mutating func notifyAll(_ wakes: inout Wakes) {
    if isFinished { inproc_set_flag(&queue.cQueue.pointee.is_finished, true) }
    if isAlone { return }
    receivers.notifyFirst(isFinished ? Int.max : available, into: &wakes)
    senders.notifyFirst(isClosed || isHungUp ? Int.max : room, into: &wakes)
    notifyWatchers(&wakes)
    notifyMessageWatchers(&wakes)
  }

  func canGoOn(_ node: WaitNode) -> Bool {
    if node.isOffer { return isReady(node.kind, for: node.waiter) }
    switch node.kind {
    case .receive, .watch:
      return isFinished || receivers.isAmongFirst(available, node)
    case .send(_, let connection):
      return isClosed || isHungUp || connection.hasEnded
        || senders.isAmongFirst(room, node)
    case .watchRoom, .watchOnce, .untilReceived:
      return isReady(node.kind)
    }
  }

  // MARK: Ending

  /// The receiving end closes; calls that wait to send end. What is queued stays, unless it is
  /// dropped.
  mutating func close(dropping: Bool, wakes: inout Wakes) -> [Envelope] {
    isClosed = true
    // What is bound was taken off the registry before; replies are bound nowhere.
    if inproc_end_binding(links) { wakes.hasEnded = true }
    queue.refuse()
    var dropped: [Envelope] = []
    if dropping {
      if queue.count > 0 { dropped = queue.takeAll() }
      // Nothing more can come: what was sent and is not among these had been received.
      if receivedBeforeDrop == nil { receivedBeforeDrop = queue.sent - dropped.count }
      if !isAlone { endReceivers(&wakes) }
    }
    if !isAlone { endSenders(&wakes) { _ in true } }
    notifyAll(&wakes)
    return dropped
  }

  /// Nothing ties the queue to anyone any more.
  mutating func becomeUnreachable(wakes: inout Wakes) { notifyAll(&wakes) }

  /// A connection ends; calls that wait to send over it end with it.
  mutating func disconnect(_ connection: Connection, wakes: inout Wakes) {
    if connection.isCounted, inproc_disconnect(links) { wakes.hasEnded = true }
    endSenders(&wakes) { $0 === connection }
    roomWatchers.notifyFirst(.max, into: &wakes)
    notifyAll(&wakes)
  }

  /// Calls that wait to receive end: nothing that is or will be there is theirs.
  private mutating func endReceivers(_ wakes: inout Wakes) {
    var candidate = receivers.first
    while let node = candidate {
      candidate = node.next
      if case .receive = node.kind { end(node, in: &receivers, &wakes) }
    }
  }

  /// A selection goes on with what else it offers; another call ends.
  private func end(_ node: WaitNode, in line: inout WaitQueue, _ wakes: inout Wakes) {
    guard let waiter = node.waiter else { return }
    if node.isOffer {
      line.notify(into: &wakes) { $0 === node }
    } else if waiter.settle(.closed) {
      line.remove(node)
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

  /// The sending end closes as a whole.
  mutating func hangUp(wakes: inout Wakes) {
    isHungUp = true
    queue.refuse()
    endSenders(&wakes) { _ in true }
    notifyAll(&wakes)
  }
}
