import InprocText

/// Runs a scenario under every schedule that can differ, simplest ones first: without preemptions,
/// then with one, with two; then, where the program allows it, one schedule of each order of steps
/// that depend on each other, else with three preemptions, with four, ….
struct Exploration {
  let runner: ScenarioRunner
  let script: Script
  let file: String

  func run() -> ScenarioResult {
    // On the core where its threads are.
    runner.pool.run(name: "explore") {
      var search = ExplorationSearch(runner.startingNow(), script, file)
      return search.run()
    }
  }
}

/// How far an exploration is.
private struct ExplorationSearch {
  private let runner: ScenarioRunner
  private let script: Script
  private let file: String
  private let ends = EndStates()
  private var bounded: ExploringPolicy
  /// What searches states, where some runs have no end.
  private var states: StatePolicy?
  /// How many runs were made before that.
  private var runsBefore = 0
  private var findings: Findings
  private var limit: SearchLimit
  /// What the reader should know besides how much was run.
  private var notes: [String] = []

  private enum Ending {
    /// Those were all that can differ.
    case complete
    /// All up to the bound; there are others.
    case completeToBound
    /// It has found what it was for.
    case found
    /// A limit has ended it.
    case stopped
    /// This way of searching can't tell which schedules are enough.
    case inapplicable
    /// Some runs come back to where they were, and need never end.
    case endless
  }

  init(_ runner: ScenarioRunner, _ script: Script, _ file: String) {
    self.runner = runner
    self.script = script
    self.file = file
    bounded = ExploringPolicy(bound: 0, ends: ends)
    findings = Findings(runner, script, file)
    limit = SearchLimit(runner, file)
  }

  mutating func run() -> ScenarioResult {
    defer { limit.finish() }
    let ending = runAll()
    let extent = ExplorationSummary(
      schedules: findings.schedules, states: states?.states,
      isExact: states == nil && !ends.hasOverflowed
        && (!findings.hasRestarted || ending == .complete),
      runs: limit.runs - runsBefore, isComplete: ending == .complete)
    let explored =
      states.map {
        "explored \(counted($0.states, "state")) in \(counted(extent.runs, "run"))"
      }
      ?? "explored \(extent.isExact ? "" : "at least ")\(counted(extent.schedules, "schedule"))"
    var missing: [String] = []
    switch ending {
    case .complete: notes.append("\(explored): all that can differ")
    case .completeToBound:
      let most = runner.options.maximumPreemptions ?? bounded.bound
      missing.append(
        "\(explored), NOT all: complete up to \(counted(most, "preemption")), which is all that "
          + "--preemptions \(most) asks for")
    case .stopped:
      let reason = "stopped by \(limit.reason ?? "a limit")"
      // What it was at is not complete.
      let most =
        bounded.bound > 0 && states == nil
        ? ", complete up to \(counted(bounded.bound - 1, "preemption"))" : ""
      let after = " after \(counted(limit.runs, "run"))"
      missing.append(
        findings.finishedRuns == 0 ? reason : "\(explored), NOT all\(most); \(reason)\(after)")
    case .found, .inapplicable, .endless: break
    }
    return findings.conclude(extent, missing: missing, notes)
  }

  private mutating func runAll() -> Ending {
    let ceiling = runner.options.maximumPreemptions ?? .max
    let small = min(ceiling, ExploringPolicy.lastSmallBound)
    var ending = runBounded(upTo: small)
    if ending == .endless {
      ending = runStates(upTo: ceiling)
      guard ending == .inapplicable else { return ending }
      startAnew()
      ending = runBounded(upTo: small)
    }
    guard ending == .completeToBound, ceiling > small else { return ending }
    guard ceiling == .max, !runner.isRacing(script) else { return goOn(upTo: ceiling) }
    let policy = SourceSetPolicy(ends: ends)
    switch runReduced(policy) {
    case .inapplicable: return goOn(upTo: ceiling)
    case .found: return simplify(policy.preemptionCount)
    case .stopped:
      // The small bounds are complete, and no other.
      raise()
      return .stopped
    case let ending: return ending
    }
  }

  // MARK: Ways to search

