internal import Inproc
internal import InprocExploration

/// What the runs of a search have come to so far.
struct Findings {
  private let runner: ScenarioRunner
  private let script: Script
  private let file: String
  private let checksum: UInt32
  private var table: OutcomeTable
  /// The ends of runs that were seen, of which no policy knows whether they are new.
  private var ends = EndStates()
  /// The first failure; taken back and put in again while a simpler one is searched for.
  var failure: Problem?
  /// What the system has refused to a run.
  private(set) var hindrance: String?
  private(set) var hasDeadlocked = false
  /// How many runs came to their end, whichever schedules they were of.
  private(set) var finishedRuns = 0
  private var count = 0
  /// The count when it last began anew.
  private var countBefore = 0
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

  /// How many schedules were run that differ, at least.
  var schedules: Int { max(count, countBefore) }
  /// Whether runs that were counted came again, and perhaps not all of them.
  var hasRestarted: Bool { countBefore > 0 }

  /// Whether all ends of runs were kept that it counts by.
  var isExact: Bool { !ends.hasOverflowed }

  /// Runs that were counted come again.
  mutating func startCounting() {
    table.startCounting()
    countBefore = schedules
    count = 0
    ends.removeAll()
  }

  /// Takes what no single run shows, unless a run has shown a failure.
  mutating func add(_ problem: Problem) { failure = failure ?? problem }

  /// Takes what a run came to.
  ///
  /// - Parameters:
  ///   - result: the run's.
  ///   - novelty: whether an earlier run is equivalent to it; found out here if nobody else did.
  ///   - choices: what was chosen in it.
  /// - Returns: whether the search is to end here.
  mutating func add(
    _ result: RunResult, _ novelty: Novelty, _ choices: @autoclosure () -> [Int]
  ) -> Bool {
    if let hindrance = result.hindrance {
      self.hindrance = hindrance
      return true
    }
    finishedRuns += 1
    let isNew = (novelty == .untracked ? ends.insert(result.endState) : novelty) == .new
    if isNew { count += 1 }
    let checksum = checksum
    if result.isClean {
      table.add(result, isNew: isNew, Schedule(choices: choices(), checksum: checksum))
      return false
    }
    let schedule = Schedule(choices: choices(), checksum: checksum)
    let report = runner.report(script, file, schedule)
    switch runner.judge(result, script.directives, report, demandsDeadlock: false) {
    case .wrong(let problem):
      if failure == nil { failure = problem }
      if explainsAll {
        let ending =
          result.deadlock == nil ? "failed at \(problem.line):\(problem.column)" : "deadlock"
        table.addEnding(ending, isExpected: false, isNew: isNew, schedule)
      }
      return !explainsAll
    case .fine, .hindered:
      if result.deadlock != nil {
        hasDeadlocked = true
        table.addEnding("deadlock", isExpected: true, isNew: isNew, schedule)
      } else {
        table.add(result, isNew: isNew, schedule)
      }
      return false
    }
  }

  /// What is to be told at the end.
  ///
  /// - Parameters:
  ///   - extent: how much of all was run.
  ///   - missing: what was asked for and was not run, in words.
  ///   - notes: what else is to be known of it.
  /// - Returns: the verdict, with the notes and the outcomes.
  func conclude(
    _ extent: ExplorationSummary, missing: [String], _ notes: [String]
  ) -> ScenarioResult {
    let directives = script.directives
    let report = runner.report(script, file, nil)
    var evidence = ScenarioResult.Evidence(file: file)
    evidence.finishedRuns = finishedRuns
    evidence.hindrance = hindrance
    evidence.failure = failure
    evidence.missing = missing
    if evidence.failure == nil, let problem = table.problem(isComplete: extent.isComplete) {
      evidence.failure = report.problem(problem.text, at: problem.range, problem.schedule)
    }
    if directives.expectsDeadlock, !hasDeadlocked {
      if extent.isComplete {
        evidence.failure = evidence.failure ?? report.missingDeadlock(at: directives.deadlockRange)
      } else if finishedRuns > 0 {
        evidence.missing.append("'@expect deadlock': none of these schedules ended in one")
      }
    }
    if !extent.isComplete, finishedRuns > 0 {
      evidence.missing += table.unseen.map {
        "none of these schedules has the interesting outcome: \($0)"
      }
    }
    var result = ScenarioResult(
      file: file, title: directives.title, verdict: runner.verdict(evidence))
    if case .failed = result.verdict { result.notes += evidence.missing }
    result.notes += notes
    if case .failed = result.verdict, let hindrance {
      result.notes.append("the search then ended: \(hindrance)")
    }
    result.notes += runner.timerNotes(script)
    if explainsAll {
      result.notes += table.lines
      result.outcomes = table.summaries
    }
    // Of what did not run, there is nothing to be said besides why.
    if finishedRuns == 0 { result.notes = [] } else { result.exploration = extent }
    return result
  }
}

extension RunResult {
  /// It came to its end by itself, and nothing is wrong with it but perhaps its outcome.
  fileprivate var isClean: Bool {
    failure == nil && deadlock == nil && threadFailures.isEmpty && difference == nil
  }
}
