internal import InprocExploration
import InprocText

/// Runs a number of schedules of a scenario that a strategy picks, up to the first that fails.
struct ScenarioSample {
  let runner: ScenarioRunner
  let script: Script
  let file: String
  let strategy: SamplingStrategy

  func run() -> ScenarioResult {
    // On the core where its threads are.
    runner.pool.run(name: "explore") { runHere() }
  }

  private func runHere() -> ScenarioResult {
    let seed = runner.options.seed ?? script.directives.seed ?? 1
    var sample = Sample(
      ScenarioTarget(runner, script, file), strategy, seed: seed, runs: runner.options.runs)
    sample.run()
    let (findings, limit) = (sample.target.findings, sample.target.limit)
    defer { limit.finish() }
    let extent = ExplorationSummary(
      schedules: findings.schedules, isExact: findings.isExact, runs: findings.finishedRuns,
      isComplete: false)
    var note = told(extent, seed)
    if let claim = sample.claim { note += "; " + claim }
    guard let reason = limit.reason else { return findings.conclude(extent, missing: [], [note]) }
    let stop =
      "stopped by \(reason)"
      + (findings.finishedRuns == 0
        ? "" : " after \(findings.finishedRuns) of \(counted(sample.runs, "run"))")
    return findings.conclude(extent, missing: [stop], [note])
  }

  /// What was run, in words.
  private func told(_ extent: ExplorationSummary, _ seed: UInt64) -> String {
    if strategy.mostRuns == 1 { return "1 \(strategy) schedule, not all" }
    let different = "\(extent.isExact ? "" : "at least ")\(counted(extent.schedules, "schedule"))"
    return "\(counted(extent.runs, "run")) under \(strategy) schedules from seed \(seed): "
      + "\(different) that differ, not all"
  }
}
