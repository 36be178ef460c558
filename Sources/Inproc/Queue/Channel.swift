internal import CInprocCore

// The ways of a message into a queue. Each is tried where the one above it can't be taken; a receive
// goes the same ways from the other end (`takeDirectly`, `receiveByElimination`, `receiveParked`).
//
//   Sender.send         the thread holds the biased lock of its end and a slot is free there: inlined
//     │                 into the caller (inproc_reserve_send … inproc_commit_send)
//     ▼
//   Channel             under the lock of the queue's end, past the channel's state. Someone observes:
//   .sendDirectly       sendObserved. Full, and a receiver looks for a message: makeRoom, or at a
//     │                 rendezvous give
//     ▼
//   Channel.send        the scheduler is told (Outbound.send, watched), then under the channel's lock:
//     │                 put → ChannelState.send → MessageQueue.send
//     ├─ .sendByElimination   for some microseconds, where threads run at once: short queues, and
//     │  spin      all others
//     ▼
//   Channel.sendParked  a Waiter stands in line and its thread parks (Scheduler); when it is woken,
//                       sendStep tries `put` again

/// The queue of one endpoint, or of one client's replies: ``ChannelState`` under a lock, and the
/// waiting around it. What needs no waiting goes past that state, directly into the queue.
///
/// A reference: copies are the same channel.
package struct Channel: @unchecked Sendable {
  // Unchecked because of its parts only the state changes, under the lock.
  let storage: ChannelStorage

  init(
    endpoint: Endpoint, capacity: Capacity, connections: Int = 0, canConnect: Bool,
    hasOrigins: Bool = false, isReplies: Bool = false, context: ChannelContext
  ) {
    storage = ChannelStorage.make { (cQueue, links) in
      let queue = MessageQueue(
        cQueue: cQueue, capacity: capacity, hasOrigins: hasOrigins,
        isScheduled: context.hasCheckpoints, allowsElimination: context.allowsElimination)
      let parts = ChannelParts(
        endpoint: endpoint, connections: connections, canConnect: canConnect,
        isReplies: isReplies, context: context, capacity: capacity, queue: queue)
      cQueue.pointee.send_observed = context.observers.address
      cQueue.pointee.receive_observed = cQueue.pointee.send_observed
      return (parts, ChannelState(queue: queue, links: links))
    }
  }

  init(_ storage: ChannelStorage) { self.storage = storage }

  package static func === (left: Channel, right: Channel) -> Bool { left.storage === right.storage }

  // MARK: Its parts

  @inline(__always) private var parts: UnsafeMutablePointer<ChannelParts> { storage.parts }

  @inline(__always) package var endpoint: Endpoint { parts.pointee.endpoint }
  @inline(__always) package var capacity: Capacity { parts.pointee.capacity }
  @inline(__always) var context: ChannelContext { parts.pointee.context }
  @inline(__always) package var scheduler: any Scheduler { context.scheduler }
  @inline(__always) var observers: Observers { context.observers }
  /// Whether someone observes.
  @inline(__always) var isObserved: Bool { inproc_flag(parts.pointee.observed) }
  /// The queue holds the replies to one client.
  @inline(__always) var isReplies: Bool { parts.pointee.isReplies }
  @inline(__always) var hasCheckpoints: Bool { parts.pointee.hasCheckpoints }
  @inline(__always) var spins: Bool { parts.pointee.spins }
  @inline(__always) var queue: MessageQueue { parts.pointee.queue }
  /// Who answers, at a bidirectional endpoint that is bound.
  var server: ServerState? { parts.pointee.server?.takeUnretainedValue() }
  /// That of the queue.
  @inline(__always) var cQueue: UnsafeMutablePointer<inproc_queue> { storage.cQueue }

  /// Looks at, or changes, the state under the lock.
  @inline(__always)
  func withState<Result>(_ body: (inout ChannelState) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { memory in
      let word = ChannelMemory.word(of: memory)
      lockWord(word)
      defer { unlockWord(word) }
      return body(&ChannelMemory.state(of: memory).pointee)
    }
  }

  /// Changes the state under the lock, then wakes whom the change concerns.
  @inline(__always)
  func update<Result>(_ change: (inout ChannelState, inout Wakes) -> Result) -> Result {
    var wakes = Wakes()
    let result = withState { change(&$0, &wakes) }
    if !wakes.isEmpty {
      checkpoint(.published)
      wakes.wake()
    }
    if wakes.hasEnded { Unmanaged.passUnretained(storage).release() }
    return result
  }

  /// What a call that waits does next.
  enum Step<Value> {
    case wait
    case done(Value)
    case ended(Waiter.Outcome)
  }

  /// Whether a call need not look now: it has just looked, and is about to stand in line and look
  /// again. A look in between would also hide from a schedule what comes before the line: it can't
  /// switch under the lock.
  @inline(__always)
  func skipsRetry(_ enters: Bool, _ state: ChannelState) -> Bool {
    enters && !state.isRendezvous
  }

  @inline(__always) func checkpoint(_ point: Checkpoint) {
    if hasCheckpoints { scheduler.checkpoint(point) }
  }

  // MARK: What it is now

  package var count: Int { queue.count }
  package var connectionCount: Int { withState { $0.connections } }
  package var isClosed: Bool { withState { $0.isClosed || $0.isHungUp } }
  /// Nothing is queued and nothing can come.
  package var isDisconnected: Bool { withState { $0.isFinished && $0.available == 0 } }
  package var isFull: Bool { withState { $0.room == 0 } }
  /// Whether a receive would not have to wait. Takes no lock but at a rendezvous.
  package var isReadable: Bool {
    if queue.limit == 0 { return withState { $0.isReadable } }
    return inproc_is_readable(cQueue)
  }
  /// How many calls wait to receive or to select, and how many to send.
  package var waiting: (receivers: Int, senders: Int) {
    withState {
      ($0.receivers.count + $0.messageWatchers.count, $0.senders.count + $0.roomWatchers.count)
    }
  }
  /// How many calls wait until all was received.
  var waitingForReceipt: Int { withState { $0.receiptWatchers.count } }
  func canGoOn(_ node: WaitNode) -> Bool { withState { $0.canGoOn(node) } }

  // MARK: Watching, for a selection

  /// Whether what the place watches for is so; where not, it stands in line and is told.
  func watch(_ node: WaitNode, of waiter: Waiter, enters: Bool) -> Bool {
    update { (state, wakes) -> Bool in
      if !skipsRetry(enters, state), state.isReady(node.kind, for: waiter) { return true }
      state.wait(node, of: waiter, enters: enters, wakes: &wakes)
      // Who sent or received without this lock did not see this one in line yet.
      return state.isReady(node.kind, for: waiter)
    }
  }

  /// The same, without waiting.
  func isReady(_ kind: WaitNode.Kind) -> Bool {
    if case .watch = kind { return isReadable }
    return withState { $0.isReady(kind) }
  }

  /// The same for a poller, that is told once.
  func arm(_ waiter: Waiter) -> Bool {
    update { $0.arm(waiter, of: waiter, wakes: &$1) }
  }

  func leave(_ node: WaitNode) { update { $0.leave(node, wakes: &$1) } }

  /// Ends a wait that stands here only, unless it is over. Under the lock, so that no one hands a
  /// message to, or takes one from, a call that has given up.
  func end(_ waiter: Waiter, at node: WaitNode, _ outcome: Waiter.Outcome) -> Bool {
    update { (state, wakes) -> Bool in
      guard waiter.settle(outcome) else { return false }
      state.leave(node, wakes: &wakes)
      return true
    }
  }
}
