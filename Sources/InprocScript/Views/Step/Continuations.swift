internal import InprocExploration

/// All that can follow the beginning of a scenario's run, as a search runs it, up to the first failure.
struct Continuations: SearchTarget {
  let runner: ScenarioRunner
  let script: Script
  let file: String
  /// The choices of the beginning.
  let beginning: [Int]
  /// How many turns it has, those without an alternative included.
  let turns: Int
  /// The choices of a run that fails or ends in a deadlock, from its beginning.
  var failure: [Int]?
  private(set) var schedules = 0

  init(runner: ScenarioRunner, script: Script, file: String, beginning: [Int], turns: Int) {
    self.runner = runner
    self.script = script
    self.file = file
    self.beginning = beginning
    self.turns = turns
  }

  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool { true }

  mutating func perform(_ policy: any SchedulePolicy) -> PerformedRun<RunResult> {
    let prefix = PrefixPolicy(choices: beginning, turns: turns, then: policy)
    return runner.perform(script, file, prefix).map { .ended($0) } ?? .pruned
  }

  func endedEarly(_ run: RunResult) -> Bool { false }
  func endsSearch(_ run: RunResult) -> Bool { false }

  mutating func add(_ run: RunResult, under policy: any RepeatablePolicy) -> Bool {
    if run.hindrance != nil { return true }
    schedules += 1
    let choices = beginning + policy.choices
    let schedule = Schedule(choices: choices, checksum: Schedule.checksum(script.lines))
    guard run.deadlock != nil || runner.fails(run, schedule, script, file) else { return false }
    failure = choices
    return true
  }

  mutating func add(_ livelock: Livelock) {}
  mutating func startCounting() { schedules = 0 }
  mutating func startAnew() { schedules = 0 }
}

extension ScenarioRunner {
  fileprivate func fails(
    _ result: RunResult, _ schedule: Schedule, _ script: Script, _ file: String
  ) -> Bool {
    // An expected deadlock may come in another run, so that its absence in this one is no failure.
    let concluded = conclude(result, schedule, script, file, demandsDeadlock: false)
    if case .failed = concluded.verdict { return true }
    return false
  }
}

/// Follows given choices for a number of turns and leaves all later ones to another policy.
private final class PrefixPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  private let mostTurns: Int
  private let rest: any SchedulePolicy
  private var turns = 0

  init(choices: [Int], turns: Int, then rest: any SchedulePolicy) {
    recorded = RecordedChoices(choices)
    mostTurns = turns
    self.rest = rest
  }

  var isPreemptive: Bool { true }

  func prefixChoice() -> Int? { turns < mostTurns ? nil : rest.prefixChoice() }

  func choose(_ point: ChoicePoint) -> Int? {
    guard turns < mostTurns else { return rest.choose(point) }
    if !point.isOfValues { turns += 1 }
    return recorded.next(at: point)
  }

  func finish(state: UInt64) { rest.finish(state: state) }
}
