internal import Inproc
internal import InprocExploration

/// A Swift body as a search runs it: what its runs come to, and what ends the search early.
struct BodyTarget: SearchTarget {
  /// A run that failed.
  struct Found {
    var failure: RunFailure
    var run: Run
    /// Which run it was, from 1.
    var number: Int
    var preemptions: Int?
  }

  private let explorer: Explorer
  private let watchdog: StallWatchdog
  // The threads of runs stay on one core, as the one that starts the first of them does.
  private let pool = ThreadPool(isPinned: true)
  private let memory = DivergenceChecker.Memory()
  private let start = ContinuousClock.now
  private(set) var runs = 0
  private(set) var schedules = 0
  private var outcomes = OutcomeCounts<Void>()
  var failure: Found?

  init(_ explorer: Explorer, _ watchdog: StallWatchdog) {
    self.explorer = explorer
    self.watchdog = watchdog
  }

  private var settings: ExplorationSettings { explorer.settings }

  // MARK: Running

  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool {
    if runs >= settings.limits.schedules { return false }
    return settings.limits.duration.map { start.duration(to: .now) <= $0 } ?? true
  }

  mutating func perform(_ policy: any SchedulePolicy) -> PerformedRun<Run> {
    let run = run(policy)
    return run.policy.stop == .pruned ? .pruned : .ended(run)
  }

  /// Runs the body once.
  ///
  /// - Parameters:
  ///   - policy: what chooses.
  ///   - log: writes down what happens, where that is wanted.
  /// - Returns: what it came to.
  mutating func run(_ policy: any SchedulePolicy, _ log: InterleavingLog? = nil) -> Run {
    runs += 1
    let checker = DivergenceChecker(
      policy, maximumSteps: settings.limits.steps, memory: memory, watchdog: watchdog)
    return Run(explorer, pool, checker, watchdog, log)
  }

  // MARK: What runs come to

  func endedEarly(_ run: Run) -> Bool { run.failure != nil }
  func endsSearch(_ run: Run) -> Bool { run.failure != nil }

  mutating func add(_ run: Run, under policy: any RepeatablePolicy) -> Bool {
    if let failure = run.failure {
      self.failure = Found(
        failure: failure, run: run, number: runs, preemptions: policy.preemptions)
      return true
    }
    // Where orders are left out, some runs turn out to repeat another only at their end.
    if settings.sharing == .endpointsOnly, policy.novelty == .repetition { return false }
    count(run)
    return false
  }

  /// Counts a run that did not fail, and its outcome.
  mutating func count(_ run: Run) {
    schedules += 1
    if let outcome = run.outcome {
      outcomes.add(outcome, isNew: true, run.policy.schedule, ())
    }
  }

  mutating func add(_ livelock: Livelock) {}

  mutating func startCounting() {
    schedules = 0
    outcomes.startCounting()
  }

  mutating func startAnew() {
    schedules = 0
    outcomes = OutcomeCounts()
  }

  /// What is to be told at the end.
  ///
  /// - Throws: the report of the failure, if a run failed.
  mutating func result(
    _ completeness: Exploration.Completeness, wasCutShort: Bool = false
  ) throws(ExplorationFailure) -> Exploration {
    if let failure { throw report(failure) }
    return Exploration(
      schedules: schedules, completeness: completeness, wasCutShort: wasCutShort,
      outcomes: outcomes.sorted, meetings: watchdog.meetings)
  }

  /// Runs a failure again, this time writing down what happens.
  private mutating func report(_ found: Found) -> ExplorationFailure {
    let (failure, run) = (found.failure, found.run)
    guard failure.isRepeatable, let choices = run.policy.schedule.choices else {
      return ExplorationFailure(
        failure, run, settings, runs: found.number, preemptions: nil, table: "", notes: [])
    }
    let log = InterleavingLog()
    let again = self.run(RecordedPolicy(choices: choices), log)
    var notes: [String] = []
    if again.failure?.reason != failure.reason {
      notes = ["The same schedule, run again, did not fail so: the body is not deterministic."]
    }
    return ExplorationFailure(
      again.failure ?? failure, again.failure == nil ? run : again, settings, runs: found.number,
      preemptions: found.preemptions, table: log.table, notes: notes)
  }
}
