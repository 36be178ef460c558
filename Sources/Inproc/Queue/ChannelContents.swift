internal import CInprocCore

/// All of a channel that decides what later calls at it give, whichever way it came to be so. For a
/// scheduler that compares states of a program and lets nobody run meanwhile.
package struct ChannelContents: Sendable {
  /// The queued messages, the oldest first.
  package var messages: [Message] = []
  /// The receiving end is closed, or the sending end as a whole.
  package var isClosed = false
  /// Further connections can come.
  package var isBound = false
  package var connections = 0
  /// Who waits at each end and for what, in the order of their coming.
  package var waiters: [[WaiterState]] = []
}

/// What a scheduler can't see of a call that waits.
package struct WaiterState: Sendable {
  /// The thread that waits, by its identity's number.
  package var thread: UInt64
  /// How the wait was decided; 0 while it is not.
  package var outcome: UInt8
  /// It was told to look, and has not looked since.
  package var isNotified: Bool
  /// What was handed over to it.
  package var delivered: Message?

  fileprivate init(_ node: WaitNode, _ waiter: Waiter) {
    thread = waiter.parker.identity.id
    outcome = waiter.outcome.rawValue
    isNotified = node.isNotified
    delivered = node.delivered?.message
  }
}

extension WaiterState {
  /// That of a wait at a channel; nil of any other.
  package init?(_ wait: any Wait) {
    guard let waiter = wait as? Waiter else { return nil }
    self.init(waiter, waiter)
  }
}

extension Receiver {
  /// Nil where it can't be told. O(*n*).
  package var contents: ChannelContents? { channel.contents }
  /// Whether it is the end of the same queue. Senders and receivers of one queue have the same.
  package var queueIdentity: ObjectIdentifier { ObjectIdentifier(channel.storage) }
}

extension Sender {
  /// See ``Receiver/queueIdentity``.
  package var queueIdentity: ObjectIdentifier { ObjectIdentifier(channel.storage) }
  package var contents: ChannelContents? { channel.contents }
}

extension Channel {
  fileprivate var contents: ChannelContents? {
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
  /// Copies of all messages, the oldest first; nil where they can't be read in place. Under no lock,
  /// where nobody else is at the queue. O(*n*).
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
        // As the receivers' end moves on: to the next block, or to the first there is.
        guard let next = block.map({ $0.pointee.next }) ?? cQueue.pointee.first_block else {
          return nil
        }
        block = next
        end = next.pointee.end
        slot = UnsafeMutableRawPointer(next + 1).assumingMemoryBound(to: CChar.self)
      }
      guard let node = UnsafeMutableRawPointer(slot) else { return nil }
      // The slots between the two ends hold messages, which nobody takes meanwhile.
      messages.append(node.assumingMemoryBound(to: Message.self).pointee)
      slot = slot.map { $0 + Int(cQueue.pointee.slot_size) }
      left -= 1
    }
    return messages
  }
}
