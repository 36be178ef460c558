/// One place of a run where more than one thing can happen next.
package struct ChoicePoint {
  /// Which threads can run, by their number in the order of creation; ``timer`` for the clock.
  package var candidates: [Int]
  /// The thread that runs now, if it is among the candidates: leaving it is a preemption.
  package var current: Int?
  /// The one the default schedule takes.
  package var defaultChoice: Int
  /// A hash of what has happened so far, the same in whatever order independent steps came.
  package var state: UInt64
  /// A hash of the state of the program, however it was reached; nil where nobody asks for it, or
  /// where it can't be told.
  package var programState: UInt64?
  /// What the next command of each candidate accesses, as far as that is known; empty where the policy
  /// does not ask for it.
  package var nextAccesses: [[Resource]] = []
  /// The endpoints in whose queues messages are, where the policy follows steps.
  package var nonEmptyQueues: [Resource] = []

  package init(candidates: [Int], current: Int?, defaultChoice: Int, state: UInt64) {
    self.candidates = candidates
    self.current = current
    self.defaultChoice = defaultChoice
    self.state = state
  }

  /// Whether the candidates are values for the running thread, from 0, and not threads.
  package var isOfValues = false

  /// The candidate that is no thread: the earliest timer fires.
  package static let timer = -1

  /// Whether taking a candidate would be a preemption.
  func isPreemption(_ candidate: Int) -> Bool {
    current != nil && candidate != current && candidate != ChoicePoint.timer
  }
}
