internal import InprocExploration

// Running each schedule twice: what can be seen of a run must depend on the file and the schedule
// alone.

extension ScenarioRunner {
  /// Runs under a policy, repeats what it chose, and notes in the result where the second run was
  /// another.
  func performTwice(
    _ script: Script, _ file: String, _ policy: any SchedulePolicy
  ) -> RunResult? {
    let noting = NotingPolicy(policy)
    let recorders = (TimelineRecorder(), TimelineRecorder())
    guard var result = performOnce(script, file, noting, recorders.0) else { return nil }
    // How far a run comes before it takes too long or too much is nothing that the schedule decides.
    if result.failure?.isOfLimits == true { return result }
    let repeating: any SchedulePolicy =
      policy.isPreemptive ? RecordedPolicy(choices: noting.choices) : DefaultPolicy()
    let again = performOnce(script, file, repeating, recorders.1)
    // It was stopped: whether it is the same, is not known.
    guard let again else { return nil }
    if let hindrance = again.hindrance {
      result.hindrance = hindrance
      return result
    }
    if again.failure?.isOfLimits == true { return again }
    let place = recorders.0.timeline.parting(from: recorders.1.timeline)
    if place != nil || !again.isSame(as: result) {
      result.difference =
        "the same schedule gave two different runs" + (place.map { ": they part \($0)" } ?? "")
    }
    return result
  }

  /// That no difference was found, where one was looked for.
  func withDeterminismNote(_ result: ScenarioResult) -> ScenarioResult {
    guard options.checksDeterminism, !options.isFree else { return result }
    var result = result
    switch result.verdict {
    case .passed: result.notes.append("every schedule was run twice, and both runs were the same")
    case .incomplete:
      result.notes.append("every schedule that was run was run twice, and both runs were the same")
    case .failed, .error: break
    }
    return result
  }
}

/// Writes down what another policy chooses.
private final class NotingPolicy: WrappingPolicy {
  let inner: any SchedulePolicy
  private(set) var choices: [Int] = []

  init(_ policy: any SchedulePolicy) { inner = policy }

  func choose(_ point: ChoicePoint) -> Int? {
    let choice = inner.choose(point)
    if let choice, point.candidates.count > 1 { choices.append(choice) }
    return choice
  }
}

extension RunResult {
  fileprivate func isSame(as other: RunResult) -> Bool {
    failure == other.failure && deadlock == other.deadlock && hasQuit == other.hasQuit
      && threadFailures == other.threadFailures && observed == other.observed
      && results == other.results && steps == other.steps
  }
}

extension Timeline {
  /// Where two runs begin to differ, in words; nil where they don't.
  fileprivate func parting(from other: Timeline) -> String? {
    guard self != other else { return nil }
    var step: (thread: String, step: Step)?
    for (index, event) in events.enumerated() {
      guard index < other.events.count, other.events[index] == event else { break }
      if case .stepBegan(let began) = event.what { step = (name(of: event.thread), began) }
    }
    guard let (thread, step) = step else { return "at the beginning" }
    return
      "after thread '\(thread)' began '\(step.text)' at \(FileName.shown(step.file)):\(step.range.line)"
  }
}
