extension SamplingStrategy {
  /// Another thread at each choice, which is one schedule: ``RoundRobinPolicy``.
  package static let roundRobin = SamplingStrategy("round-robin", mostRuns: 1) { _, _ in
    RoundRobinPolicy()
  }
}

extension SamplingStrategy.Entry {
  static let roundRobin = SamplingStrategy.Entry(SamplingStrategy.roundRobin)
}

/// Another thread at each choice, in order of creation.
final class RoundRobinPolicy: SamplingPolicy {
  private var log = ChoiceLog()
  private var last = -1
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var isPreemptive: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    if point.isOfValues {
      let value = point.candidates[log.length % point.candidates.count]
      log.add(value, point)
      return value
    }
    let threads = point.candidates.filter { $0 != ChoicePoint.timer }
    let choice = threads.first { $0 > last } ?? threads.first ?? point.defaultChoice
    last = choice
    log.add(choice, point)
    return choice
  }

  func finish(state: UInt64) {}
}
