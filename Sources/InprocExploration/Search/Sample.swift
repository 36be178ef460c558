import InprocText

/// Runs a number of schedules of a target that a strategy picks, up to the first that fails.
package struct Sample<Target: SearchTarget> {
  package private(set) var target: Target
  private let strategy: SamplingStrategy
  private let seed: UInt64
  /// How many runs are wanted.
  package let runs: Int
  /// How large the runs were, as far as that was measured.
  private var measure = SampleMeasure()
  /// Whether a limit has ended it before all wanted runs were made.
  package private(set) var wasStopped = false

  /// - Parameters:
  ///   - target: what is run.
  ///   - strategy: picks the schedules.
  ///   - seed: other seeds pick others; the same ones on every machine, for every target.
  ///   - runs: how many; no more than differ.
  package init(_ target: Target, _ strategy: SamplingStrategy, seed: UInt64, runs: Int) {
    self.target = target
    self.strategy = strategy
    self.seed = seed
    self.runs = min(runs, strategy.mostRuns)
  }

  /// What can be said of the errors that the runs would have met; nil for nothing.
  package var claim: String? { strategy.claim(measure) }

  package mutating func run() {
    if strategy.measuresRuns {
      let measured = RandomPolicy(seed: seed)
      _ = target.perform(measured)
      measure.measure(measured)
    }
    let (runs, strategy) = (runs, strategy)
    for number in 0..<runs {
      guard target.allowsRun("\(number) of \(runs) runs, \(strategy)") else {
        wasStopped = true
        return
      }
      let policy = strategy.policy(
        seed: mix64(seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15), length: measure.places)
      switch target.perform(policy) {
      case .stopped:
        wasStopped = true
        return
      case .pruned: continue
      case .ended(let run):
        measure.add(policy)
        if target.add(run, under: policy) { return }
      }
    }
  }
}
