internal import Inproc
internal import InprocExploration

/// Runs the schedules of one exploration, one after the other.
struct Explorer: Sendable {
  let settings: ExplorationSettings
  let body: @Sendable (TestScheduler) throws -> Void

  /// Explores on a thread of its own, and gives up where that gets stuck.
  func runWatched() throws(ExplorationFailure) -> Exploration {
    let watchdog = StallWatchdog()
    do throws(InprocError) {
      try startThread(name: "explorer") {
        stayOnThisCore()
        watchdog.finish(
          Result { () throws(ExplorationFailure) in try explore(watchedBy: watchdog) })
      }
    } catch {
      throw .noThreads(error)
    }
    let timeout = settings.limits.unresponsive
    let (result, last) = watchdog.wait(timeout: timeout)
    guard let result else { throw .unresponsive(last, timeout) }
    return try result.get()
  }

  private func explore(
    watchedBy watchdog: StallWatchdog
  ) throws(ExplorationFailure) -> Exploration {
    let target = BodyTarget(self, watchdog)
    let result =
      switch settings.strategy.kind {
      case .exhaustive(let preemptions): try exhaust(target, preemptions ?? .max)
      case .sample(let strategy, let seed, let runs): try sample(target, strategy, seed, runs)
      case .schedule(let text): try repeatRun(target, text)
      }
    // What was not run, has not passed.
    if result.schedules == 0 { throw .nothingRun }
    return result
  }

  // MARK: Strategies

  /// All schedules that can differ. Beyond the small bounds of preemptions, where the steps of the body
  /// tell which orders can differ, one schedule of each.
  private func exhaust(
    _ target: BodyTarget, _ ceiling: Int
  ) throws(ExplorationFailure) -> Exploration {
    var plan = ExhaustiveSearch<BodyTarget>.Plan()
    plan.ceiling = ceiling
    plan.prunes = settings.sharing == .endpointsOnly
    plan.allowsReduction =
      plan.prunes && settings.timers == .idle && !settings.checkpoints
    var search = ExhaustiveSearch(target, plan)
    let ending = search.run()
    var target = search.target
    switch ending {
    case .complete: return try target.result(.all)
    case .completeToBound(let bound): return try target.result(.preemptions(bound))
    case .stopped(let bound):
      return try target.result(bound.map { .preemptions($0) } ?? .sample, wasCutShort: true)
    case .found: return try target.result(.sample)
    }
  }

  private func sample(
    _ target: BodyTarget, _ strategy: SamplingStrategy, _ seed: UInt64, _ runs: Int
  ) throws(ExplorationFailure) -> Exploration {
    var sample = Sample(target, strategy, seed: seed, runs: runs)
    sample.run()
    var target = sample.target
    return try target.result(.sample, wasCutShort: sample.wasStopped)
  }

  private func repeatRun(
    _ target: BodyTarget, _ text: String
  ) throws(ExplorationFailure) -> Exploration {
    guard let schedule = Schedule(text), let choices = schedule.choices else {
      throw .noSchedule(text)
    }
    var target = target
    let log = InterleavingLog()
    let policy = RecordedPolicy(choices: choices)
    let run = target.run(policy, log)
    let isOther = policy.hasDiverged || run.policy.schedule.checksum != schedule.checksum
    if let failure = run.failure {
      throw ExplorationFailure(
        failure, run, settings, runs: target.runs, preemptions: nil, table: log.table,
        notes: isOther ? ["The body has changed since this schedule was printed."] : [])
    }
    if isOther { throw .staleSchedule(text) }
    target.count(run)
    return try target.result(.sample)
  }
}
