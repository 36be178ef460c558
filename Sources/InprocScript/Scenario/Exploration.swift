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
    let checksum = Schedule.checksum(script.lines)
    let directives = script.directives
    var table = OutcomeTable(directives)
    var hasDeadlocked = false
    var failure: Problem?
    var runs = 0
    var schedules = 0
    var isComplete = false
    let explainsAll = table.isGraded || runner.options.showsOutcomes
    let ceiling = runner.options.maximumPreemptions ?? .max

    let policy = ExploringPolicy(bound: 0)
    search: while true {
      repeat {
        runs += 1
        if runs > runner.options.maximumSchedules { break search }
        guard let result = runner.perform(script, file, policy), policy.isNew || result.hasEnded
        else { continue }
        schedules += 1
        let schedule = Schedule(choices: policy.choices, checksum: checksum)
        let report = FailureReport(file: file, lines: script.lines, schedule: schedule)
        let verdict = runner.judge(result, directives, report, demandsDeadlock: false)
        if case .failed(let problem) = verdict {
          if failure == nil { failure = problem }
          if !explainsAll { break search }
        } else if result.deadlock != nil {
          hasDeadlocked = true
        } else {
          table.add(result, schedule)
        }
      } while policy.advance()
      isComplete = !policy.wasCut
      if isComplete || policy.bound == ceiling { break }
      if policy.raiseBound() {
        table.startCounting()
        schedules = 0
      }
    }
    let bound = policy.bound

    var notes: [String] = []
    let count = "\(schedules) schedule\(schedules == 1 ? "" : "s")"
    if isComplete {
      notes.append("explored \(count): all that can differ")
    } else if failure == nil || explainsAll {
      notes.append(
        bound == ceiling && runs <= runner.options.maximumSchedules
          ? "explored \(count): complete up to \(bound) preemptions, not beyond"
          : "explored \(count), NOT complete"
            + (bound > 0
              ? ": complete up to \(bound - 1) preemptions" : "")
            + "; stopped after \(runner.options.maximumSchedules) runs")
    }
    notes += runner.timerNotes(script)
    if explainsAll { notes += table.lines }

    let report = FailureReport(file: file, lines: script.lines, schedule: nil)
    if failure == nil, let problem = table.problem(isComplete: isComplete) {
      failure = report.problem(problem.text, line: problem.line, problem.schedule)
    }
    if failure == nil, isComplete, directives.expectsDeadlock, !hasDeadlocked {
      failure = report.missingDeadlock()
    }
    var result = ScenarioResult(
      file: file, title: directives.title, verdict: failure.map { .failed($0) } ?? .passed,
      notes: notes)
    if explainsAll { result.outcomes = table.summaries }
    result.exploration = ExplorationSummary(schedules: schedules, isComplete: isComplete)
    return result
  }
}

extension RunResult {
  /// It did not come to its end by itself.
  fileprivate var hasEnded: Bool { failure != nil || deadlock != nil || hasQuit }
}
