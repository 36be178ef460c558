/// Runs a scenario under every schedule that can differ, simplest ones first: without preemptions,
/// then with one, with two, then all that are left. A failure among those is looked for again with
/// three, four, …, so that the one that is told has as few as any.
struct Exploration {
  let runner: ScenarioRunner
  let script: Script
  let file: String

  func run() -> ScenarioResult {
    let checksum = Schedule.checksum(script.lines)
    let directives = script.directives
    var table = OutcomeTable(directives)
    var hasDeadlocked = false
    var failure: Problem?
    var runs = 0
    var schedules = 0
    var bound = 0
    var isComplete = false
    let explainsAll = table.isGraded || runner.options.showsOutcomes
    let ceiling = runner.options.maximumPreemptions ?? .max

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
        if case .failed(let problem) = verdict {
          if failure == nil { failure = problem }
          if !explainsAll {
            if bound > Exploration.steppedBounds {
              failure = simplerFailure(than: policy.preemptionCount, checksum) ?? failure
            }
            break search
          }
        } else if result.deadlock != nil {
          hasDeadlocked = true
        } else {
          table.add(result, schedule)
        }
      } while policy.advance()
      isComplete = !policy.wasCut
      if isComplete || bound == ceiling { break }
      bound = bound < Exploration.steppedBounds ? bound + 1 : ceiling
    }

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
              ? ": complete up to \(min(bound - 1, Exploration.steppedBounds)) preemptions" : "")
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

extension Exploration {
  /// Up to here each bound is explored by itself.
  fileprivate static let steppedBounds = 2

  /// The report of a failure with fewer preemptions than one that was found, if there is one.
  private func simplerFailure(than preemptions: Int, _ checksum: UInt32) -> Problem? {
    for bound in (Exploration.steppedBounds + 1)..<max(preemptions, Exploration.steppedBounds + 1) {
      let policy = ExploringPolicy(bound: bound)
      repeat {
        guard let result = runner.perform(script, file, policy) else { continue }
        let schedule = Schedule(choices: policy.choices, checksum: checksum)
        let report = FailureReport(file: file, lines: script.lines, schedule: schedule)
        if case .failed(let problem) = runner.judge(
          result, script.directives, report, demandsDeadlock: false)
        {
          return problem
        }
      } while policy.advance()
    }
    return nil
  }
}

extension RunResult {
  /// It did not come to its end by itself.
  fileprivate var hasEnded: Bool { failure != nil || deadlock != nil || hasQuit }
}
