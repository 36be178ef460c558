import InprocText

extension SamplingStrategy {
  /// Random priorities, lowered at `depth` - 1 places: ``PriorityPolicy``.
  ///
  /// - Parameter depth: how many orderings an error takes that the runs shall meet, from 1.
  /// - Returns: the strategy.
  package static func priorities(depth: Int) -> SamplingStrategy {
    SamplingStrategy("pct:\(depth)", measuresRuns: true) { seed, length in
      PriorityPolicy(depth: depth, length: length, seed: seed)
    } claim: {
      PriorityPolicy.claim($0, depth: depth)
    }
  }
}

extension SamplingStrategy.Entry {
  static let priorities = SamplingStrategy.Entry(
    usage: "pct:D",
    help: "pct:D, which meets an error that takes D orderings in one run with a probability of at "
      + "least 1/(n*k^(D-1)), of n threads and k commands"
  ) { text in
    guard text.hasPrefix("pct:"), let depth = Int(text.dropFirst(4)), 1...100 ~= depth else {
      return nil
    }
    return .priorities(depth: depth)
  }
}

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized
/// scheduler with probabilistic guarantees of finding bugs", 2010): each thread has a random
/// priority and the highest runs; at `depth` - 1 random places the one that runs is put below all.
///
/// In a program of n threads and k places, an error that takes `depth` orderings is met in one run
/// with a probability of at least 1 / (n · k^(depth - 1)).
final class PriorityPolicy: SamplingPolicy {
  private var log = ChoiceLog()
  private var random: SplitMix
  /// Ascending.
  private var changes: [Int]
  private var priorities: [Int: UInt64] = [:]
  private var lowest: UInt64
  var choices: [Int] { log.choices }
  var length: Int { log.length }
  var threads: Int { log.threads }
  var isPreemptive: Bool { true }

  /// - Parameters:
  ///   - depth: how many orderings the error takes that is looked for, at least 1.
  ///   - length: about how many places a run has.
  ///   - seed: other seeds give other runs.
  init(depth: Int, length: Int, seed: UInt64) {
    var random = SplitMix(seed: seed)
    changes = (1..<max(2, depth)).map { _ in random.below(length) }.sorted()
    if depth < 2 { changes = [] }
    lowest = UInt64(changes.count)
    self.random = random
  }

  func choose(_ point: ChoicePoint) -> Int? {
    if point.isOfValues {
      let value = random.below(point.candidates.count)
      log.add(value, point)
      return value
    }
    // Above all that a change point gives.
    for thread in point.candidates where priorities[thread] == nil {
      priorities[thread] = random.next() | 1 << 63
    }
    var choice = highest(point)
    while let first = changes.first, first <= log.length {
      changes.removeFirst()
      priorities[choice] = lowest
      lowest -= 1
      choice = highest(point)
    }
    log.add(choice, point)
    return choice
  }

  private func highest(_ point: ChoicePoint) -> Int {
    point.candidates.max { (priorities[$0] ?? 0, $1) < (priorities[$1] ?? 0, $0) }
      ?? point.defaultChoice
  }

  func finish(state: UInt64) {}

  /// The bound of Burckhardt et al. on how probable it is to meet an error, rounded down, and what it
  /// rests on. It holds for runs whose places were all known when the places to change priorities at
  /// were picked.
  static func claim(_ measure: SampleMeasure, depth: Int) -> String {
    var odds = Double(measure.threads)
    for _ in 1..<max(2, depth) where depth > 1 { odds *= Double(max(1, measure.places)) }
    var missed = 1.0
    for _ in 0..<measure.runs { missed *= 1 - 1 / odds }
    // Less than what rounding in between can add.
    let permille =
      odds == 1 ? (measure.runs > 0 ? 1_000 : 0) : max(0, Int((1 - missed) * 1_000 - 1e-6))
    let one = odds < 1e15 ? "1 in \(Int(odds.rounded(.up)))" : "less than 1 in 10^15"
    return "an error that takes \(counted(depth, "ordering")) of commands is met in one of them "
      + "with a probability of at least \(permille / 10).\(permille % 10) % (\(one) each), if no "
      + "run has more than \(counted(measure.threads, "thread")) and "
      + "\(counted(measure.places, "place")) to choose at"
  }
}
