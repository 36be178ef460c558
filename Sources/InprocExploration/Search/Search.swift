/// A search of the schedules of a program: a policy that learns from each run what is to be run next.
package protocol Search: RepeatablePolicy {
  /// How many preemptions the run that has ended took.
  var preemptionCount: Int { get }
  /// How far the search is, in words.
  var progress: String { get }
  /// Why this search can't tell which schedules are enough; nil while it can.
  var obstacle: SearchObstacle? { get }
  /// Whether its bound of preemptions has kept a schedule from being run.
  var hitBound: Bool { get }
  /// Whether it learns from a run only if the run did not end before its threads did.
  var needsWholeRuns: Bool { get }
  /// The run that was made has come to an end: by itself, in a deadlock, or by a failure.
  func noteEnd()
  /// Prepares the next run. Returns false where there is none.
  func advance() -> Bool
}

extension Search {
  package var preemptions: Int? { preemptionCount }
  package var obstacle: SearchObstacle? { nil }
  package var hitBound: Bool { false }
  package var needsWholeRuns: Bool { false }
  package func noteEnd() {}
}

/// Why a search can't tell which schedules are enough.
package enum SearchObstacle {
  /// A run came back to a state that it had been in, and so need never end.
  case endlessRuns
  /// What the program does is nothing that the search could go by.
  case inapplicable
}
