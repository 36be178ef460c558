internal import InprocExploration
import InprocText

/// Runs a scenario under every schedule that can differ: ``ExhaustiveSearch``.
struct ScenarioExploration {
  let runner: ScenarioRunner
  let script: Script
  let file: String

  /// A search that takes no more runs tells schedules, which readers can count.
  private static let runsBeforeStates = 500

  func run() -> ScenarioResult {
    // On the core where its threads are.
    runner.pool.run(name: "explore") { runHere() }
  }

  private func runHere() -> ScenarioResult {
    var plan = ExhaustiveSearch<ScenarioTarget>.Plan()
    plan.ceiling = runner.options.maximumPreemptions ?? .max
    plan.allowsReduction = !runner.isRacing(script)
    // Threads that meet in many variables and mutexes come to the same states on very many ways.
    if script.statements.contains(where: \.shares) { plan.statesAfter = Self.runsBeforeStates }
    var search = ExhaustiveSearch(ScenarioTarget(runner, script, file), plan)
    let ending = search.run()
    let target = search.target
    defer { target.limit.finish() }
    let (missing, notes) = told(search, ending)
    return target.findings.conclude(extent(search, ending), missing: missing, notes)
  }

  /// How much was run.
  private func extent(
    _ search: ExhaustiveSearch<ScenarioTarget>, _ ending: ExhaustiveSearch<ScenarioTarget>.Ending
  ) -> ExplorationSummary {
    let findings = search.target.findings
    return ExplorationSummary(
      schedules: findings.schedules, states: search.states,
      isExact: search.states == nil && search.knowsAllEnds
        && (!findings.hasRestarted || ending == .complete),
      runs: search.countedRuns, isComplete: ending == .complete)
  }

  /// The same in words: what was asked for and not run, and what else there is to know.
  private func told(
    _ search: ExhaustiveSearch<ScenarioTarget>, _ ending: ExhaustiveSearch<ScenarioTarget>.Ending
  ) -> (missing: [String], notes: [String]) {
    let extent = extent(search, ending)
    let explored =
      search.states.map { "explored \(counted($0, "state")) in \(counted(extent.runs, "run"))" }
      ?? "explored \(extent.isExact ? "" : "at least ")\(counted(extent.schedules, "schedule"))"
    switch ending {
    case .complete: return ([], ["\(explored): all that can differ"])
    case .completeToBound(let most):
      return (
        [
          "\(explored), NOT all: complete for at most \(counted(most, "preemption")), which is all that "
            + "--preemptions \(most) asks for"
        ], []
      )
    case .stopped(let bound):
      let (findings, limit) = (search.target.findings, search.target.limit)
      let reason = "stopped by \(limit.reason ?? "a limit")"
      let most = bound.map { ", complete for at most \(counted($0, "preemption"))" } ?? ""
      let after = " after \(counted(limit.runs, "run"))"
      return (
        [findings.finishedRuns == 0 ? reason : "\(explored), NOT all\(most); \(reason)\(after)"], []
      )
    case .found:
      guard let (preemptions, bound) = search.unsimplified else { return ([], []) }
      return (
        [],
        [
          "found with \(preemptions) preemptions; no schedule with fewer than \(bound) fails, and those in "
            + "between were not run"
        ]
      )
    }
  }
}
