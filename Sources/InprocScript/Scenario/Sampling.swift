import InprocText

/// How schedules are picked where there are too many to run them all.
package enum SamplingStrategy: Hashable, Sendable, CustomStringConvertible {
  /// A pseudo-random choice everywhere.
  case random
  /// Random priorities, lowered at `depth` - 1 places: ``PriorityPolicy``.
  case priorities(depth: Int)
  /// Random priorities of commands: ``PartialOrderPolicy``.
  case partialOrder
  /// Another thread at each choice: one schedule.
  case roundRobin

  /// Reads `random`, `pct:D`, `pos` or `round-robin`; nil where the text is none of them.
  package init?(_ text: String) {
    switch text {
    case "random": self = .random
    case "pos": self = .partialOrder
    case "round-robin": self = .roundRobin
    default:
      guard text.hasPrefix("pct:"), let depth = Int(text.dropFirst(4)), 1...100 ~= depth else {
        return nil
      }
      self = .priorities(depth: depth)
    }
  }

  /// What picks one schedule.
  ///
  /// - Parameters:
  ///   - seed: other seeds pick others.
  ///   - length: about how many places there are to choose at, where that is asked for.
  /// - Returns: a policy for one run.
  package func policy(seed: UInt64, length: Int) -> any SamplingPolicy {
    switch self {
    case .random: SeededPolicy(seed: seed)
    case .priorities(let depth): PriorityPolicy(depth: depth, length: length, seed: seed)
    case .partialOrder: PartialOrderPolicy(seed: seed)
    case .roundRobin: RoundRobinPolicy()
    }
  }

  package var description: String {
    switch self {
    case .random: "random"
    case .priorities(let depth): "pct:\(depth)"
    case .partialOrder: "pos"
    case .roundRobin: "round-robin"
    }
  }
}

/// Runs a number of schedules of a scenario, up to the first that fails.
struct Sampling {
  let runner: ScenarioRunner
  let script: Script
  let file: String
  let strategy: SamplingStrategy

  func run() -> ScenarioResult {
    // On the core where its threads are.
    runner.pool.run(name: "explore") { runHere() }
  }

  private func runHere() -> ScenarioResult {
    let runner = runner.startingNow()
    var findings = Findings(runner, script, file)
    var limit = SearchLimit(runner, file)
    defer { limit.finish() }
    let wanted = strategy == .roundRobin ? 1 : runner.options.runs
    let seed = runner.options.seed ?? script.directives.seed ?? 1
    var bound = PriorityBound()
    if case .priorities = strategy {
      let measured = SeededPolicy(seed: seed)
      _ = runner.perform(script, file, measured)
      bound.measure(measured)
    }
    for run in 0..<wanted {
      guard limit.allowsRun("\(run) of \(wanted) runs, \(strategy)") else { break }
      let policy = strategy.policy(
        seed: mix64(seed &+ UInt64(run) &* 0x9E37_79B9_7F4A_7C15), length: bound.places)
      guard let result = runner.perform(script, file, policy) else {
        if limit.stopsNow() { break }
        continue
      }
      bound.add(policy)
      if findings.add(result, isNew: nil, policy.choices) { break }
    }
    let extent = ExplorationSummary(
      schedules: findings.schedules, isExact: findings.isExact, runs: findings.finishedRuns,
      isComplete: false)
    var note = told(extent, seed)
    if case .priorities(let depth) = strategy { note += "; " + bound.words(depth: depth) }
    guard let reason = limit.reason else { return findings.conclude(extent, missing: [], [note]) }
    let stop =
      "stopped by \(reason)"
      + (findings.finishedRuns == 0
        ? "" : " after \(findings.finishedRuns) of \(counted(wanted, "run"))")
    return findings.conclude(extent, missing: [stop], [note])
  }

  /// What was run, in words.
  private func told(_ extent: ExplorationSummary, _ seed: UInt64) -> String {
    if strategy == .roundRobin { return "1 round-robin schedule, not all" }
    let different = "\(extent.isExact ? "" : "at least ")\(counted(extent.schedules, "schedule"))"
    return "\(counted(extent.runs, "run")) under \(strategy) schedules from seed \(seed): "
      + "\(different) that differ, not all"
  }
}

/// The bound of Burckhardt et al. on how probable it is to meet an error. It holds for runs whose
/// places were all known when the places to change priorities at were picked.
private struct PriorityBound {
  /// The most places to choose at that a run had.
  private(set) var places = 0
  /// The most threads that a run had.
  private var threads = 1
  /// How many runs picked among so many places, and had no more.
  private var runs = 0

  /// Looks at a run that is not counted.
  mutating func measure(_ policy: any SamplingPolicy) {
    places = max(places, policy.length)
    threads = max(threads, policy.threads)
  }

  mutating func add(_ policy: any SamplingPolicy) {
    runs = policy.length > places ? 0 : runs + 1
    measure(policy)
  }

  /// A lower bound, rounded down, and what it rests on.
  func words(depth: Int) -> String {
    var odds = Double(threads)
    for _ in 1..<max(2, depth) where depth > 1 { odds *= Double(max(1, places)) }
    var missed = 1.0
    for _ in 0..<runs { missed *= 1 - 1 / odds }
    // Less than what rounding in between can add.
    let permille = odds == 1 ? (runs > 0 ? 1_000 : 0) : max(0, Int((1 - missed) * 1_000 - 1e-6))
    let one = odds < 1e15 ? "1 in \(Int(odds.rounded(.up)))" : "less than 1 in 10^15"
    return "an error that takes \(counted(depth, "ordering")) of commands is met in one of them "
      + "with a probability of at least \(permille / 10).\(permille % 10) % (\(one) each), if no "
      + "run has more than \(counted(threads, "thread")) and \(counted(places, "place")) to choose at"
  }
}
