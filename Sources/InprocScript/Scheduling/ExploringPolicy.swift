/// Runs every schedule that can differ, one after the other: depth first, with no more preemptions
/// than a bound (Musuvathi and Qadeer, "Iterative context bounding", 2007).
///
/// A state that was reached before, with as many preemptions left, is not gone on from: what can
/// follow it was or will be run. The table of states has a fixed size; where it overflows, states
/// are run again, which costs time and loses nothing.
package final class ExploringPolicy: SchedulePolicy {
  private struct Node {
    var candidates: [Int]
    var current: Int?
    var usual: Int
    /// Which of them were run: the first is the usual one, then the others in order.
    var tried = 0
    var chosen: Int
    var preemptionsBefore: Int

    func cost(of candidate: Int) -> Int {
      current != nil && candidate != current && candidate != ChoicePoint.timer ? 1 : 0
    }
  }

  private let bound: Int
  private var path: [Node] = []
  private var depth = 0
  private var preemptions = 0
  private var visited = VisitedStates()
  /// The bound kept a schedule from being run.
  package private(set) var wasCut = false
  /// The run that has ended is one that no earlier run is equivalent to.
  package private(set) var isNew = false

  private let prunes: Bool

  /// - Parameters:
  ///   - bound: the most preemptions of a run.
  ///   - prunes: whether states that were reached before are passed over; brute force does not.
  package init(bound: Int, prunes: Bool = true) {
    self.bound = bound
    self.prunes = prunes
  }

  package var choosesBeforeCommands: Bool { true }

  /// What was chosen in the run that has ended, wherever there was a choice.
  package var choices: [Int] { path.map(\.chosen) }
  /// How many preemptions that run took.
  package var preemptionCount: Int { preemptions }

  package func choose(_ point: ChoicePoint) -> Int? {
    if prunes, depth == path.count, !visited.insert(point.state, preemptions) { return nil }
    guard point.candidates.count > 1 else { return point.usual }
    if depth == path.count {
      path.append(
        Node(
          candidates: [point.usual] + point.candidates.filter { $0 != point.usual },
          current: point.current, usual: point.usual, chosen: point.usual,
          preemptionsBefore: preemptions))
    }
    let node = path[depth]
    depth += 1
    preemptions = node.preemptionsBefore + node.cost(of: node.chosen)
    return node.chosen
  }

  package func finish(state: UInt64) {
    isNew = visited.insert(mix64(state ^ 0xE2D), preemptions)
  }

  /// Prepares the next run. Returns false where there is none.
  package func advance() -> Bool {
    depth = 0
    preemptions = 0
    isNew = false
    while var node = path.popLast() {
      node.tried += 1
      while node.tried < node.candidates.count {
        let candidate = node.candidates[node.tried]
        if node.preemptionsBefore + node.cost(of: candidate) <= bound {
          node.chosen = candidate
          path.append(node)
          return true
        }
        wasCut = true
        node.tried += 1
      }
    }
    return false
  }
}

/// The states that were reached, with the fewest preemptions each; a table of fixed size in which
/// newer states push out older ones.
struct VisitedStates {
  private static let size = 1 << 18
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
