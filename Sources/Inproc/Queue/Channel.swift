internal import CInprocCore

// The ways of a message into a queue. Each is tried if the one above it does not apply; a receive goes the
// same ways from the other end (`takeDirectly`, `receiveByElimination`, `receiveParked`).
//
//   Sender.send              fast path, inlined into the caller: the thread owns the biased lock of its
//     │                      end, and a slot is free (inproc_reserve_send … inproc_commit_send)
//     ▼
//   Channel.sendDirectly     under the lock of the queue's end, without the channel's state
//     │                      (allowsDirectSend … finishDirectSend). If someone observes, sendObserved. If
//     │                      the queue is full and a receiver spins, makeRoom, or at a rendezvous handOff.
//     │                      Many messages in one call take the same way in pushDirectly
//     ▼
//   Channel.send             the scheduler sees the call (Outbound.send, instrumented); then under the
//     │                      channel's lock: put → ChannelState.send → MessageQueue.send
//     ├─ sendByElimination   spins for some microseconds, if threads run in parallel: at short queues by
//     │  spin                elimination, at all others by trySend
//     ▼
//   Channel.sendParked       a Waiter is queued and its thread parks (Scheduler); once it is woken,
//                            sendStep tries put again
//
// At a topic the channel holds nothing and has no room: Channel.send passes the message to its FanOut, which
// puts it into the channels of the subscribers. A value of one's own type goes the same ways in a message
// (ValueStore).

/// The queue of one endpoint, or of one client's replies: ``ChannelState`` under a lock, and calls that
/// wait. Calls that need not wait use the queue of messages directly, without that state.
///
/// A channel is a reference: copies are the same channel.
package struct Channel: @unchecked Sendable {
  // Unchecked because only the state changes, under the lock.
  let storage: ChannelStorage

  init(
    endpoint: Endpoint, capacity: Capacity, connections: Int = 0, canConnect: Bool,
    hasOrigins: Bool = false, isReplies: Bool = false, isSubscription: Bool = false,
    fanOut: (any FanOut)? = nil, values: ValueStore? = nil, context: ChannelContext
  ) {
    storage = ChannelStorage.make { (cQueue, links) in
      // Where something else takes the messages, the queue itself holds nothing and has no room.
      let queue = MessageQueue(
        cQueue: cQueue, capacity: fanOut == nil ? capacity : .rendezvous, hasOrigins: hasOrigins,
        isScheduled: context.hasCheckpoints, allowsElimination: context.allowsElimination)
      let parts = ChannelParts(
        endpoint: endpoint, connections: connections, canConnect: canConnect,
        isReplies: isReplies, isSubscription: isSubscription, fanOut: fanOut, values: values,
        context: context, capacity: capacity, queue: queue)
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
  /// What the ends of a channel of values share; nil if it is one of messages.
  var values: ValueStore? { parts.pointee.values }
  /// Whether the queue holds the replies to one client.
  @inline(__always) var isReplies: Bool { parts.pointee.isReplies }
  /// Only a topic sends there.
  var isSubscription: Bool { parts.pointee.isSubscription }
  /// What takes the messages in its stead, at a topic.
  @inline(__always) var fanOut: (any FanOut)? { parts.pointee.fanOut }
  @inline(__always) var hasCheckpoints: Bool { parts.pointee.hasCheckpoints }
  @inline(__always) var spins: Bool { parts.pointee.spins }
  @inline(__always) var queue: MessageQueue { parts.pointee.queue }
  /// The memory of the queue.
  @inline(__always) var cQueue: UnsafeMutablePointer<inproc_queue> { storage.cQueue }

  /// Calls a closure with the state, under the lock.
  @inline(__always)
  func withState<Result>(_ body: (inout ChannelState) -> Result) -> Result {
    storage.withUnsafeMutablePointerToElements { memory in
      let word = ChannelMemory.word(of: memory)
      lockWord(word)
      defer { unlockWord(word) }
      return body(&ChannelMemory.state(of: memory).pointee)
    }
  }

  /// Changes the state under the lock, then wakes the calls that can go on, without the lock.
  @inline(__always)
  func update<Result>(_ change: (inout ChannelState, inout Wakes) -> Result) -> Result {
    var wakes = Wakes()
    let result = withState { change(&$0, &wakes) }
    if !wakes.isEmpty {
      checkpoint(.published)
      wakes.wake()
    }
    if wakes.hasEnded { releaseEnded() }
    return result
  }

  @inline(never)
  private func releaseEnded() {
    fanOut?.end()
    Unmanaged.passUnretained(storage).release()
  }

  /// What a call does next that may have to wait.
  enum Step<Value> {
    case wait
    case done(Value)
    case ended(Waiter.Outcome)
  }

  /// Whether to skip the attempt before queueing: the call has just failed, and tries once more when it is
  /// queued. An attempt in between would also hide interleavings from a schedule, which can't switch
  /// threads under the lock.
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
  /// Whether no message is queued and none can be sent.
  package var isDisconnected: Bool { withState { $0.isFinished && $0.available == 0 } }
  package var isFull: Bool {
    if let fanOut { return !fanOut.full(for: nil).isEmpty }
    return withState { $0.room == 0 }
  }
  /// Whether a receive would not have to wait. Takes the lock at a rendezvous only.
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
  /// How many calls wait until messages have been received.
  var waitingForReceipt: Int { withState { $0.receiptWatchers.count } }
  func canGoOn(_ node: WaitNode) -> Bool { withState { $0.canGoOn(node) } }

  // MARK: For a selection

  /// Whether the call could go on now. If not, the node is queued, and will be notified.
  func watch(_ node: WaitNode, of waiter: Waiter, enters: Bool) -> Bool {
    update { (state, wakes) -> Bool in
      if !skipsRetry(enters, state), state.isReady(node.kind, for: waiter) { return true }
      state.wait(node, of: waiter, enters: enters, wakes: &wakes)
      // A direct send or receive may have happened before the node was queued.
      return state.isReady(node.kind, for: waiter)
    }
  }

  /// Whether a call that waits for that could go on now.
  func isReady(_ kind: WaitNode.Kind) -> Bool {
    if case .watch = kind { return isReadable }
    if case .watchRoom = kind, let fanOut, fanOut.full(for: nil).isEmpty { return true }
    return withState { $0.isReady(kind) }
  }

  /// Whether a poller can receive now. If not, its node is queued, and it is notified once.
  func arm(_ waiter: Waiter) -> Bool {
    update { $0.arm(waiter, of: waiter, wakes: &$1) }
  }

  func leave(_ node: WaitNode) { update { $0.leave(node, wakes: &$1) } }

  /// Ends a wait that is queued at this channel only, unless it is over. Takes the lock, so that no call
  /// exchanges a message with one that has given up.
  func end(_ waiter: Waiter, at node: WaitNode, _ outcome: Waiter.Outcome) -> Bool {
    update { (state, wakes) -> Bool in
      guard waiter.settle(outcome) else { return false }
      state.leave(node, wakes: &wakes)
      return true
    }
  }
}
