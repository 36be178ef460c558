internal import Synchronization

/// Checks whether a search, with all that it remembers, leaves enough memory for further runs.
final class SearchMemory: Sendable {
  let limit: MemoryLimit
  private let isFull = Atomic(false)

  init(_ limit: MemoryLimit) { self.limit = limit }

  var isUsedUp: Bool { isFull.load(ordering: .relaxed) }

  /// Call it while no run is under way.
  func check() {
    if limit.isNearlyExceeded { isFull.store(true, ordering: .relaxed) }
  }
}
