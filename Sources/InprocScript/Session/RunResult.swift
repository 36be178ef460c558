package import Inproc

/// The result of a run.
package struct RunResult: Sendable {
  package var failure: Failure?
  package var deadlock: [ThreadSituation]?
  package var threadFailures: [Failure]
  package var hasQuit: Bool
  package var observed: [Frame]
  /// What each thread received, and the errors that it had, as text.
  package var results: String
  package var steps: Int
  /// How the repeated run differed; nil if it was not repeated or did not differ.
  package var difference: String?
  /// What the system has refused, such as a thread. The run then says nothing about the scenario.
  package var hindrance: String?
  /// Whether the run was stopped from outside, before its end.
  package var wasStopped = false
  /// The lines at which a `choose` took one of several frames because no schedule chose, sorted.
  package var untriedChoices: [Int] = []
  /// A hash of what had happened when the run ended, the same for every order of independent steps.
  /// It is what distinguishes the ends of runs that did not end by themselves.
  package var endState: UInt64 = 0
}
