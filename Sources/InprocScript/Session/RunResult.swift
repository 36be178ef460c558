package import Inproc

/// What a run came to.
package struct RunResult: Sendable {
  package var failure: Failure?
  package var deadlock: [ThreadSituation]?
  package var threadFailures: [Failure]
  package var hasQuit: Bool
  package var observed: [Frame]
  /// What each thread received and met, in words.
  package var results: String
  package var steps: Int
  /// Where the run was repeated: how it then differed.
  package var difference: String?
  /// What the system has refused, such as a thread: the run says nothing about the scenario.
  package var hindrance: String?
  /// It was ended from outside, before it came to its end.
  package var wasStopped = false
  /// What had happened when it ended, whatever order independent steps came in. Nothing else tells
  /// the ends of runs apart that did not come to their end by themselves.
  package var endState: UInt64 = 0
}
