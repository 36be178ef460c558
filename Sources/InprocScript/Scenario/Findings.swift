internal import Inproc

/// What the runs of a search have come to so far.
struct Findings {
  private let runner: ScenarioRunner
  private let script: Script
  private let file: String
  private let checksum: UInt32
  private var table: OutcomeTable
  private(set) var failure: Problem?
  private(set) var hasDeadlocked = false
  private(set) var schedules = 0
  /// Whether it goes on after a failure: all outcomes are wanted.
  let explainsAll: Bool

  init(_ runner: ScenarioRunner, _ script: Script, _ file: String) {
    self.runner = runner
    self.script = script
    self.file = file
    checksum = Schedule.checksum(script.lines)
    table = OutcomeTable(script.directives)
    explainsAll = table.isGraded || runner.options.showsOutcomes
  }

  /// Runs that were counted come again.
  mutating func startCounting() {
    table.startCounting()
    schedules = 0
  }

  /// Takes a failure back, to look for a simpler one.
  mutating func forgetFailure() -> Problem? {
    defer { failure = nil }
    return failure
  }

  mutating func remember(_ failure: Problem?) { self.failure = failure }

  /// Counts a run. Returns whether the search has found what it was for.
  mutating func add(_ result: RunResult, _ choices: @autoclosure () -> [Int]) -> Bool {
    schedules += 1
    let checksum = checksum
    if result.isClean {
      table.add(result, Schedule(choices: choices(), checksum: checksum))
      return false
    }
    let schedule = Schedule(choices: choices(), checksum: checksum)
    let report = FailureReport(file: file, lines: script.lines, schedule: schedule)
    let verdict = runner.judge(result, script.directives, report, demandsDeadlock: false)
    if case .failed(let problem) = verdict {
      if failure == nil { failure = problem }
      if explainsAll {
        let ending =
          result.deadlock == nil ? "failed at \(problem.line):\(problem.column)" : "deadlock"
        table.addEnding(ending, isExpected: false, schedule)
      }
      return !explainsAll
    }
    if result.deadlock != nil {
      hasDeadlocked = true
      table.addEnding("deadlock", isExpected: true, schedule)
    } else {
      table.add(result, schedule)
    }
    return false
  }

  /// What is to be told at the end.
  ///
  /// - Parameters:
  ///   - isComplete: whether those were all schedules that can differ.
  ///   - notes: how much was run.
  /// - Returns: the verdict, with the notes and the outcomes.
  func conclude(isComplete: Bool, _ notes: [String]) -> ScenarioResult {
    let directives = script.directives
    let report = FailureReport(file: file, lines: script.lines, schedule: nil)
    var failure = failure
    if failure == nil, let problem = table.problem(isComplete: isComplete) {
      failure = report.problem(problem.text, line: problem.line, problem.schedule)
    }
    if failure == nil, isComplete, directives.expectsDeadlock, !hasDeadlocked {
      failure = report.missingDeadlock()
    }
    var notes = notes
    if failure == nil, !isComplete, directives.expectsDeadlock, !hasDeadlocked {
      notes.append("'@expect deadlock': none of these schedules ended in one")
    }
    notes += runner.timerNotes(script)
    if explainsAll { notes += table.lines }
    var result = ScenarioResult(
      file: file, title: directives.title, verdict: failure.map { .failed($0) } ?? .passed,
      notes: notes)
    if explainsAll { result.outcomes = table.summaries }
    result.exploration = ExplorationSummary(schedules: schedules, isComplete: isComplete)
    return result
  }
}

extension RunResult {
  /// It came to its end by itself, and nothing is wrong with it but perhaps its outcome.
  fileprivate var isClean: Bool {
    failure == nil && deadlock == nil && threadFailures.isEmpty && difference == nil
  }
}

/// When a search stops before it is through, and whom it tells how far it is.
struct SearchLimit {
  private let runner: ScenarioRunner
  private let file: String
  private var runs = 0
  private var told: ContinuousClock.Instant?
  /// The option that has stopped it.
  private(set) var reason: String?

  init(_ runner: ScenarioRunner, _ file: String) {
    self.runner = runner
    self.file = file
  }

  /// Whether one more run is allowed. `progress` is how far it is, in words.
  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool {
    runs += 1
    if runner.options.isStopped?() == true {
      reason = "Ctrl-C"
      return false
    }
    if runs > runner.options.maximumSchedules {
      reason = "--max-schedules \(runner.options.maximumSchedules)"
      return false
    }
    if runner.hasTimedOut, let timeout = runner.options.timeout {
      reason = "--timeout \(timeout)"
      return false
    }
    guard let tell = runner.options.progress else { return true }
    let now = ContinuousClock.now
    if told.map({ now > $0 + .milliseconds(100) }) ?? true {
      if told != nil { tell("\(file): \(progress())") }
      told = now
    }
    return true
  }

  /// Takes back what was told.
  func finish() { runner.options.progress?(nil) }
}
