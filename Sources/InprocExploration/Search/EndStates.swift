/// The states that runs have ended in, over all the ways that a search goes about it: a set by open
/// addressing, at most half full. It forgets none, so what it counts is exact, until it is as large
/// as memory is meant for.
package final class EndStates {
  private var states = [UInt64](repeating: 0, count: 1 << 10)
  private var count = 0
  private let limit: Int
  /// A state was met that it had no room for: whether runs were equivalent is not known any more.
  package private(set) var hasOverflowed = false

  /// - Parameter limit: how many states are kept at most.
  package init(limit: Int = 1 << 22) { self.limit = limit }

  /// Notes how a run has ended. Returns whether an earlier run is equivalent to it.
  package func insert(_ state: UInt64) -> Novelty {
    // 0 marks a free slot.
    let state = state == 0 ? 1 : state
    let slot = slot(of: state)
    if states[slot] == state { return .repetition }
    guard count < limit else {
      hasOverflowed = true
      return .unknown
    }
    states[slot] = state
    count += 1
    if count * 2 > states.count { grow() }
    return .new
  }

  package func removeAll() {
    states = [UInt64](repeating: 0, count: 1 << 10)
    count = 0
    hasOverflowed = false
  }

  /// Where a state is, or may be put. There is always a free slot.
  private func slot(of state: UInt64) -> Int {
    let mask = states.count - 1
    var slot = Int(truncatingIfNeeded: mix64(state)) & mask
    while states[slot] != 0, states[slot] != state { slot = (slot + 1) & mask }
    return slot
  }

  private func grow() {
    let old = states
    states = [UInt64](repeating: 0, count: old.count * 2)
    for state in old where state != 0 { states[slot(of: state)] = state }
  }
}
