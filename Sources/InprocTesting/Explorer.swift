internal import Inproc
internal import InprocScript

/// Runs the schedules of one exploration, one after the other.
struct Explorer: Sendable {
  let settings: ExplorationSettings
  let body: @Sendable (TestScheduler) throws -> Void

  /// Explores on a thread of its own, and gives up where that gets stuck.
  func runWatched() throws(ExplorationFailure) -> Exploration {
    let watch = StallWatchdog()
    do throws(InprocError) {
      try startThread(name: "explorer") {
        stayOnThisCore()
        var search = Search(explorer: self, watch: watch)
        watch.finish(Result { () throws(ExplorationFailure) in try search.run() })
      }
    } catch {
      throw .noThreads(error)
    }
    let patience = settings.limits.unresponsive
    let (result, last) = watch.wait(patience: patience)
    guard let result else { throw .unresponsive(last, patience) }
    return try result.get()
  }
}

extension SamplingStrategy {
  fileprivate var needsLength: Bool { if case .priorities = self { true } else { false } }
}

/// The state of one exploration.
struct Search {
  let explorer: Explorer
  let watch: StallWatchdog
  // The threads of runs stay on one core, as the one that starts the first of them does.
  private let pool = ThreadPool(isPinned: true)
  private let memory = WatchedPolicy.Memory()
  private let start = ContinuousClock.now
  private var runs = 0
  private var schedules = 0
  private var outcomes = OutcomeCounts()
  private let ends = EndStates()

  init(explorer: Explorer, watch: StallWatchdog) {
    self.explorer = explorer
    self.watch = watch
  }

  private var settings: ExplorationSettings { explorer.settings }

  mutating func run() throws(ExplorationFailure) -> Exploration {
    let result =
      switch settings.strategy.kind {
      case .exhaustive(let preemptions): try exhaust(preemptions ?? .max)
      case .sample(let sampling, let seed, let count): try sample(sampling, seed, count)
      case .schedule(let text): try repeatRun(text)
      }
    // What was not run, has not passed.
    if result.schedules == 0 { throw .nothingRun }
    return result
  }

  private var isAtLimit: Bool {
    if runs >= settings.limits.schedules { return true }
    return settings.limits.duration.map { start.duration(to: .now) > $0 } ?? false
  }

  private func result(
    _ completeness: Exploration.Completeness, wasCutShort: Bool = false
  ) -> Exploration {
    Exploration(
      schedules: schedules, completeness: completeness, wasCutShort: wasCutShort,
      outcomes: outcomes.sorted, meetings: watch.meetings)
  }

  // MARK: Strategies

  /// Bound by bound; beyond the small ones, where the steps of the body tell which orders can differ,
  /// one schedule of each.
  private mutating func exhaust(_ ceiling: Int) throws(ExplorationFailure) -> Exploration {
    let prunes = settings.sharing == .endpointsOnly
    let policy = ExploringPolicy(bound: 0, prunes: prunes, ends: ends)
    guard prunes, ceiling == .max, settings.timers == .idle, !settings.checkpoints else {
      return try runBounded(policy, upTo: ceiling)
    }
    let small = try runBounded(policy, upTo: ExploringPolicy.lastSmallBound)
    guard small.completeness == .preemptions(ExploringPolicy.lastSmallBound), !small.wasCutShort
    else {
      return small
    }
    if let reduced = try runReduced(after: policy) { return reduced }
    raiseBound(of: policy)
    return try runBounded(policy, upTo: ceiling)
  }

  /// One schedule of each order of calls that depend on each other; nil where that can't be told.
  private mutating func runReduced(
    after bounded: ExploringPolicy
  ) throws(ExplorationFailure) -> Exploration? {
    let policy = SourceSetPolicy(ends: ends)
    repeat {
      if isAtLimit {
        return result(.preemptions(ExploringPolicy.lastSmallBound), wasCutShort: true)
      }
      let run = perform(policy)
      if let failure = run.failure {
        let preemptions = policy.preemptionCount
        if preemptions > ExploringPolicy.lastSmallBound + 1 {
          // It may be had with fewer.
          raiseBound(of: bounded)
          _ = try runBounded(
            bounded, upTo: preemptions - 1,
            mostRuns: ExploringPolicy.mostRuns(simplifyingAfter: runs))
        }
        throw report(failure, run, preemptions)
      }
      if policy.isInapplicable { return nil }
      if policy.isNew { count(run) }
    } while policy.advance()
    return result(.all)
  }

