/// A policy whose choices can be printed as a schedule, which repeats the run.
package protocol RepeatablePolicy: SchedulePolicy {
  /// What was chosen, wherever there was a choice.
  var choices: [Int] { get }
  /// How many preemptions the run took, where the policy counts them.
  var preemptions: Int? { get }
  /// Whether an earlier run is equivalent to this one, which has ended.
  var novelty: Novelty { get }
}

extension RepeatablePolicy {
  package var preemptions: Int? { nil }
  package var novelty: Novelty { .untracked }
}

/// Whether a run differs from all that were made before it.
package enum Novelty {
  case new
  /// An earlier run is equivalent to it, or it was not run to its end.
  case repetition
  /// It may be new: there was no room to keep all that were made before.
  case unknown
  /// Nobody has kept what the runs came to.
  case untracked
}
