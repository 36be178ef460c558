/// Runs a scenario under every schedule that can differ, simplest ones first: without preemptions,
/// then with one, with two, …. So a failure that is told has as few preemptions as any.
struct Exploration {
  let runner: ScenarioRunner
  let script: Script
  let file: String

  func run() -> ScenarioResult {
    // On the core where its threads are.
    runner.pool.run(name: "explore") { runHere() }
  }

  private func runHere() -> ScenarioResult {
    var findings = Findings(runner, script, file)
    var limit = SearchLimit(runner, file)
    defer { limit.finish() }
    let ceiling = runner.options.maximumPreemptions ?? .max
    let policy = ExploringPolicy(bound: 0)
    var isComplete = false
    var isOver = false
    search: while true {
      repeat {
        guard
          limit.allowsRun("\(counted(findings.schedules)), \(policy.bound) preemptions at most")
        else { break search }
        // What was not new is nothing to count; where a run did not end by itself, that is unknown.
        guard let result = runner.perform(script, file, policy), policy.isNew || result.hasEnded
        else { continue }
        isOver = findings.add(result, policy.choices)
        if isOver { break search }
      } while policy.advance()
      isComplete = !policy.wasCut
      if isComplete || policy.bound == ceiling { break }
      if policy.raiseBound() { findings.startCounting() }
    }

    var notes: [String] = []
    let explored = "explored \(counted(findings.schedules))"
    if isComplete {
      notes.append("\(explored): all that can differ")
    } else if let reason = limit.reason {
      let extent = policy.bound > 0 ? ", complete up to \(policy.bound - 1) preemptions" : ""
      notes.append("\(explored), NOT all\(extent); stopped by \(reason)")
    } else if !isOver {
      notes.append("\(explored), NOT all: complete up to \(policy.bound) preemptions, not beyond")
    }
    return findings.conclude(isComplete: isComplete, notes)
  }
}

private func counted(_ schedules: Int) -> String {
  "\(schedules) schedule\(schedules == 1 ? "" : "s")"
}

extension RunResult {
  /// It did not come to its end by itself.
  fileprivate var hasEnded: Bool { failure != nil || deadlock != nil || hasQuit }
}
