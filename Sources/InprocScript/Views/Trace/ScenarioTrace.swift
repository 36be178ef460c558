internal import Inproc
package import InprocExploration

extension ScenarioRunner {
  /// Repeats the run of a result and returns its events with their virtual times.
  ///
  /// - Parameters:
  ///   - script: the scenario.
  ///   - result: the result whose run is repeated.
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
    // When the session is released its handles close, which is no event of the run.
    let recorder = TraceRecorder {
      scheduler.isAborting || (try? scheduler.currentThread()) == nil
    }
    session.registry.observers.add(recorder)
    try requireWhole(session.run(script), of: result)
    if let seeded = policy as? RandomPolicy {
      schedule = Schedule(choices: seeded.choices, checksum: Schedule.checksum(script.lines))
    }
    return (schedule, recorder.lines(since: start, isASCII: isASCII))
  }
}
