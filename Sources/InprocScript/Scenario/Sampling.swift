import InprocDiagram

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
    let runs = strategy == .roundRobin ? 1 : runner.options.runs
    let seed = runner.options.seed ?? script.directives.seed ?? 1
    var length = 0
    var threads = 1
    if case .priorities = strategy {
      let measured = SeededPolicy(seed: seed)
      _ = runner.perform(script, file, measured)
      (length, threads) = (measured.length, measured.threads)
    }
    for run in 0..<runs {
      guard limit.allowsRun("\(run) of \(runs) \(strategy) schedules") else { break }
      let policy = strategy.policy(
        seed: mix64(seed &+ UInt64(run) &* 0x9E37_79B9_7F4A_7C15), length: length)
      guard let result = runner.perform(script, file, policy) else { continue }
      length = max(length, policy.length)
      threads = max(threads, policy.threads)
      if findings.add(result, policy.choices) { break }
    }
    var note = counted(findings.schedules, "\(strategy) schedule")
    note += strategy == .roundRobin ? ", not all" : " from seed \(seed), not all"
    if let reason = limit.reason { note += "; stopped by \(reason)" }
    if case .priorities(let depth) = strategy {
      note += "; " + chance(of: depth, threads, length, findings.schedules)
    }
    return findings.conclude(isComplete: false, [note])
  }

  /// The bound of Burckhardt et al., in words.
  private func chance(of depth: Int, _ threads: Int, _ places: Int, _ runs: Int) -> String {
    var odds = Double(max(1, threads))
    for _ in 1..<max(2, depth) where depth > 1 { odds *= Double(max(1, places)) }
    var missed = 1.0
    for _ in 0..<runs { missed *= 1 - 1 / odds }
    let permille = Int(((1 - missed) * 1_000).rounded(.down))
    let one = odds < 1e15 ? "1 in \(Int(odds.rounded(.up)))" : "less than 1 in 10^15"
    return
      "an error that takes \(counted(depth, "ordering")) of commands is met in one "
      + "of them with a probability of at least \(permille / 10).\(permille % 10) % (\(one) each, of "
      + "\(threads) threads and \(places) places)"
  }
}
