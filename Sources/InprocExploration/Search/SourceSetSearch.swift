/// Runs one schedule of each order that steps which depend on each other can come in, depth first:
/// dynamic partial-order reduction with source sets (Abdulla, Aronsson, Jonsson and Sagonas,
/// "Optimal dynamic partial order reduction", POPL 2014, algorithm 1) and sleep sets (Godefroid,
/// "Partial-order methods for the verification of concurrent systems", 1996).
///
/// It takes what it has to try from the races of the runs so far: two steps of different threads
/// that depend on each other, with nothing between them that has to be. So it does not come to the
/// same state on many ways, as ``PreemptionBoundedSearch`` does, but knows no bound of preemptions.
///
/// That a thread begins to wait in a queue is nothing that others can see, and so no step, as long
/// as no other waits behind it. So it lets threads receive only once there is a message, as far as
/// it has learned what they do; whoever receives then, can have come just then.
///
/// A program that looks whether it could go on (a failed `now`), that lets timers race, or in which
/// others can see that a thread begins to wait, is not for it: ``obstacle``.
package final class SourceSetSearch: Search {
  /// One choice, and what the chosen thread did until the next.
  private struct Turn {
    var candidates: [Int]
    var current: Int?
    var taken: Int
    var preemptionsBefore: Int
    /// How many steps came before it.
    var firstStep: Int
    /// The candidates that were tried or are to be.
    var wanted: [Int]
    var asleep: [Sleeper]
    /// All that was wanted was run.
    var isTried = false

    var preemptions: Int {
      preemptionsBefore + (current != nil && current != taken ? 1 : 0)
    }
  }

  /// A thread whose next step need not be tried before a step that depends on it.
  private struct Sleeper {
    var thread: Int
    var next: Footprint
  }

  private struct Step {
    var thread: Int
    var turn: Int
    var footprint: Footprint
    /// Of each thread, how many of its steps come before this one in every order; its own included.
    var clock: [Int32]
    /// Which one of its thread it is, from 1.
    var number: Int32
    /// It only comes to where it may have to wait.
    var isApproach: Bool

    /// Whether another step comes before this one in every order.
    func comes(after other: Step) -> Bool {
      other.thread < clock.count && clock[other.thread] >= other.number
    }

    /// What comes before another step in every order comes before this one.
    mutating func join(_ other: [Int32]) {
      while clock.count < other.count { clock.append(0) }
      for index in other.indices { clock[index] = max(clock[index], other[index]) }
    }
  }

  private struct Place: Hashable {
    var thread: Int
    var steps: Int32
  }

  private static let longestRun = 20_000

  private var turns: [Turn] = []
  private var steps: [Step] = []
  /// Of each thread, the step that has made it.
  private var births: [Int: (thread: Int, number: Int32)] = [:]
  private var position = 0
  private var repeats = 0
  /// Those whose next step is what they may have to wait for.
  private var approaching: Set<Int> = []
  /// Those who wait in a queue, and since which turn.
  private var waiting: [Int: (queue: Resource, turn: Int)] = [:]
  /// The queue that a thread receives from after so many steps, as seen in earlier runs.
  private var expected: [Place: Resource] = [:]
  private var hasLearned = false
  private let ends: EndStates
  /// Found in the run that has ended: the search can't tell which schedules are enough.
  private var isInapplicable = false
  private var restarts = false
  package private(set) var novelty = Novelty.repetition

  /// - Parameter ends: which runs are known.
  package init(ends: EndStates = EndStates()) { self.ends = ends }

  package var isPreemptive: Bool { true }
  package var followsSteps: Bool { true }

  package var choices: [Int] { turns.filter { $0.candidates.count > 1 }.map(\.taken) }
  package var preemptionCount: Int { turns.last?.preemptions ?? 0 }
  package var progress: String { "each order of what depends on each other" }
  package var obstacle: SearchObstacle? { isInapplicable ? .inapplicable : nil }
  package var needsWholeRuns: Bool { true }

  // MARK: Choosing

  package func prefixChoice() -> Int? {
    guard position < repeats else { return nil }
    position += 1
    return turns[position - 1].taken
  }

  package func choose(_ point: ChoicePoint) -> Int? {
    if let known = prefixChoice() { return known }
    guard !isInapplicable, !restarts else { return nil }
    let asleep = stillAsleep
    let candidates =
      [point.defaultChoice] + point.candidates.filter { $0 != point.defaultChoice }
    let allAwake = candidates.filter { thread in !asleep.contains { $0.thread == thread } }
    // Where all sleep, whatever can follow was run.
    guard let first = allAwake.first else { return nil }
    let awake = allAwake.first { !willWait($0, point) } ?? first
    turns.append(
      Turn(
        candidates: point.candidates, current: point.current, taken: awake,
        preemptionsBefore: preemptionCount, firstStep: steps.count, wanted: [awake],
        asleep: asleep))
    position += 1
    return awake
  }

  /// Whether the next thing it does is to wait for a message, by what is known of it.
  private func willWait(_ thread: Int, _ point: ChoicePoint) -> Bool {
    let done = last(of: thread + 1)?.number ?? 0
    guard let queue = expected[Place(thread: thread, steps: done)] else { return false }
    return !point.nonEmptyQueues.contains(queue)
  }

  /// Those that slept before the last turn and depend on nothing that was done in it.
  private var stillAsleep: [Sleeper] {
    guard let turn = turns.last, !turn.asleep.isEmpty else { return [] }
    let done = steps[turn.firstStep...]
    return turn.asleep.filter { sleeper in
      done.allSatisfy { $0.footprint.dependence(on: sleeper.next) == nil }
    }
  }

  package func finish(state: UInt64) { novelty = ends.insert(state) }

  /// Prepares the next run. Returns false where there is none.
  package func advance() -> Bool {
    position = 0
    novelty = .repetition
    approaching = []
    waiting = [:]
    hasLearned = false
    if restarts {
      restarts = false
      turns = []
      steps = []
      repeats = 0
      return true
    }
    while let last = turns.indices.last {
      tryAnother(in: &turns[last])
      if turns[last].isTried {
        turns.removeLast()
      } else {
        repeats = turns.count
        return true
      }
    }
    return false
  }

  /// What was taken in the newest turn sleeps there from now on, and the next that is wanted comes.
  private func tryAnother(in turn: inout Turn) {
    var done = Footprint()
    for step in steps[turn.firstStep...] where step.thread == turn.taken + 1 && !step.isApproach {
      if done.isEmpty { done = step.footprint } else { done.add(step.footprint) }
    }
    steps.removeSubrange(turn.firstStep...)
    turn.asleep.append(Sleeper(thread: turn.taken, next: done))
    let asleep = turn.asleep
    if let next = turn.wanted.first(where: { thread in !asleep.contains { $0.thread == thread } }) {
      turn.taken = next
    } else {
      turn.isTried = true
    }
  }

  // MARK: Following

  package func started(_ thread: Int, by parent: Int) {
    guard position >= repeats else { return }
    let slot = parent + 1
    births[thread + 1] = (slot, (last(of: slot)?.number ?? 0) + 1)
  }

  package func stepped(_ thread: Int, _ footprint: Footprint) {
    add(thread, footprint, isApproach: false)
    approaching.remove(thread)
    guard let its = waiting.removeValue(forKey: thread), its.turn < position - 1,
      waiting.values.contains(where: { $0.queue == its.queue && $0.turn < position - 1 })
    else { return }
    // Which of them came first, the queue has seen.
    if hasLearned { restarts = true } else { isInapplicable = true }
  }

  package func willBlock(
    _ thread: Int, _ footprint: Footprint, waitingIn queue: Resource?
  ) {
    add(thread, footprint, isApproach: true)
    approaching.insert(thread)
    guard let queue else { return }
    waiting[thread] = (queue, position - 1)
    guard position >= repeats else { return }
    let done = (last(of: thread + 1)?.number ?? 1) - 1
    let place = Place(thread: thread, steps: done)
    if expected.updateValue(queue, forKey: place) != queue { hasLearned = true }
  }

  package func disableReduction() { isInapplicable = true }

  /// A race with what a thread would have done, had it not waited to the end, is one as well.
  package func blockedAtEnd(_ thread: Int, _ footprint: Footprint) {
    guard position >= repeats, !isInapplicable else { return }
    var step = next(thread, footprint, isApproach: false)
    reverseRaces(&step)
  }

  private func add(_ thread: Int, _ footprint: Footprint, isApproach: Bool) {
    // What a run repeats is known.
    guard position >= repeats, !isInapplicable else { return }
    guard steps.count < SourceSetSearch.longestRun else {
      isInapplicable = true
      return
    }
    var step = next(thread, footprint, isApproach: isApproach)
    reverseRaces(&step)
    steps.append(step)
  }

  /// The newest step of a slot: a thread's is its number and one, that of timers 0.
  private func last(of slot: Int) -> Step? { steps.last { $0.thread == slot } }

  /// A thread's next step, with its own past.
  private func next(_ thread: Int, _ footprint: Footprint, isApproach: Bool) -> Step {
    let slot = thread + 1
    let last = last(of: slot)
    let past =
      last
      ?? births[slot].flatMap { birth in
        steps.last { $0.thread == birth.thread && $0.number == birth.number }
      }
    var step = Step(
      thread: slot, turn: position - 1, footprint: footprint, clock: past?.clock ?? [],
      number: (last?.number ?? 0) + 1, isApproach: isApproach)
    while step.clock.count <= slot { step.clock.append(0) }
    step.clock[slot] = step.number
    return step
  }

  /// Finds the steps that it races with, and gives it the past that they are part of.
  private func reverseRaces(_ step: inout Step) {
    // What it waited for is no reason that it has to come after what came before that: others may
    // have taken what it could have had (a lock, in the terms of the paper).
    let waited = approaching.contains(step.thread - 1)
    let joins = !waited || step.footprint.accesses.contains(where: \.isOrder)
    var known = step
    var races: [Int] = []
    for index in steps.indices.reversed() where !known.comes(after: steps[index]) {
      let other = steps[index]
      guard let dependence = step.footprint.dependence(on: other.footprint) else { continue }
      step.join(other.clock)
      if dependence == .race { races.append(index) }
      if dependence == .race ? joins : !waited { known.join(other.clock) }
    }
    for index in races { reverse(index, known) }
  }

  /// Sees to it that a run is tried in which the second step of a race does not come after the
  /// first.
  private func reverse(_ index: Int, _ second: Step) {
    let first = steps[index]
    // A timer fires only where no one can run.
    guard first.thread != 0, second.thread != 0, first.turn >= 0 else { return }
    guard !first.isApproach, !second.isApproach else {
      isInapplicable = true
      return
    }
    let turn = turns[first.turn]
    // What can come without the first: all that does not have to come after it, and the second.
    let others = steps[(index + 1)...].filter {
      $0.turn != first.turn && !$0.isApproach && !$0.comes(after: first)
    }
    let thread = second.thread - 1
    if !turn.candidates.contains(thread), !others.contains(where: { $0.thread == second.thread }) {
      // It is the first step that lets it run.
      return
    }
    let beginnings = firstThreads(of: others + [second])
    if beginnings.contains(where: turn.wanted.contains) { return }
    let choice =
      beginnings.contains(thread) && turn.candidates.contains(thread)
      ? thread : beginnings.first(where: turn.candidates.contains)
    guard let choice else {
      isInapplicable = true
      return
    }
    turns[first.turn].wanted.append(choice)
  }

  /// The threads that can begin, of steps that are to be done: their first step has to wait for none
  /// of the others.
  private func firstThreads(of steps: [Step]) -> [Int] {
    var threads: [Int] = []
    var seen: Set<Int> = []
    for (index, step) in steps.enumerated() where seen.insert(step.thread).inserted {
      if !steps[..<index].contains(where: { step.comes(after: $0) }) {
        threads.append(step.thread - 1)
      }
    }
    return threads
  }
}
