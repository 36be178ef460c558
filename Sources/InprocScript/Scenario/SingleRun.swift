internal import Inproc
internal import InprocExploration

// One run, and what can be said of it.

extension ScenarioRunner {
  /// How a run by itself came out, its outcome apart.
  enum Judgement {
    case fine
    case wrong(Problem)
    /// The run says nothing about the scenario; why.
    case hindered(String)
  }

  func judge(
    _ result: RunResult, _ directives: Directives, _ report: FailureReport,
    demandsDeadlock: Bool = true
  ) -> Judgement {
    if let hindrance = result.hindrance { return .hindered(hindrance) }
    if let difference = result.difference {
      return .wrong(report.problem(difference, at: nil, report.schedule))
    }
    if let failure = result.failure { return .wrong(report.problem(failure)) }
    if let first = result.threadFailures.first { return .wrong(report.problem(first)) }
    switch (result.deadlock, directives.expectsDeadlock) {
    case (let threads?, false): return .wrong(report.problem(deadlock: threads))
    case (nil, true) where demandsDeadlock:
      return .wrong(report.missingDeadlock(at: directives.deadlockRange))
    default: return .fine
    }
  }

  /// The verdict on one run that was asked for.
  ///
  /// - Parameters:
  ///   - result: what the run came to; nil where it was stopped before its end.
  ///   - schedule: what repeats it; nil of a free run.
  ///   - script: what was run.
  ///   - file: its name.
  ///   - misfit: how the schedule that was asked for is none of this file: then the run does not say
  ///     what was asked.
  ///   - demandsDeadlock: whether a run that does not end in the expected deadlock fails.
  /// - Returns: the verdict, with the outcome and what limits the claim.
  func conclude(
    _ result: RunResult?, _ schedule: Schedule?, _ script: Script, _ file: String,
    misfit: String? = nil, demandsDeadlock: Bool = true
  ) -> ScenarioResult {
    let directives = script.directives
    let report = report(script, file, schedule)
    var evidence = ScenarioResult.Evidence(file: file)
    evidence.hindrance = misfit
    var table = OutcomeTable(directives)
    if let result {
      // With '@explore' the deadlock is expected of some schedule, not of each.
      let judgement = judge(
        result, directives, report, demandsDeadlock: demandsDeadlock && !directives.explores)
      switch judgement {
      case .hindered(let hindrance): evidence.hindrance = hindrance
      case .wrong(let problem):
        evidence.finishedRuns = 1
        evidence.failure = problem
      case .fine:
        evidence.finishedRuns = 1
        if result.deadlock == nil {
          table.add(result, schedule)
          evidence.failure = table.problem(isComplete: false)
            .map { report.problem($0.text, at: $0.range, schedule) }
          if demandsDeadlock, directives.expectsDeadlock {
            evidence.missing.append(
              "'@expect deadlock': the one schedule that was run did not end in a deadlock")
          }
        }
      }
    } else {
      evidence.missing = stopReason.map { ["stopped by \($0)"] } ?? []
    }
    var concluded = ScenarioResult(
      file: file, title: directives.title, verdict: verdict(evidence),
      notes: singleRunNotes(script, isGraded: table.isGraded) + choiceNotes(result)
        + timerNotes(script))
    if table.isGraded || options.showsOutcomes, !table.isEmpty {
      concluded.notes += table.lines
      concluded.outcomes = table.summaries
    }
    if evidence.finishedRuns == 0 { concluded.notes = [] }
    if evidence.failure != nil, let misfit { concluded.notes.insert(misfit, at: 0) }
    return concluded
  }

  /// What was asked for, or stands in the file, and was not run.
  private func singleRunNotes(_ script: Script, isGraded: Bool) -> [String] {
    let ran = options.isFree ? "one free run was made" : "one schedule was run"
    if script.directives.explores {
      let cause =
        options.isFree
        ? "--free"
        : options.schedule != nil ? "--schedule" : options.seed != nil ? "--seed" : nil
      guard let cause else { return [] }
      return ["'@explore' was not followed, because of \(cause): \(ran), not all"]
    }
    guard isGraded else { return [] }
    return ["\(ran), not all; '--explore' runs every schedule that can differ"]
  }

  /// Which frames of a `choose` were not tried, since no schedule chose.
  private func choiceNotes(_ result: RunResult?) -> [String] {
    guard let lines = result?.untriedChoices, !lines.isEmpty else { return [] }
    let places =
      "line" + (lines.count == 1 ? " " : "s ") + lines.map(String.init).joined(separator: ", ")
    return [
      "'choose' at \(places) took \(options.isFree ? "a random" : "the first") frame, and the others "
        + "were not tried; '--explore' tries each"
    ]
  }

  // MARK: A free run

  func runFreely(_ script: Script, _ file: String) -> ScenarioResult {
    let session = session(script, file, FreeScheduler())
    guard let timeout = options.timeout else {
      return conclude(session.run(script), nil, script, file)
    }
    let watchdog: Watchdog
    do { watchdog = try Watchdog(session, after: timeout) } catch {
      return ScenarioResult.error(
        "nothing can watch --timeout \(timeout.inWords): \(error.description)", file: file,
        title: script.directives.title)
    }
    let result = session.run(script)
    watchdog.finish()
    return conclude(result, nil, script, file)
  }
}
