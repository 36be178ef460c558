internal import InprocExploration

/// Which schedules of a body `explore(_:checkpoints:timers:sharing:limits:body:)` runs.
public struct ExplorationStrategy: Sendable {
  enum Kind: Sendable {
    case exhaustive(preemptions: Int?)
    case sample(SamplingStrategy, seed: UInt64, runs: Int)
    case schedule(String)
  }
  let kind: Kind

  /// All of them, those with few preemptions first (Musuvathi and Qadeer, "Iterative context
  /// bounding for systematic testing of multithreaded programs", 2007): a failure that is found has
  /// as few as any.
  public static let exhaustive = ExplorationStrategy(kind: .exhaustive(preemptions: nil))

  /// All with no more than that many preemptions: switches away from a thread that could go on. Most
  /// errors need no more than two.
  ///
  /// - Parameter preemptions: at most, in one schedule.
  /// - Returns: the strategy.
  public static func exhaustive(preemptions: Int) -> ExplorationStrategy {
    ExplorationStrategy(kind: .exhaustive(preemptions: max(0, preemptions)))
  }

  /// A pseudo-random choice everywhere, in a number of runs; the same ones on every machine.
  ///
  /// - Parameters:
  ///   - seed: other seeds give other runs.
  ///   - runs: how many.
  /// - Returns: the strategy.
  public static func random(seed: UInt64 = 0, runs: Int) -> ExplorationStrategy {
    ExplorationStrategy(kind: .sample(.random, seed: seed, runs: max(1, runs)))
  }

  /// Random priorities of threads, lowered at `depth` - 1 random places, in a number of runs; the same
  /// ones on every machine (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A randomized scheduler
  /// with probabilistic guarantees of finding bugs", 2010). An error that takes `depth` orderings is
  /// met in one run with a probability of at least 1/(n·k^(`depth` - 1)), of n threads and k choices.
  ///
  /// - Parameters:
  ///   - depth: how many orderings the error takes that is looked for; most take one or two.
  ///   - seed: other seeds give other runs.
  ///   - runs: how many.
  /// - Returns: the strategy.
  public static func priorities(depth: Int, seed: UInt64 = 0, runs: Int) -> ExplorationStrategy {
    ExplorationStrategy(
      kind: .sample(.priorities(depth: max(1, depth)), seed: seed, runs: max(1, runs)))
  }

  /// Random priorities of calls, new ones for those that touch the same endpoint, in a number of runs;
  /// the same ones on every machine (Yuan, Yang and Gu, "Partial order aware concurrency sampling",
  /// 2018). Orders that can't differ are not picked more often than others.
  ///
  /// - Parameters:
  ///   - seed: other seeds give other runs.
  ///   - runs: how many.
  /// - Returns: the strategy.
  public static func partialOrder(seed: UInt64 = 0, runs: Int) -> ExplorationStrategy {
    ExplorationStrategy(kind: .sample(.partialOrder, seed: seed, runs: max(1, runs)))
  }

  /// Another thread at each choice, in the order of their creation: one run.
  public static let roundRobin = ExplorationStrategy(
    kind: .sample(.roundRobin, seed: 0, runs: 1))

  /// The strategy that `inproc replay --strategy` calls by that name: `random`, `pct:D`, `pos` or
  /// `round-robin`. With the same seed it picks the same schedules here.
  ///
  /// - Parameters:
  ///   - name: as it is typed there.
  ///   - seed: other seeds give other runs; 1 is what `inproc` takes where none is given.
  ///   - runs: how many.
  /// - Returns: the strategy; nil if there is none of that name.
  public static func named(
    _ name: String, seed: UInt64 = 1, runs: Int
  ) -> ExplorationStrategy? {
    SamplingStrategy(name).map {
      ExplorationStrategy(kind: .sample($0, seed: seed, runs: max(1, runs)))
    }
  }

  /// Only one: a schedule that a failure has printed, or an outcome holds.
  ///
  /// - Parameter text: as printed.
  /// - Returns: the strategy.
  public static func schedule(_ text: String) -> ExplorationStrategy {
    ExplorationStrategy(kind: .schedule(text))
  }
}

/// When time passes in a schedule.
public enum TimerRule: Sendable {
  /// Only where no thread can go on, as on a machine without load.
  case idle
  /// Anywhere: that the earliest timer fires is one more choice at each choice point, as on a slow
  /// machine. Multiplies the schedules.
  case racing
}

/// What the threads of a body have in common besides the scheduler's registries.
public enum SharedState: Sendable {
  /// Anything: variables, actors, files. Every order of any two calls is run.
  case anything
  /// Nothing: what one thread does is seen by another through messages, binds, closes and joins
  /// only. Then calls at different endpoints need to be run in one order only (Flanagan and
  /// Godefroid, "Dynamic partial-order reduction", 2005), which can leave a small part of the
  /// schedules. Where this is said and not so, errors are missed.
  case endpointsOnly
}

/// When an exploration stops before it is through.
public struct ExplorationLimits: Sendable {
  /// The most schedules that are run.
  public var schedules: Int
  /// The most choices of one schedule: one that goes on longer fails, as threads that wait for each
  /// other by asking again and again never end.
  public var steps: Int
  /// The most real time, looked at between two schedules; nil for no limit.
  public var duration: Duration?
  /// How long a thread may take in real time from one call to the next. One that takes longer blocks
  /// on something that the schedule does not know, and fails the exploration.
  public var unresponsive: Duration

  /// Limits for a test.
  ///
  /// - Parameters:
  ///   - schedules: the most that are run.
  ///   - steps: the most choices of one schedule.
  ///   - duration: the most real time; nil for no limit.
  ///   - unresponsive: how long a thread may take in real time from one call to the next.
  public init(
    schedules: Int = 100_000, steps: Int = 5_000, duration: Duration? = nil,
    unresponsive: Duration = .seconds(20)
  ) {
    self.schedules = schedules
    self.steps = steps
    self.duration = duration
    self.unresponsive = unresponsive
  }
}