  /// Bound by bound, from the present one on.
  private mutating func runBounded(upTo ceiling: Int, mostRuns: Int = .max) -> Ending {
    let policy = bounded
    while true {
      repeat {
        guard limit.runs < mostRuns, allowsRun("\(policy.bound) preemptions at most") else {
          return .stopped
        }
        let result = runner.perform(script, file, policy)
        if wasStopped(result) { return .stopped }
        if policy.hasEndlessRuns { return .endless }
        // What was not new is nothing to count; where a run did not end by itself, that is unknown.
        guard let result, policy.isNew || result.hasEnded else { continue }
        if add(result, policy.isNew, policy.choices) { return .found }
      } while policy.advance()
      if !policy.wasCut { return .complete }
      if policy.bound == ceiling { return .completeToBound }
      raise()
    }
  }

  private mutating func goOn(upTo ceiling: Int) -> Ending {
    raise()
    return runBounded(upTo: ceiling)
  }

  private mutating func raise() {
    if bounded.raiseBound() { findings.startCounting() }
  }

  /// One schedule of each order of steps that depend on each other.
  private mutating func runReduced(_ policy: SourceSetPolicy) -> Ending {
    repeat {
      guard allowsRun("each order of what depends on each other") else { return .stopped }
      let result = runner.perform(script, file, policy)
      if wasStopped(result) { return .stopped }
      if policy.isInapplicable { return .inapplicable }
      guard let result else { continue }
      // What its other threads would have done is not known.
      if result.hasEnded, findings.explainsAll || result.failure == nil { return .inapplicable }
      guard policy.isNew || result.hasEnded else { continue }
      if add(result, policy.isNew, policy.choices) { return .found }
    } while policy.advance()
    return .complete
  }

  /// Every state that the program can be in. What was found before is found again.
  private mutating func runStates(upTo ceiling: Int) -> Ending {
    let policy = StatePolicy(bound: ceiling)
    states = policy
    runsBefore = limit.runs
    findings = Findings(runner, script, file)
    repeat {
      guard allowsRun("\(counted(policy.states, "state")), \(policy.preemptionCount) preemptions")
      else { return .stopped }
      let result = runner.perform(script, file, policy)
      if wasStopped(result) { return .stopped }
      if policy.isInapplicable { return .inapplicable }
      guard let result else { continue }
      policy.noteEnd()
      if findings.add(result, isNew: nil, policy.choices) { return .found }
    } while policy.advance()
    if policy.hitBound { return .completeToBound }
    if let livelock = policy.livelock {
      findings.add(LivelockReport(runner, script, file).problem(livelock))
    }
    return .complete
  }

  /// Its states can't be told: the runs are searched, and those without an end meet `@steps`.
  private mutating func startAnew() {
    states = nil
    findings = Findings(runner, script, file)
    ends.removeAll()
    bounded = ExploringPolicy(bound: 0, ends: ends, looksForCycles: false)
  }

  /// A failure was found with so many preemptions: looks for one with fewer.
  private mutating func simplify(_ preemptions: Int) -> Ending {
    guard preemptions > bounded.bound + 1 else { return .found }
    let failure = findings.forgetFailure()
    raise()
    let ending = runBounded(
      upTo: preemptions - 1, mostRuns: ExploringPolicy.mostRuns(simplifyingAfter: limit.runs))
    guard findings.failure == nil else { return .found }
    findings.remember(failure)
    if ending == .stopped || ending == .found {
      notes.append(
        "found with \(preemptions) preemptions; fewer than \(bounded.bound) are not enough, "
          + "what lies between was not run")
    }
    return .found
  }

  /// A run had to end before it was through.
  private mutating func wasStopped(_ result: RunResult?) -> Bool {
    result == nil && limit.stopsNow()
  }

  private mutating func allowsRun(_ extent: @autoclosure () -> String) -> Bool {
    let schedules = findings.schedules
    return limit.allowsRun("\(counted(schedules, "schedule")), \(extent())")
  }

  /// Takes what a run came to. Returns whether the search is to end here.
  private mutating func add(
    _ result: RunResult, _ isNew: Bool, _ choices: @autoclosure () -> [Int]
  ) -> Bool {
    // The policy knows the ends of those alone that came to their end by themselves. Where it has no
    // room to know all, what may be new is not counted.
    let isKnownToBeNew: Bool? =
      result.hasEnded ? nil : isNew && !ends.hasOverflowed
    return findings.add(result, isNew: isKnownToBeNew, choices())
  }
}

extension RunResult {
  /// It ended before its threads did.
  fileprivate var hasEnded: Bool { failure != nil || hasQuit || hindrance != nil }
}
