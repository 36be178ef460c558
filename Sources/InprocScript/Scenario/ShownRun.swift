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
      return (SeededPolicy(seed: seed), nil)
    }
    return (DefaultPolicy(), nil)
  }

  /// What happened in the run that a result tells of; nothing where it can't be run.
  package func timeline(of result: ScenarioResult, _ script: Script) -> Timeline {
    let recorder = TimelineRecorder()
    let policy = policy(showing: result, of: script).policy
    _ = perform(script, result.file, policy, recorder: recorder)
    return recorder.timeline
  }
}
