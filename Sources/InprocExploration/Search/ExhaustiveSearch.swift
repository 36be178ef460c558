import InprocText

/// Runs every schedule of a target that can differ, simplest ones first: without preemptions, then
/// with one, with two; then, where the target allows it, one schedule of each order of steps that
/// depend on each other, else with three preemptions, with four, …. Where runs need not end, or the
/// target prefers it, it searches the states of the program instead.
package struct ExhaustiveSearch<Target: SearchTarget> {
  /// With so many preemptions there are few runs yet, and most faults have shown.
  private static var lastSmallBound: Int { 2 }

  /// What is to be searched.
  package struct Plan {
    /// The most preemptions of a schedule.
    package var ceiling = Int.max
    /// Whether states that were reached before are passed over; brute force does not.
    package var prunes = true
    /// Whether footprints tell which orders can differ, so that one schedule of each is enough.
    package var allowsReduction = true
    /// Whether runs without an end are noticed, where states can be told.
    package var looksForCycles = true
    /// The most runs.
    package var mostRuns = Int.max
    /// After so many runs the states of the program are searched instead, where they can be told; nil
    /// where that is done only if runs need not end.
    package var statesAfter: Int?

    package init() {}
  }

  /// How a search ended.
  package enum Ending: Equatable {
    /// Those were all schedules that can differ.
    case complete
    /// All up to that many preemptions; there are others.
    case completeToBound(Int)
    /// The target has what it searched for.
    case found
    /// A limit has ended it; all schedules up to so many preemptions were run, if that is known.
    case stopped(completeTo: Int?)
  }

  package private(set) var target: Target
  private let plan: Plan
  private let ends = EndStates()
  private var bounded: PreemptionBoundedSearch
  private var runs = 0
  /// How many runs were made before states were searched.
  private var runsBefore = 0
  /// What searches states, if runs need not end.
  private var stateSearch: StateSearch?
  /// A failure stands that took so many preemptions, and a limit has ended the search for one with
  /// fewer: with less than the second number, none fails.
  package private(set) var unsimplified: (preemptions: Int, completeBelow: Int)?

  package init(_ target: Target, _ plan: Plan = Plan()) {
    self.target = target
    self.plan = plan
    bounded = PreemptionBoundedSearch(
      bound: 0, prunes: plan.prunes, ends: ends, looksForCycles: plan.looksForCycles)
  }

  /// How many states of the program were come to; nil if schedules were searched.
  package var states: Int? { stateSearch?.states }
  /// How many runs the search took that came to a result.
  package var countedRuns: Int { runs - runsBefore }
  /// Whether all ends of runs were kept, so that it is known which runs differ.
  package var knowsAllEnds: Bool { !ends.hasOverflowed }

  // MARK: The way

  /// Runs until all was run, or the search ended otherwise.
  package mutating func run() -> Ending {
    let small = min(plan.ceiling, Self.lastSmallBound)
    var result =
      if let most = plan.statesAfter { runBounded(upTo: plan.ceiling, mostRuns: most) } else {
        runBounded(upTo: small)
      }
    if result == .obstructed(.endlessRuns) || (result == .hadEnoughRuns && runs < plan.mostRuns) {
      result = runStates()
      guard result == .obstructed(.inapplicable) else { return ending(result) }
      startAnew()
      result = runBounded(upTo: small)
    }
    guard result == .completeToBound, plan.ceiling > small else { return ending(result) }
    guard plan.ceiling == .max, plan.allowsReduction else { return ending(goOn()) }
    let search = SourceSetSearch(ends: ends)
    switch runAll(of: search) {
    case .obstructed: return ending(goOn())
    case .found:
      simplify(search.preemptionCount)
      return .found
    case .stopped:
      // The small bounds are complete, and no other.
      raiseBound()
      return ending(.stopped)
    case let result: return ending(result)
    }
  }

  private enum PhaseResult: Equatable {
    case complete, completeToBound, found, stopped
    /// As many runs were made as it was given.
    case hadEnoughRuns
    case obstructed(SearchObstacle)
  }

  private func ending(_ result: PhaseResult) -> Ending {
    switch result {
    case .complete: .complete
    case .completeToBound: .completeToBound(plan.ceiling)
    case .found: .found
    case .stopped, .hadEnoughRuns, .obstructed:
      .stopped(completeTo: bounded.bound > 0 && stateSearch == nil ? bounded.bound - 1 : nil)
    }
  }

  // MARK: Phases

  /// Bound by bound, from the present one on.
  private mutating func runBounded(upTo ceiling: Int, mostRuns: Int = .max) -> PhaseResult {
    while true {
      let result = runAll(of: bounded, mostRuns: mostRuns)
      guard result == .completeToBound, bounded.bound < ceiling else { return result }
      raiseBound()
    }
  }

  private mutating func goOn() -> PhaseResult {
    raiseBound()
    return runBounded(upTo: plan.ceiling)
  }

  private mutating func raiseBound() {
    if bounded.raiseBound() { target.startCounting() }
  }

  /// Every state that the program can be in. What was found before is found again.
  private mutating func runStates() -> PhaseResult {
    let search = StateSearch(bound: plan.ceiling)
    stateSearch = search
    runsBefore = runs
    target.startAnew()
    let result = runAll(of: search)
    if result == .complete, let livelock = search.livelock { target.add(livelock) }
    return result
  }

  /// The program's states can't be told: its runs are searched, those without an end included.
  private mutating func startAnew() {
    stateSearch = nil
    target.startAnew()
    ends.removeAll()
    bounded = PreemptionBoundedSearch(
      bound: 0, prunes: plan.prunes, ends: ends, looksForCycles: false)
  }

  /// A failure was found with so many preemptions: searches for one with fewer.
  private mutating func simplify(_ preemptions: Int) {
    guard preemptions > bounded.bound + 1 else { return }
    let failure = target.failure
    target.failure = nil
    raiseBound()
    // As many runs again as the failure took, and some thousands where it took few.
    let result = runBounded(upTo: preemptions - 1, mostRuns: runs + max(runs, 20_000))
    guard target.failure == nil else { return }
    target.failure = failure
    if result == .stopped || result == .hadEnoughRuns || result == .found {
      unsimplified = (preemptions, bounded.bound)
    }
  }

  // MARK: The loop

  /// Runs all that a search has to run.
  private mutating func runAll(of search: some Search, mostRuns: Int = .max) -> PhaseResult {
    repeat {
      let schedules = target.schedules
      if runs >= min(mostRuns, plan.mostRuns) { return .hadEnoughRuns }
      guard target.allowsRun("\(counted(schedules, "schedule")), \(search.progress)") else {
        return .stopped
      }
      runs += 1
      let run: Target.Run
      switch target.perform(search) {
      case .stopped: return .stopped
      case .pruned:
        if let obstacle = search.obstacle { return .obstructed(obstacle) }
        continue
      case .ended(let ended): run = ended
      }
      if !target.endsSearch(run) {
        if let obstacle = search.obstacle { return .obstructed(obstacle) }
        if search.needsWholeRuns, target.endedEarly(run) { return .obstructed(.inapplicable) }
      }
      search.noteEnd()
      if target.add(run, under: search) { return .found }
    } while search.advance()
    return search.hitBound ? .completeToBound : .complete
  }
}
