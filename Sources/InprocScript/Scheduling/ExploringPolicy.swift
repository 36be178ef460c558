/// Runs every schedule that can differ, one after the other: those without preemptions, then those
/// with one, and so on (Musuvathi and Qadeer, "Iterative context bounding", 2007), depth first among
/// those of one bound.
///
/// A choice that takes one preemption too many is kept for the next bound, so that nothing is run
/// again. Where there are more of these than memory is meant for, the next bound begins anew.
///
/// A state that was reached before, with as many preemptions left, is not gone on from: what can
/// follow it was, or will be, run. The table of states has a fixed size; where it overflows, states
/// are run again, which costs time and loses nothing.
package final class ExploringPolicy: SchedulePolicy {
  /// With so many preemptions there are few runs yet, and most faults have shown.
  package static let lastSmallBound = 2

  /// How many runs there may be in all, to find a failure simpler than one that took so many.
  package static func mostRuns(simplifyingAfter runs: Int) -> Int { runs + max(runs, 20_000) }

  private struct Node {
    /// Where in the run it is.
    var position: Int
    /// The usual one, then the others in order.
    var candidates: [Int]
    var current: Int?
    /// How many of them were run or kept.
    var tried = 1
    var preemptionsBefore: Int

    func cost(of candidate: Int) -> Int {
      current != nil && candidate != current && candidate != ChoicePoint.timer ? 1 : 0
    }
  }

  /// The most preemptions of a run.
  package private(set) var bound: Int
  private let prunes: Bool
  private let memory: Int
  /// What this run has chosen, or is about to repeat.
  private var run: [Choice] = []
  private var position = 0
  private var repeats = 0
  private var path: [Node] = []
  private var preemptions = 0
  private var visited = VisitedStates()
  private let ends: EndStates
  private let looksForCycles: Bool
  private var cycles = CycleDetector()
  private var kept: Frontier
  private var next: Frontier
  /// A run came back to a state of the program that it had been in, so there are runs without an end.
  package var hasEndlessRuns: Bool { cycles.hasFound }
  /// The bound kept a schedule from being run.
  package private(set) var wasCut = false
  /// The run that has ended is one that no earlier run is equivalent to.
  package private(set) var isNew = false

  /// - Parameters:
  ///   - bound: the most preemptions of a run.
  ///   - prunes: whether states that were reached before are passed over; brute force does not.
  ///   - memory: how many bytes beginnings of schedules may take that are kept for a higher bound.
  ///   - ends: which runs are known.
  ///   - looksForCycles: whether it notices runs without an end, where states can be told.
  package init(
    bound: Int, prunes: Bool = true, memory: Int = 32 << 20, ends: EndStates = EndStates(),
    looksForCycles: Bool = true
  ) {
    self.bound = bound
    self.looksForCycles = looksForCycles
    self.ends = ends
    self.prunes = prunes
    self.memory = memory
    kept = Frontier(limit: 0)
    next = Frontier(limit: memory)
  }

  package var choosesBeforeCommands: Bool { true }
  package var asksForProgramState: Bool { looksForCycles && CycleDetector.looksAt(position) }

  /// What was chosen in the run that has ended, wherever there was a choice.
  package var choices: [Int] { run.filter(\.isBranch).map(\.taken) }
  /// How many preemptions that run took.
  package var preemptionCount: Int { preemptions }

  package func repeated() -> Int? {
    guard position < repeats else { return nil }
    position += 1
    return run[position - 1].taken
  }

  package func choose(_ point: ChoicePoint) -> Int? {
    if let known = repeated() { return known }
    if let state = point.programState, cycles.add(state, at: position) { return nil }
    if prunes, !visited.insert(point.state, preemptions) { return nil }
    if point.candidates.count > 1 {
      path.append(
        Node(
          position: position,
          candidates: [point.usual] + point.candidates.filter { $0 != point.usual },
          current: point.current, preemptionsBefore: preemptions))
    }
    run.append(Choice(point.usual, isBranch: point.candidates.count > 1))
    position += 1
    return point.usual
  }

  package func finish(state: UInt64) {
    isNew = ends.insert(state)
  }

  /// Prepares the next run. Returns false where there is none with as few preemptions.
  package func advance() -> Bool {
    position = 0
    isNew = false
    cycles.beginRun()
    while var node = path.popLast() {
      while node.tried < node.candidates.count {
        let choice = Choice(node.candidates[node.tried], isBranch: true)
        node.tried += 1
        preemptions = node.preemptionsBefore + node.cost(of: choice.taken)
        if preemptions <= bound {
          run.removeSubrange(node.position...)
          run.append(choice)
          repeats = run.count
          if node.tried < node.candidates.count { path.append(node) }
          return true
        }
        wasCut = true
        next.push(run[..<node.position], choice)
      }
    }
    return takeKept()
  }

  /// Allows one preemption more, and prepares the first run that takes it. Returns whether runs
  /// begin anew: those with fewer come again.
  package func raiseBound() -> Bool {
    bound += 1
    wasCut = false
    position = 0
    isNew = false
    let beginsAnew = next.hasOverflowed
    kept = next
    next = Frontier(limit: memory)
    if beginsAnew {
      kept = Frontier(limit: 0)
      visited = VisitedStates()
      ends.removeAll()
      run = []
      repeats = 0
      preemptions = 0
    } else {
      _ = takeKept()
    }
    return beginsAnew
  }

  private func takeKept() -> Bool {
    guard let beginning = kept.pop() else { return false }
    run = beginning
    repeats = run.count
    preemptions = bound
    return true
  }
}
