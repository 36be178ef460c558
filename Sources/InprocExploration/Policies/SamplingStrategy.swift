/// How schedules are picked where there are too many to run them all.
///
/// A strategy is a policy, its name and what can be claimed after its runs, all in one file; ``all``
/// registers it, for scenarios and for Swift bodies alike.
package struct SamplingStrategy: Sendable, CustomStringConvertible {
  /// Every strategy that there is, in the order in which help names them.
  static let all: [Entry] = [.random, .partialOrder, .roundRobin, .priorities]

  /// A strategy as it is registered.
  struct Entry: Sendable {
    /// How it is typed: `pct:D`.
    let usage: String
    /// The same, with what there is to know of it.
    let help: String
    /// The strategy that a text names; nil if the text names another.
    let read: @Sendable (String) -> SamplingStrategy?

    /// A strategy that is typed in one way alone.
    ///
    /// - Parameters:
    ///   - strategy: what its name stands for.
    ///   - note: what it is, where the name does not say it.
    init(_ strategy: SamplingStrategy, note: String? = nil) {
      usage = strategy.name
      help = strategy.name + (note.map { " (\($0))" } ?? "")
      read = { $0 == strategy.name ? strategy : nil }
    }

    /// A strategy with a parameter.
    ///
    /// - Parameters:
    ///   - usage: how it is typed: `pct:D`.
    ///   - help: the same, with what there is to know of it.
    ///   - read: the strategy that a text names; nil if the text names another.
    init(
      usage: String, help: String, read: @escaping @Sendable (String) -> SamplingStrategy?
    ) {
      self.usage = usage
      self.help = help
      self.read = read
    }
  }

  /// As it is typed.
  let name: String
  /// The most runs that differ.
  package let mostRuns: Int
  /// Whether a policy has to know how many choices a run has before it can pick one.
  package let measuresRuns: Bool
  private let makePolicy: @Sendable (_ seed: UInt64, _ length: Int) -> any SamplingPolicy
  private let makeClaim: @Sendable (SampleMeasure) -> String?

  /// - Parameters:
  ///   - name: as it is typed.
  ///   - mostRuns: the most runs that differ.
  ///   - measuresRuns: whether a policy has to know how many choices a run has.
  ///   - policy: what picks one schedule, from a seed and the number of choices that were measured.
  ///   - claim: what can be said of the errors that the runs would have met, in words.
  init(
    _ name: String, mostRuns: Int = .max, measuresRuns: Bool = false,
    policy: @escaping @Sendable (_ seed: UInt64, _ length: Int) -> any SamplingPolicy,
    claim: @escaping @Sendable (SampleMeasure) -> String? = { _ in nil }
  ) {
    self.name = name
    self.mostRuns = mostRuns
    self.measuresRuns = measuresRuns
    makePolicy = policy
    makeClaim = claim
  }

  /// Reads the name of a strategy, such as `random` or `pct:3`; nil if no strategy has that name.
  package init?(_ text: String) {
    guard let strategy = SamplingStrategy.all.lazy.compactMap({ $0.read(text) }).first else {
      return nil
    }
    self = strategy
  }

  /// How each strategy is typed.
  package static var usages: [String] { all.map(\.usage) }
  /// All strategies with what there is to know of them, in one phrase.
  package static var help: String {
    all.dropLast().map(\.help).joined(separator: ", ") + ", or " + (all.last?.help ?? "")
  }

  package var description: String { name }

  /// What picks one schedule.
  ///
  /// - Parameters:
  ///   - seed: other seeds pick others.
  ///   - length: how many places there are to choose at, where that was measured.
  /// - Returns: a policy for one run.
  package func policy(seed: UInt64, length: Int) -> any SamplingPolicy { makePolicy(seed, length) }

  /// What can be said of the errors that so many runs would have met; nil for nothing.
  package func claim(_ measure: SampleMeasure) -> String? { makeClaim(measure) }
}

/// How large the runs of a sample were.
package struct SampleMeasure {
  /// The most places to choose at that a run had.
  package private(set) var places = 0
  /// The most threads that a run had.
  private(set) var threads = 1
  /// How many runs picked among so many places, and had no more.
  private(set) var runs = 0

  /// Takes the size of a run that is not counted.
  mutating func measure(_ policy: any SamplingPolicy) {
    places = max(places, policy.length)
    threads = max(threads, policy.threads)
  }

  /// Takes the size of a run that was picked among the places measured so far.
  mutating func add(_ policy: any SamplingPolicy) {
    runs = policy.length > places ? 0 : runs + 1
    measure(policy)
  }
}
