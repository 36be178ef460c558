internal import Inproc

extension ScenarioRunner {
  /// Runs a scenario once more and tells its events, in virtual time: the run that failed, or else
  /// the one that the options ask for.
  ///
  /// - Parameters:
  ///   - script: what was run.
  ///   - result: what that run came to.
  ///   - isASCII: whether arrows are made of `-`, `<` and `>`.
  /// - Returns: the schedule, where it is not the default one, and a line for each event; the same
  ///   lines each time.
  package func trace(
    _ script: Script, of result: ScenarioResult, isASCII: Bool
  ) -> (schedule: Schedule?, lines: [TraceLine]) {
    var schedule = options.schedule
    if case .failed(let problem) = result.verdict { schedule = problem.schedule ?? schedule }
    let policy: any SchedulePolicy
    let seed = options.seed ?? (options.explores ? nil : script.directives.seed)
    if let choices = schedule?.choices {
      policy = RecordedPolicy(choices: choices)
    } else if schedule == nil, let seed {
      policy = SeededPolicy(seed: seed)
    } else {
      policy = DefaultPolicy()
    }
    let (scheduler, session) = prepare(script, result.file, policy, nil)
    let start = scheduler.now
    // What the session's handles do when it is released belongs to no thread of the run.
    let recorder = TraceRecorder {
      scheduler.isAborting || (try? scheduler.currentThread()) == nil
    }
    session.registry.observers.add(recorder)
    _ = session.run(script)
    if let seeded = policy as? SeededPolicy {
      schedule = Schedule(choices: seeded.choices, checksum: Schedule.checksum(script.lines))
    }
    return (
      schedule?.choices == nil ? nil : schedule, recorder.lines(since: start, isASCII: isASCII)
    )
  }
}
