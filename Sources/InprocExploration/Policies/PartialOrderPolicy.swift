extension SamplingStrategy {
  /// Random priorities of commands: ``PartialOrderPolicy``.
  package static let partialOrder = SamplingStrategy("pos") { seed, _ in
    PartialOrderPolicy(seed: seed)
  }
}

extension SamplingStrategy.Entry {
  static let partialOrder = SamplingStrategy.Entry(
    SamplingStrategy.partialOrder, note: "partial order sampling")
}

/// Partial order sampling (Yuan, Yang, Gu, "Partial order aware concurrency sampling", 2018): each
/// command that is about to run has a random priority and the highest runs; commands that access
/// the same resource then get new ones. So orders that can't differ are not sampled more often than others.
final class PartialOrderPolicy: SamplingPolicy {
  private struct Pending {
    var priority: UInt64
    var accesses: [Resource]
  }
  private var log = ChoiceLog()
  private var random: SplitMix
  private var pending: [Int: Pending] = [:]
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var isPreemptive: Bool { true }
  var wantsLookahead: Bool { true }

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  func choose(_ point: ChoicePoint) -> Int? {
    if point.isOfValues {
      let value = random.below(point.candidates.count)
      log.add(value, point)
      return value
    }
    // One that could not run before meets what has changed meanwhile.
    pending = pending.filter { point.candidates.contains($0.key) }
    for (index, thread) in point.candidates.enumerated() {
      let accesses = index < point.nextAccesses.count ? point.nextAccesses[index] : []
      if pending[thread] == nil {
        pending[thread] = Pending(priority: random.next(), accesses: accesses)
      }
      pending[thread]?.accesses = accesses
    }
    let choice =
      point.candidates.max {
        (pending[$0]?.priority ?? 0, $1) < (pending[$1]?.priority ?? 0, $0)
      } ?? point.defaultChoice
    let done = pending.removeValue(forKey: choice)?.accesses ?? []
    for thread in point.candidates where thread != choice {
      if let other = pending[thread]?.accesses, races(done, other) {
        pending[thread]?.priority = random.next()
      }
    }
    log.add(choice, point)
    return choice
  }

  /// Whether two commands may access the same resource; one of which nothing is known may access any.
  private func races(_ one: [Resource], _ other: [Resource]) -> Bool {
    one.isEmpty || other.isEmpty || one.contains(.everything) || other.contains(.everything)
      || one.contains(where: other.contains)
  }

  func finish(state: UInt64) {}
}
