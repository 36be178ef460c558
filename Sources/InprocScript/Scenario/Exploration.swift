/// Runs a scenario under every schedule that can differ, simplest ones first: without preemptions,
/// then with one, with two, and so on, until no schedule is left out.
struct Exploration {
  let runner: ScenarioRunner
  let script: Script
  let file: String

  func run() -> ScenarioResult {
    let checksum = Schedule.checksum(script.lines)
    let directives = script.directives
    var table = OutcomeTable(directives)
    var hasDeadlocked = false
    var failure: String?
    var runs = 0
    var schedules = 0
    var bound = 0
    var isComplete = false
    let explainsAll = table.isGraded || runner.options.showsOutcomes

    search: while true {
      let policy = ExploringPolicy(bound: bound)
      table.startCounting()
      schedules = 0
      repeat {
        runs += 1
        if runs > runner.options.maximumSchedules { break search }
        guard let result = runner.perform(script, file, policy), policy.isNew || result.hasEnded
        else { continue }
        schedules += 1
        let schedule = Schedule(choices: policy.choices, checksum: checksum)
        let report = FailureReport(file: file, lines: script.lines, schedule: schedule)
        let verdict = runner.judge(result, directives, report, demandsDeadlock: false)
        if case .failed(let text) = verdict {
          if failure == nil { failure = text }
          if !explainsAll { break search }
        } else if result.deadlock != nil {
          hasDeadlocked = true
        } else {
          table.add(result, schedule)
        }
      } while policy.advance()
      isComplete = !policy.wasCut
      if isComplete || bound == runner.options.maximumPreemptions { break }
      bound += 1
    }

    var notes: [String] = []
    let count = "\(schedules) schedule\(schedules == 1 ? "" : "s")"
    if isComplete {
      notes.append("explored \(count): all that can differ")
    } else if failure == nil || explainsAll {
      notes.append(
        bound == runner.options.maximumPreemptions && runs <= runner.options.maximumSchedules
          ? "explored \(count): complete up to \(bound) preemptions, not beyond"
          : "explored \(count), NOT complete"
            + (bound > 0 ? ": complete up to \(bound - 1) preemptions" : "")
            + "; stopped after \(runner.options.maximumSchedules) runs")
    }
    notes += runner.timerNotes(script)
    if explainsAll { notes += table.lines }

    let report = FailureReport(file: file, lines: script.lines, schedule: nil)
    if failure == nil, let problem = table.problem(isComplete: isComplete) {
      failure = report.text(problem.text, line: problem.line, problem.schedule)
    }
    if failure == nil, isComplete, directives.expectsDeadlock, !hasDeadlocked {
      failure = report.missingDeadlock()
    }
    return ScenarioResult(
      file: file, title: directives.title, verdict: failure.map { .failed($0) } ?? .passed,
      notes: notes)
  }
}

extension RunResult {
  /// It did not come to its end by itself.
  fileprivate var hasEnded: Bool { failure != nil || deadlock != nil || hasQuit }
}
