internal import Synchronization

/// Whether a search, with all that it has to remember, leaves enough memory for further runs.
final class SearchMemory: Sendable {
  let limit: MemoryLimit
  private let isFull = Atomic(false)

  init(_ limit: MemoryLimit) { self.limit = limit }

  var isUsedUp: Bool { isFull.load(ordering: .relaxed) }

  /// To be called while no run is under way.
  func check() {
    if limit.isNearlyExceeded { isFull.store(true, ordering: .relaxed) }
  }
}
