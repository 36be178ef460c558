import InprocText

/// Runs every schedule that can differ, one after the other: those without preemptions, then those
/// with one, and so on (Musuvathi and Qadeer, "Iterative context bounding", 2007), depth first among
/// those of one bound.
///
/// A choice that takes one preemption too many is kept for the next bound, so that nothing is run
/// again. If there are more of these than memory is meant for, the next bound restarts.
///
/// A state that was reached before, with as many preemptions left, is not gone on from: what can
/// follow it was, or will be, run. The table of states has a fixed size; where it overflows, states
/// are run again, which costs time and loses nothing.
package final class PreemptionBoundedSearch: Search {
  private struct Node {
    /// Where in the run it is.
    var position: Int
    /// The default one, then the others in order.
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
  private var visited = VisitedStates()
  private let ends: EndStates
  private let looksForCycles: Bool
  private var cycles = CycleDetector()
  private var kept: Frontier
  private var next: Frontier
  package private(set) var hitBound = false
  package private(set) var novelty = Novelty.repetition

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

  package var isPreemptive: Bool { true }
  package var asksForProgramState: Bool { looksForCycles && CycleDetector.looksAt(position) }

  package var choices: [Int] { run.filter(\.isBranch).map(\.taken) }
  package private(set) var preemptionCount = 0
  package var progress: String { "at most \(counted(bound, "preemption"))" }
  package var obstacle: SearchObstacle? { cycles.hasFound ? .endlessRuns : nil }

  package func prefixChoice() -> Int? {
    guard position < repeats else { return nil }
    position += 1
    return run[position - 1].taken
  }

  package func choose(_ point: ChoicePoint) -> Int? {
    if let known = prefixChoice() { return known }
    if let state = point.programState, cycles.add(state, at: position) { return nil }
    if prunes, !visited.insert(point.state, preemptionCount) { return nil }
    if point.candidates.count > 1 {
      path.append(
        Node(
          position: position,
          candidates: [point.defaultChoice] + point.candidates.filter { $0 != point.defaultChoice },
          current: point.current, preemptionsBefore: preemptionCount))
    }
    run.append(Choice(point.defaultChoice, isBranch: point.candidates.count > 1))
    position += 1
    return point.defaultChoice
  }

  package func finish(state: UInt64) {
    novelty = ends.insert(state)
  }

  /// Prepares the next run. Returns false where there is none with as few preemptions.
  package func advance() -> Bool {
    position = 0
    novelty = .repetition
    cycles.beginRun()
    while var node = path.popLast() {
      while node.tried < node.candidates.count {
        let choice = Choice(node.candidates[node.tried], isBranch: true)
        node.tried += 1
        preemptionCount = node.preemptionsBefore + node.cost(of: choice.taken)
        if preemptionCount <= bound {
          run.removeSubrange(node.position...)
          run.append(choice)
          repeats = run.count
          if node.tried < node.candidates.count { path.append(node) }
          return true
        }
        hitBound = true
        next.push(run[..<node.position], choice)
      }
    }
    return takeKept()
  }

  /// Allows one preemption more, and prepares the first run that takes it. Returns whether the
  /// search restarts: runs with fewer preemptions come again.
  package func raiseBound() -> Bool {
    bound += 1
    hitBound = false
    position = 0
    novelty = .repetition
    let restarts = next.hasOverflowed
    kept = next
    next = Frontier(limit: memory)
    if restarts {
      kept = Frontier(limit: 0)
      visited = VisitedStates()
      ends.removeAll()
      run = []
      repeats = 0
      preemptionCount = 0
    } else {
      _ = takeKept()
    }
    return restarts
  }

  private func takeKept() -> Bool {
    guard let beginning = kept.pop() else { return false }
    run = beginning
    repeats = run.count
    preemptionCount = bound
    return true
  }
}
