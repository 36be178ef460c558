extension SamplingStrategy {
  /// A pseudo-random choice everywhere: ``RandomPolicy``.
  package static let random = SamplingStrategy("random") { seed, _ in RandomPolicy(seed: seed) }
}

extension SamplingStrategy.Entry {
  static let random = SamplingStrategy.Entry(SamplingStrategy.random)
}

/// A pseudo-random choice everywhere.
package final class RandomPolicy: SamplingPolicy {
  private var random: SplitMix
  private var log = ChoiceLog()

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  package var choices: [Int] { log.choices }
  package var length: Int { log.length }
  package var threads: Int { log.threads }
  package var isPreemptive: Bool { true }

  package func choose(_ point: ChoicePoint) -> Int? {
    var choice = point.defaultChoice
    if point.candidates.count > 1 {
      choice = point.candidates[random.below(point.candidates.count)]
    }
    log.add(choice, point)
    return choice
  }

  package func finish(state: UInt64) {}
}
