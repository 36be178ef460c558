internal import InprocExploration

// Results hold no timeline and no events: a run that is to be looked at is run once more.

extension ScenarioRunner {
  /// What repeats the run that a result tells of: the one that failed, or else the one that the
  /// options, or else the file, ask for.
  ///
  /// - Returns: the policy, and the schedule it follows; nil of the default schedule, and of a seed,
  ///   whose choices are known after the run.
  func policy(
    showing result: ScenarioResult, of script: Script
  ) -> (policy: any SchedulePolicy, schedule: Schedule?) {
    var schedule = options.schedule
    if case .failed(let problem) = result.verdict { schedule = problem.schedule ?? schedule }
    if let schedule {
      guard let choices = schedule.choices else { return (DefaultPolicy(), nil) }
      return (RecordedPolicy(choices: choices), schedule)
    }
    let explores = options.explores || script.directives.explores
    if let seed = options.seed ?? (explores ? nil : script.directives.seed) {
      return (RandomPolicy(seed: seed), nil)
    }
    return (DefaultPolicy(), nil)
  }

  /// What happened in the run that a result tells of.
  ///
  /// - Throws: `limit` where the run can't be repeated to its end.
  package func timeline(
    of result: ScenarioResult, _ script: Script
  ) throws(CommandError) -> Timeline {
    try timeline(under: policy(showing: result, of: script).policy, script, of: result)
  }

  /// What happens in a run under a policy, which shows what a result tells of.
  ///
  /// - Throws: `limit` where the run can't be repeated to its end.
  func timeline(
    under policy: any SchedulePolicy, _ script: Script, of result: ScenarioResult
  ) throws(CommandError) -> Timeline {
    let recorder = TimelineRecorder()
    try requireWhole(perform(script, result.file, policy, recorder: recorder), of: result)
    return recorder.timeline
  }

  /// What is shown of a run is all of it: a part would look like the whole.
  ///
  /// - Throws: `limit` where the run that was to be shown did not come to its end.
  func requireWhole(_ run: RunResult?, of result: ScenarioResult) throws(CommandError) {
    let reason: String
    if let hindrance = run?.hindrance {
      reason = hindrance
    } else if run == nil || run?.wasStopped == true {
      reason = "it was stopped"
    } else if run?.failure?.isOfLimits == true, !result.isOfLimits {
      reason = "that took more than --timeout or --memory allows"
    } else {
      return
    }
    throw CommandError(
      .limit, "the run of \(FileName.quoted(result.file)) can't be repeated to show it: \(reason)")
  }
}

extension ScenarioResult {
  /// Whether a limit in time or memory has ended its run.
  fileprivate var isOfLimits: Bool {
    if case .failed(let problem) = verdict { problem.isOfLimits } else { false }
  }
}
