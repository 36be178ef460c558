internal import Synchronization

/// What one observer has not seen yet: its own ring of events among those of a registry's
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

  /// From here on what happens is kept.
  package func begin() { observers.open(id) }

  /// Nothing more is kept; what is there can be read.
  package func stop() { observers.close(id) }

  /// Nothing more is kept, and what is there is dropped.
  package func end() {
    ended.store(true, ordering: .releasing)
    guard let ring = observers.removeRing(id) else { return }
    ring.destroy()
    for reader in ring.readers { reader.wake() }
  }

  /// Whether nothing more is to be handled.
  var hasEnded: Bool { ended.load(ordering: .acquiring) }

  package enum Next: Sendable {
    case event(RegistryEvent)
    case ended
    /// Nothing is there; the reader is woken when something is.
    case nothing
  }

  package func next(for reader: any Parker) -> Next {
    observers.withRing(id) { ring in
      if let event = ring.next() { return .event(event) }
      ring.enroll(reader)
      return .nothing
    } ?? .ended
  }

  /// Takes what is there, at most one block. Where that is nothing, the reader is woken when
  /// something is.
  ///
  /// - Parameters:
  ///   - block: is empty, and exchanged for what is there.
  ///   - reader: who waits.
  /// - Returns: what comes with it; nil once it has ended.
  func take(
    _ block: inout UnsafeMutablePointer<EventBlock>, for reader: any Parker
  ) -> EventBatch? {
    observers.withRing(id) { ring in
      let batch = ring.take(&block)
      if batch.isEmpty { ring.enroll(reader) }
      return batch
    }
  }

  /// A block for ``take(_:for:)``, which whoever gets it destroys.
  func makeBlock() -> UnsafeMutablePointer<EventBlock>? {
    observers.withRing(id) { $0.makeBlock() }
  }

  /// A reader waits no more.
  func forget(_ reader: any Parker) {
    observers.withRing(id) { ring in ring.readers.removeAll { $0 === reader } }
  }
}
