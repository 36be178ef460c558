public import Synchronization

/// A sending end's tie to a channel; opaque.
///
/// A ``Sender`` is one, so that connecting makes a single object.
public class Connection: @unchecked Sendable {
  // Unchecked because only a final class can be checked; nothing here changes but by atomics.

  /// On a bidirectional endpoint: who its messages come from.
  final let origin: Origin?
  /// How events call it; 0 until one does.
  private final let observedNumber = Atomic<UInt64>(0)
  /// Whether it keeps the channel alive. The binder's own half does not.
  final let isCounted: Bool
  @usableFromInline final let closed = Atomic(false)

  init(isCounted: Bool, origin: Origin?) {
    self.isCounted = isCounted
    self.origin = origin
  }

  /// Its number for events, or nil for the binder's own half.
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

  /// The tie that kept the queue is about to go.
  func keepQueue() {}

  /// Closes it. Returns whether it was open.
  final func closeOnce() -> Bool { !closed.exchange(true, ordering: .acquiringAndReleasing) }
}

/// Who sent a message to a bidirectional endpoint, and where replies go.
package class Origin: @unchecked Sendable {
  // Unchecked because only a final class can be checked; nothing here changes.
  final let id: Client.ID
  /// Nil for a plain connection: it takes no replies.
  final let replies: Channel?

  init(id: Client.ID, replies: Channel?) {
    self.id = id
    self.replies = replies
  }
}
