internal import InprocExploration

/// Tells of a circle of steps that can't be left for the end of the run: which threads go round in it,
/// and in which lines.
struct LivelockReport {
  private let runner: ScenarioRunner
  private let script: Script
  private let file: String

  init(_ runner: ScenarioRunner, _ script: Script, _ file: String) {
    self.runner = runner
    self.script = script
    self.file = file
  }

  func problem(_ livelock: Livelock) -> Problem {
    let policy = CirclePolicy(livelock)
    let (_, session) = runner.prepare(script, file, policy, nil)
    var steps: [ThreadSituation] = []
    policy.takesStep = { [unowned session] number in
      if let step = session.situation(ofThread: number) { steps.append(step) }
    }
    _ = session.run(script)
    let schedule = Schedule(choices: livelock.schedule, checksum: Schedule.checksum(script.lines))
    return runner.report(script, file, schedule).problem(livelockOf: steps)
  }
}

/// Goes into a circle and round once, and ends the run there.
private final class CirclePolicy: SchedulePolicy {
  private let way: [Choice]
  private let start: Int
  private var position = 0
  /// Is told which thread goes on, for each step of the circle.
  var takesStep: ((Int) -> Void)?

  init(_ livelock: Livelock) {
    way = livelock.beginning + livelock.circle
    start = livelock.beginning.count
  }

  var isPreemptive: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    guard position < way.count else { return nil }
    let choice = way[position].taken
    if position >= start, !point.isOfValues { takesStep?(choice) }
    position += 1
    return choice
  }

  func finish(state: UInt64) {}
}
