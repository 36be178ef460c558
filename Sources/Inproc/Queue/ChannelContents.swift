internal import CInprocCore

/// All of a channel that the results of later calls depend on. For a scheduler that compares states of a
/// program; no other thread runs meanwhile.
package struct ChannelContents: Sendable {
  /// The queued messages, the oldest first.
  package var messages: [Message] = []
  /// Whether the receiving end is closed, or the sending end as a whole.
  package var isClosed = false
  /// Whether further connections can be made.
  package var isBound = false
  package var connections = 0
  /// The calls that wait, by what they wait for, in the order they came.
  package var waiters: [[WaiterState]] = []
}

/// The state of a waiting call, as far as a scheduler can't see it.
package struct WaiterState: Sendable {
  /// The number of the thread that waits.
  package var thread: UInt64
  /// How the wait ends; 0 while it goes on.
  package var outcome: UInt8
  /// Whether it was notified and has not retried since.
  package var isNotified: Bool
  /// The message that was handed to it.
  package var delivered: Message?

  fileprivate init(_ node: WaitNode, _ waiter: Waiter) {
    thread = waiter.parker.identity.id
    outcome = waiter.outcome.rawValue
    isNotified = node.isNotified
    delivered = node.delivered?.message
  }
}

extension WaiterState {
  /// The state of a wait at a channel; nil for any other wait.
  package init?(_ wait: any Wait) {
    guard let waiter = wait as? Waiter else { return nil }
    self.init(waiter, waiter)
  }
}

extension Channel {
  /// Nil where the messages can't be read in place. O(*n*).
  var contents: ChannelContents? {
    withState { state in
      guard let messages = queue.copy() else { return nil }
      return ChannelContents(
        messages: messages, isClosed: state.isClosed || state.isHungUp,
        isBound: inproc_can_connect(storage.links), connections: state.connections,
        waiters: [
          state.receivers, state.senders, state.roomWatchers, state.messageWatchers,
          state.receiptWatchers,
        ].map(\.states))
    }
  }
}

extension WaitQueue {
  fileprivate var states: [WaiterState] {
    var states: [WaiterState] = []
    var current = first
    while let node = current {
      if let waiter = node.waiter { states.append(WaiterState(node, waiter)) }
      current = node.next
    }
    return states
  }
}

extension MessageQueue {
  /// Copies of all messages, the oldest first; nil if they can't be read in place. Takes no lock: no other
  /// thread uses the queue. O(*n*).
  fileprivate func copy() -> [Message]? {
    if inproc_has_proxy(cQueue) || hasOrigins { return nil }
    var messages: [Message] = []
    var left = count
    messages.reserveCapacity(left)
    var slot = cQueue.pointee.head_slot
    var end = cQueue.pointee.head_end
    var block = cQueue.pointee.head_block
    while left > 0 {
      if slot == end {
        // The receivers' end would move on in the same way: to the next block, or to the first.
        guard let next = block.map({ $0.pointee.next }) ?? cQueue.pointee.first_block else {
          return nil
        }
        block = next
        end = next.pointee.end
        slot = UnsafeMutableRawPointer(next + 1).assumingMemoryBound(to: CChar.self)
      }
      guard let node = UnsafeMutableRawPointer(slot) else { return nil }
      // The slots between the two ends hold messages, which no thread takes meanwhile.
      messages.append(node.assumingMemoryBound(to: Message.self).pointee)
      slot = slot.map { $0 + Int(cQueue.pointee.slot_size) }
      left -= 1
    }
    return messages
  }
}
