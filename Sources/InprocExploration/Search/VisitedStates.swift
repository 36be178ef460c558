/// The states that were reached, with the fewest preemptions each; a table of fixed size in which
/// newer states push out older ones.
struct VisitedStates {
  private static let size = 1 << 21
  private var states = [UInt64](repeating: 0, count: 1 << 10)
  private var preemptions = [UInt16](repeating: 0, count: 1 << 10)
  private var count = 0

  /// Notes a state. Returns false where it was reached before with no more preemptions.
  mutating func insert(_ state: UInt64, _ used: Int) -> Bool {
    if count * 2 > states.count, states.count < VisitedStates.size { grow() }
    let key = state == 0 ? 1 : state
    let used = UInt16(clamping: used)
    let slot = find(key)
    if states[slot] == key {
      guard used < preemptions[slot] else { return false }
    } else if states[slot] == 0 {
      count += 1
    }
    states[slot] = key
    preemptions[slot] = used
    return true
  }

  /// Whether it was reached with no more preemptions.
  func contains(_ state: UInt64, _ used: Int) -> Bool {
    let key = state == 0 ? 1 : state
    let slot = find(key)
    return states[slot] == key && preemptions[slot] <= UInt16(clamping: used)
  }

  /// Where it is, or may be put: a free slot nearby, or else its first one.
  private func find(_ key: UInt64) -> Int {
    let mask = states.count - 1
    let first = Int(truncatingIfNeeded: key) & mask
    for offset in 0..<16 {
      let slot = (first + offset) & mask
      if states[slot] == key || states[slot] == 0 { return slot }
    }
    return first
  }

  private mutating func grow() {
    let (oldStates, oldPreemptions) = (states, preemptions)
    states = [UInt64](repeating: 0, count: oldStates.count * 4)
    preemptions = [UInt16](repeating: 0, count: oldStates.count * 4)
    count = 0
    for (index, state) in oldStates.enumerated() where state != 0 {
      let slot = find(state)
      if states[slot] == 0 { count += 1 }
      states[slot] = state
      preemptions[slot] = oldPreemptions[index]
    }
  }
}
