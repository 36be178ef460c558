internal import Synchronization

/// The events that one observer has not seen yet: its own ring among those of a registry's
/// ``Observers``.
package final class EventBuffer: Sendable {
  private let observers: Observers
  private let id: Int
  private let ended = Atomic(false)

  /// Nothing is kept before ``begin()``.
  package init(
    _ messages: ObservedMessages, _ buffering: EventBuffering,
    of observers: Observers
  ) {
    self.observers = observers
    id = observers.addRing(messages, buffering)
  }

  deinit { end() }

  /// Events are kept from here on.
  package func begin() { observers.open(id) }

  /// No further events are kept; those that are kept can be read.
  package func stop() { observers.close(id) }

  /// No further events are kept, and those that are kept are dropped.
  package func end() {
    ended.store(true, ordering: .releasing)
    guard let ring = observers.removeRing(id) else { return }
    ring.destroy()
    for reader in ring.readers { reader.wake() }
  }

  /// Whether no event is to be handled any more.
  var hasEnded: Bool { ended.load(ordering: .acquiring) }

  package enum Next: Sendable {
    case event(RegistryEvent)
    case ended
    /// There is no event; the reader will be woken by the next one.
    case nothing
  }

  package func next(for reader: any Parker) -> Next {
    observers.withRing(id) { ring in
      if let event = ring.next() { return .event(event) }
      ring.enroll(reader)
      return .nothing
    } ?? .ended
  }

  /// Takes the events that are kept, at most one block. If there are none, the reader will be woken by the
  /// next one.
  ///
  /// - Parameters:
  ///   - block: an empty block; it is exchanged for a full one.
  ///   - reader: the thread or task to wake.
  /// - Returns: what belongs to the block; nil once the observation has ended.
  func take(
    _ block: inout UnsafeMutablePointer<EventBlock>, for reader: any Parker
  ) -> EventBatch? {
    observers.withRing(id) { ring in
      let batch = ring.take(&block)
      if batch.isEmpty { ring.enroll(reader) }
      return batch
    }
  }

  /// A block for ``take(_:for:)``, which the caller destroys.
  func makeBlock() -> UnsafeMutablePointer<EventBlock>? {
    observers.withRing(id) { $0.makeBlock() }
  }

  /// Removes a reader that no longer waits.
  func forget(_ reader: any Parker) {
    observers.withRing(id) { ring in ring.readers.removeAll { $0 === reader } }
  }
}
