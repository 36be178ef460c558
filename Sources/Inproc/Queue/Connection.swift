public import Synchronization

/// A connection to a channel; opaque.
///
/// A ``Sender`` is a connection, so that connecting allocates one object.
public class Connection: @unchecked Sendable {
  // Unchecked because only a final class can be checked; nothing here changes but by atomics.

  /// At a bidirectional endpoint: who its messages come from.
  final let origin: Origin?
  /// Its number in events; 0 until an event needs one.
  private final let observedNumber = Atomic<UInt64>(0)
  /// Whether it keeps the channel open. A sender of the receiver itself does not.
  final let isCounted: Bool
  @usableFromInline final let closed = Atomic(false)

  init(isCounted: Bool, origin: Origin?) {
    self.isCounted = isCounted
    self.origin = origin
  }

  /// Its number in events; nil for a sender of the receiver itself.
  func number(_ observers: Observers) -> UInt64? {
    guard isCounted else { return nil }
    let known = observedNumber.load(ordering: .relaxed)
    if known != 0 { return known }
    let next = observers.nextNumber()
    let (isMine, other) = observedNumber.compareExchange(
      expected: 0, desired: next, ordering: .relaxed)
    return isMine ? next : other
  }

  @inlinable final var hasEnded: Bool { closed.load(ordering: .acquiring) }

  /// Called before the link that kept the queue is released.
  func keepQueue() {}

  /// Closes it. Returns whether it was open.
  final func closeOnce() -> Bool { !closed.exchange(true, ordering: .acquiringAndReleasing) }
}

/// Who sent a message to a bidirectional endpoint, and where replies go.
package class Origin: @unchecked Sendable {
  // Unchecked because only a final class can be checked; nothing here changes.
  final let id: ClientID
  /// Nil for a plain connection: it takes no replies.
  final let replies: Channel?

  init(id: ClientID, replies: Channel?) {
    self.id = id
    self.replies = replies
  }
}
