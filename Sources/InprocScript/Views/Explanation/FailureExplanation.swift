// A failure is explained by a second run under the same schedule, which records a timeline.

extension ScenarioRunner {
  /// The result with an explanation of its failure: the run as a table and in words.
  func explained(_ result: ScenarioResult, _ script: Script) -> ScenarioResult {
    guard case .failed(let problem) = result.verdict, let schedule = problem.schedule,
      // A run that exceeded a limit would exceed it again, and need more with a timeline.
      !problem.isOfLimits,
      // A livelock is explained by its circle of steps.
      !problem.isEndless,
      let (run, timeline) = record(
        schedule, script, file: result.file, maximumEvents: ScenarioRunner.explainedEvents),
      run.hindrance == nil
    else { return result }
    guard run.failure?.isOfLimits != true else {
      var unexplained = result
      unexplained.notes.append(
        "the run that led there is not shown: repeating it took more than --timeout or "
          + "--memory allows")
      return unexplained
    }
    var explained = problem
    let report = report(script, result.file, schedule)
    // Only a recorded run knows which threads could have ended each wait of a deadlock.
    if case .wrong(let again) = judge(run, script.directives, report),
      again.message == problem.message, again.line == problem.line
    {
      explained = again
    }
    // A run of a single thread needs no explanation.
    guard timeline.threads.count > 1 else {
      return result.with(.failed(explained))
    }
    let table = RunTable(timeline: timeline, ending: ending(run, timeline))
    explained.explanation =
      ["  the run:"] + table.lines.map { "  " + $0 }
      + ["  in words:"] + RunNarrative(timeline: timeline).lines.map { "  " + $0 }
    return result.with(.failed(explained))
  }

  /// The most events that an explanation records; its table shows few of them.
  private static let explainedEvents = 4_000

  private func ending(
    _ run: RunResult, _ timeline: Timeline
  ) -> (words: String, thread: Int?)? {
    if run.deadlock != nil { return (FailureReport.deadlock, nil) }
    guard let failure = run.failure else { return nil }
    let thread = timeline.threads.lastIndex { $0.name == failure.thread }
    switch failure.kind {
    case .error: return ("^ not expected", thread)
    case .mismatch, .badExpectation: return ("^ not as expected", thread)
    }
  }
}

extension ScenarioResult {
  fileprivate func with(_ verdict: Verdict) -> ScenarioResult {
    var result = self
    result.verdict = verdict
    return result
  }
}
