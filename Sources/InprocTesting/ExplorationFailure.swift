/// Why an exploration failed: what happened, what each thread was doing, the run as a table, and the
/// schedule that repeats it. Its description is the whole report.
public struct ExplorationFailure: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Reason: Hashable, Sendable {
    /// The body, or one of its threads that no one joined, threw.
    case thrown
    /// Every thread waits, none can go on, and no timer is left.
    case deadlock
    /// A schedule went on for more than ``ExplorationLimits/steps`` choices.
    case tooManySteps
    /// The same choices led to something else: the body depends on what the schedule does not
    /// decide.
    case notDeterministic
    /// A thread took longer than ``ExplorationLimits/unresponsive`` without a call.
    case unresponsive
    /// What was given as a schedule is none, or is one of another body and repeats no failure.
    case badSchedule
    /// The system has no thread left.
    case noThreads
    /// A limit ended the exploration before one schedule was run to its end.
    case nothingRun
  }

  /// What kind of failure it is.
  public let reason: Reason
  /// What was thrown; nil for another reason.
  public let error: (any Error)?
  /// The schedule that repeats it, for ``ExplorationStrategy/schedule(_:)``; nil where none does.
  public let schedule: String?
  /// How many schedules were run, this one included.
  public let runs: Int
  /// The run as a table: a column for each thread, time downwards.
  public let interleaving: String
  /// The whole report.
  public let description: String
}
