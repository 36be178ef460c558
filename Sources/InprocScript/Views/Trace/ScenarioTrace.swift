internal import Inproc

extension ScenarioRunner {
  /// Runs a scenario once more, as the run went that a result tells of, and tells its events in
  /// virtual time.
  ///
  /// - Parameters:
  ///   - script: what was run.
  ///   - result: what that run came to.
  ///   - isASCII: whether arrows are made of `-`, `<` and `>`.
  /// - Returns: the schedule, where it is not the default one, and a line for each event; the same
  ///   lines each time.
  /// - Throws: `limit` where the run can't be repeated to its end.
  package func trace(
    _ script: Script, of result: ScenarioResult, isASCII: Bool
  ) throws(CommandError) -> (schedule: Schedule?, lines: [TraceLine]) {
    var (policy, schedule) = policy(showing: result, of: script)
    let (scheduler, session) = prepare(script, result.file, policy, nil)
    let start = scheduler.now
    // What the session's handles do when it is released belongs to no thread of the run.
    let recorder = TraceRecorder {
      scheduler.isAborting || (try? scheduler.currentThread()) == nil
    }
    session.registry.observers.add(recorder)
    try requireWhole(session.run(script), of: result)
    if let seeded = policy as? SeededPolicy {
      schedule = Schedule(choices: seeded.choices, checksum: Schedule.checksum(script.lines))
    }
    return (schedule, recorder.lines(since: start, isASCII: isASCII))
  }
}