  private mutating func raiseBound(of policy: ExploringPolicy) {
    if policy.raiseBound() { (schedules, outcomes) = (0, OutcomeCounts()) }
  }

  private mutating func runBounded(
    _ policy: ExploringPolicy, upTo ceiling: Int, mostRuns: Int = .max
  ) throws(ExplorationFailure) -> Exploration {
    let prunes = settings.sharing == .endpointsOnly
    while true {
      repeat {
        if isAtLimit || runs >= mostRuns {
          return result(
            policy.bound == 0 ? .sample : .preemptions(policy.bound - 1), wasCutShort: true)
        }
        let run = perform(policy)
        if let failure = run.failure { throw report(failure, run, policy.preemptionCount) }
        // Where orders are left out, some runs turn out to repeat another only at their end.
        if !prunes || policy.isNew { count(run) }
      } while policy.advance()
      if !policy.wasCut { return result(.all) }
      if policy.bound == ceiling { return result(.preemptions(ceiling)) }
      raiseBound(of: policy)
    }
  }

  private mutating func sample(
    _ strategy: SamplingStrategy, _ seed: UInt64, _ wanted: Int
  ) throws(ExplorationFailure) -> Exploration {
    var length = 0
    for number in 0..<wanted {
      if isAtLimit { return result(.sample, wasCutShort: true) }
      // How long runs are, the first one tells.
      let picks = number == 0 && strategy.needsLength ? SamplingStrategy.random : strategy
      let policy = picks.policy(
        seed: seed &+ UInt64(number) &* 0xA076_1D64_78BD_642F, length: length)
      let run = perform(policy)
      if let failure = run.failure { throw report(failure, run, nil) }
      count(run)
      length = max(length, policy.length)
    }
    return result(.sample)
  }

  private mutating func repeatRun(_ text: String) throws(ExplorationFailure) -> Exploration {
    guard let schedule = Schedule(text), let choices = schedule.choices else {
      throw .noSchedule(text)
    }
    let log = InterleavingLog()
    let policy = RecordedPolicy(choices: choices)
    let run = perform(policy, log)
    let isOther = policy.hasDiverged || run.policy.schedule.checksum != schedule.checksum
    if let failure = run.failure {
      throw ExplorationFailure(
        failure, run, settings, runs: runs, preemptions: nil, table: log.table,
        notes: isOther ? ["The body has changed since this schedule was printed."] : [])
    }
    if isOther { throw .staleSchedule(text) }
    count(run)
    return result(.sample)
  }

  // MARK: One run

  private mutating func perform(_ policy: any SchedulePolicy, _ log: InterleavingLog? = nil) -> Run
  {
    runs += 1
    let watched = WatchedPolicy(
      policy, maximumSteps: settings.limits.steps, memory: memory, watch: watch)
    return Run(explorer, pool, watched, watch, log)
  }

  private mutating func count(_ run: Run) {
    if run.policy.stop == .pruned { return }
    schedules += 1
    if let outcome = run.outcome { outcomes.add(outcome, run.policy.schedule.description) }
  }

  /// Runs a failure again, this time writing down what happens.
  private mutating func report(
    _ failure: RunFailure, _ run: Run, _ preemptions: Int?
  ) -> ExplorationFailure {
    let failed = runs
    guard failure.isRepeatable, let choices = run.policy.schedule.choices else {
      return ExplorationFailure(
        failure, run, settings, runs: failed, preemptions: nil, table: "", notes: [])
    }
    let log = InterleavingLog()
    let again = perform(RecordedPolicy(choices: choices), log)
    var notes: [String] = []
    if again.failure?.reason != failure.reason {
      notes = ["The same schedule, run again, did not fail so: the body is not deterministic."]
    }
    return ExplorationFailure(
      again.failure ?? failure, again.failure == nil ? run : again, settings, runs: failed,
      preemptions: preemptions, table: log.table, notes: notes)
  }
}
