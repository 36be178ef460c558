import Inproc
import InprocTesting

/// A queue of one place whose senders leave their messages where receivers find them, made to be
/// wrong: each fault is one that `Channel+Elimination.swift` could have.
final class EliminationDouble: Sendable {
  enum Fault: CaseIterable {
    /// An offer is taken without a look at the queue after the offer was seen.
    case overtaking
    /// Who leaves does not wait for the end of a move.
    case hastyLeave
    /// Closing does not take offers back.
    case deafOffer
    /// An offer that was seen, and not taken, is put back: closing has passed it by.
    case lateOffer
    /// A message is moved, and its sender not told.
    case silentMove
  }

  private enum Place: Equatable {
    case vacant, published(Int), moving, done, void
    var isPublished: Bool { if case .published = self { true } else { false } }
  }

  private let test: TestScheduler
  private let scheduler: any Scheduler
  private let fault: Fault?
  /// Each is a lock; the first says whether it is closed.
  private let senders = Guarded(false)
  private let receivers = Guarded(())
  private let queue = Guarded<[Int]>([])
  private let place = Guarded(Place.vacant)

  init(_ scheduler: TestScheduler, _ fault: Fault?) {
    test = scheduler
    self.scheduler = scheduler.registry.scheduler
    self.fault = fault
  }

  /// Blocks while it is full. Returns false once closed.
  func send(_ number: Int) throws -> Bool {
    try test.checkpoint("send \(number)")
    while true {
      let result = senders.withLock { isClosed -> Bool? in
        if isClosed { return false }
        return queue.withLock { queue in
          if !queue.isEmpty { return nil }
          queue.append(number)
          return true
        }
      }
      if let result { return result }
      let offers = senders.withLock { isClosed in
        !isClosed && !queue.withLock(\.isEmpty)
          && replace(with: .published(number)) { $0 == .vacant }
      }
      scheduler.checkpoint(.spinning)
      if offers, leave() { return true }
      scheduler.checkpoint(.retrying)
    }
  }

  /// Whether the message was taken.
  private func leave() -> Bool {
    if replace(with: .vacant, where: \.isPublished) { return false }
    if fault != .hastyLeave, place.withLock({ $0 == .moving }) {
      _ = scheduler.wait { [place] in place.withLock { $0 != .moving } }
    }
    return place.withLock { place in
      defer { place = .vacant }
      return place == .done
    }
  }

  /// The oldest; nil where there is none.
  func tryReceive() throws -> Int? {
    try test.checkpoint("receive")
    return receivers.withLock { _ in
      if let first = pop() { return first }
      scheduler.checkpoint(.locked)
      guard case .published(let offered) = place.withLock({ $0 }) else { return nil }
      place.withLock { $0 = .moving }
      scheduler.checkpoint(.moving)
      if fault != .overtaking, let earlier = pop() {
        place.withLock { $0 = fault == .lateOffer ? .published(offered) : .void }
        return earlier
      }
      place.withLock { $0 = fault == .silentMove ? .void : .done }
      return offered
    }
  }

  func close() throws {
    try test.checkpoint("close")
    senders.withLock { $0 = true }
    if fault != .deafOffer { _ = replace(with: .void, where: \.isPublished) }
    receivers.withLock { _ in }
  }

  var count: Int { queue.withLock(\.count) }

  private func pop() -> Int? { queue.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

  private func replace(with new: Place, where isExpected: (Place) -> Bool) -> Bool {
    place.withLock { place in
      guard isExpected(place) else { return false }
      place = new
      return true
    }
  }
}
