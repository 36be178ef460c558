internal import Inproc

/// When a search stops before it is through, and who is told how far it is.
struct SearchLimit {
  private let runner: ScenarioRunner
  private let file: String
  /// How many runs were begun.
  private(set) var runs = 0
  private var told: ContinuousClock.Instant?
  /// The option that has stopped it.
  private(set) var reason: String?

  init(_ runner: ScenarioRunner, _ file: String) {
    self.runner = runner
    self.file = file
  }

  /// Whether one more run is allowed; it is then counted. `progress` is how far the search is.
  mutating func allowsRun(_ progress: @autoclosure () -> String) -> Bool {
    // Asking takes a tenth of what a short run takes.
    if runs & 15 == 15 { runner.checkMemory() }
    if stopsNow() { return false }
    if runs >= runner.options.maximumSchedules {
      reason = "--max-schedules \(runner.options.maximumSchedules)"
      return false
    }
    runs += 1
    guard let tell = runner.options.progress else { return true }
    let now = ContinuousClock.now
    if told.map({ now > $0 + .milliseconds(100) }) ?? true {
      if told != nil { tell("\(FileName.shown(file)): \(progress())") }
      told = now
    }
    return true
  }

  /// Whether time or whoever asked for the search ends it here, also within a run.
  mutating func stopsNow() -> Bool {
    guard let stop = runner.stopReason else { return false }
    reason = stop
    return true
  }

  /// Takes back what was told.
  func finish() { runner.options.progress?(nil) }
}
