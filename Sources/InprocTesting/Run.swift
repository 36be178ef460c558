internal import Inproc
internal import InprocExploration
internal import InprocText

/// Why a run failed.
struct RunFailure: Sendable {
  var reason: ExplorationFailure.Reason
  var error: (any Error)?
  /// In a sentence.
  var text: String
  /// Whether its schedule leads there again.
  var isRepeatable: Bool { reason != .notDeterministic && reason != .noThreads }
}

/// One run of a body.
struct Run {
  let policy: DivergenceChecker
  let failure: RunFailure?
  /// What was observed; nil where nothing was, or the run did not come to its end.
  let outcome: String?
  /// What each thread was doing at the end, or where none could go on.
  let statuses: [String]

  init(
    _ explorer: Explorer, _ pool: ThreadPool, _ policy: DivergenceChecker,
    _ watchdog: StallWatchdog,
    _ log: InterleavingLog?
  ) {
    let core = ScheduleCore(
      pool: pool, policy: policy, settings: explorer.settings, watchdog: watchdog, log: log)
    let body = explorer.body
    let ended = Guarded<[String]>([])
    core.run { main in
      do {
        try body(TestScheduler(core: core))
        try core.joinAll()
      } catch {
        if !core.isAborting { main.error = error }
      }
      ended.withLock { $0 = core.threads.dropFirst().map { "\($0.name) \($0.status)" } }
      // Those in the background, or all that are left after an error.
      if core.threads.contains(where: { !$0.isFinished && $0 !== main }) {
        // What they would have done is not known.
        core.disableReduction()
        core.abort()
      }
    }
    policy.remember()
    self.policy = policy
    statuses = core.deadlock ?? ended.withLock { $0 }
    failure = Run.failure(core, policy, explorer.settings)
    outcome = failure == nil ? Run.outcome(core) : nil
  }

  private static func failure(
    _ core: ScheduleCore, _ policy: DivergenceChecker, _ settings: ExplorationSettings
  ) -> RunFailure? {
    switch policy.stop {
    case .pruned: return nil
    case .diverged:
      return RunFailure(
        reason: .notDeterministic,
        text: "the same choices led to something else than before: the body depends on something "
          + "that the schedule does not decide, such as real time, random numbers, the order of a "
          + "Set, or what an earlier run left behind")
    case .tooManySteps:
      return RunFailure(
        reason: .tooManySteps,
        text: "the run did not end within \(settings.limits.steps) choices: its threads go on "
          + "without getting anywhere, or it is longer than 'limits.steps'")
    case nil: break
    }
    if let refusal = core.refusal {
      return RunFailure(
        reason: .noThreads, text: "the run says nothing about the body: \(refusal.description)")
    }
    if core.deadlock != nil {
      return RunFailure(
        reason: .deadlock, text: "deadlock: no thread can go on, and no timer is left")
    }
    // The main thread throws what its joins threw: that is another's error.
    guard let main = core.threads.first else { return nil }
    guard let error = main.error else { return nil }
    let origin = core.threads.dropFirst().first {
      $0.isErrorKnown && "\($0.error.map { "\($0)" } ?? "")" == "\(error)"
    }
    return RunFailure(
      reason: .thrown, error: error, text: "'\((origin ?? main).name)' threw: \(error)")
  }

  private static func outcome(_ core: ScheduleCore) -> String? {
    let all = core.threads.prefix(1) + core.threads.dropFirst().sorted { $0.name < $1.name }
    let observed = all.flatMap(\.observed)
    return observed.isEmpty ? nil : observed.joined(separator: " ")
  }
}

extension ExplorationFailure {
  init(
    _ failure: RunFailure, _ run: Run, _ settings: ExplorationSettings, runs: Int,
    preemptions: Int?, table: String, notes: [String]
  ) {
    reason = failure.reason
    error = failure.error
    schedule = failure.isRepeatable ? run.policy.schedule.description : nil
    self.runs = runs
    interleaving = table
    var lines = [failure.text]
    var place = "in run \(runs)"
    if let preemptions {
      place += ", with \(counted(preemptions, "preemption"))"
    }
    lines.append(place)
    lines += notes
    if failure.reason == .deadlock || failure.reason == .tooManySteps {
      lines += [""] + run.statuses.map { "  " + $0 }
    }
    if !table.isEmpty { lines += ["", table] }
    if let schedule { lines += ["", "Repeat it with: \(settings.repeating(schedule))"] }
    description = lines.joined(separator: "\n")
  }

  private init(_ reason: Reason, schedule: String? = nil, _ description: String) {
    self.reason = reason
    error = nil
    self.schedule = schedule
    runs = 0
    interleaving = ""
    self.description = description
  }

  static func noThreads(_ error: InprocError) -> ExplorationFailure {
    ExplorationFailure(.noThreads, error.description)
  }

  static func unresponsive(_ last: String?, _ timeout: Duration) -> ExplorationFailure {
    ExplorationFailure(
      .unresponsive,
      "nothing was called for \(timeout) of real time; the last call was "
        + "\(last ?? "none"). Its thread "
        + "computes, or blocks on something that the schedule does not know, such as a lock or "
        + "semaphore of another thread, or the real clock. Raise 'limits.unresponsive' if it computes"
    )
  }

  static var nothingRun: ExplorationFailure {
    ExplorationFailure(
      .nothingRun,
      "no schedule was run to its end: 'limits', or how many are sampled, allows none")
  }

  static func neverEnds(_ thread: String, _ schedule: String) -> ExplorationFailure {
    ExplorationFailure(
      .tooManySteps, schedule: schedule,
      "the run has failed with the schedule \(schedule), and '\(thread)' does not end after that: "
        + "its loop should end where a call throws, and should not live on calls that never throw")
  }

  static func noSchedule(_ text: String) -> ExplorationFailure {
    ExplorationFailure(
      .badSchedule, "\(Excerpt(text)) is not a schedule; give one as a failure has printed it")
  }

  static func staleSchedule(_ text: String) -> ExplorationFailure {
    ExplorationFailure(
      .badSchedule,
      "the run with the schedule \(Excerpt(text)) does not fail, but the body or the options have "
        + "changed since it was printed; explore again")
  }
}
