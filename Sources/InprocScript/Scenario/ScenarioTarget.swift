internal import InprocExploration

/// A scenario as a search runs it: what its runs come to, and what ends the search early.
struct ScenarioTarget: SearchTarget {
  private let runner: ScenarioRunner
  private let script: Script
  private let file: String
  private(set) var findings: Findings
  private(set) var limit: SearchLimit

  /// The time of the search begins now.
  init(_ runner: ScenarioRunner, _ script: Script, _ file: String) {
    self.runner = runner.startingNow()
    self.script = script
    self.file = file
    findings = Findings(self.runner, script, file)
    limit = SearchLimit(self.runner, file)
  }

  var schedules: Int { findings.schedules }

  var failure: Problem? {
    get { findings.failure }
    set { findings.failure = newValue }
  }

  // MARK: Running

  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool {
    limit.allowsRun(progress())
  }

  mutating func perform(_ policy: any SchedulePolicy) -> PerformedRun<RunResult> {
    if let result = runner.perform(script, file, policy) { return .ended(result) }
    return limit.stopsNow() ? .stopped : .pruned
  }

  // MARK: What runs come to

  func endedEarly(_ run: RunResult) -> Bool { run.hasEndedEarly }

  func endsSearch(_ run: RunResult) -> Bool { run.failure != nil && !findings.explainsAll }

  mutating func add(_ run: RunResult, under policy: any RepeatablePolicy) -> Bool {
    // A policy knows the ends of those runs alone that came to their end by themselves.
    let novelty = run.hasEndedEarly ? .untracked : policy.novelty
    // What is not new is nothing to count.
    return novelty != .repetition && findings.add(run, novelty, policy.choices)
  }

  mutating func add(_ livelock: Livelock) {
    findings.add(LivelockReport(runner, script, file).problem(livelock))
  }

  mutating func startCounting() { findings.startCounting() }

  mutating func startAnew() { findings = Findings(runner, script, file) }
}

extension RunResult {
  /// It ended before its threads did.
  fileprivate var hasEndedEarly: Bool { failure != nil || hasQuit || hindrance != nil }
}
