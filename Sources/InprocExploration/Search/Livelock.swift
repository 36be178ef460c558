/// A circle of steps from which no end of a run can be reached.
package struct Livelock {
  /// The choices that lead to the circle.
  package let beginning: [Choice]
  /// The choices of the circle, once round.
  package let circle: [Choice]

  /// What is chosen up to the circle, wherever there is a choice.
  package var schedule: [Int] { StateSearch.schedule(beginning) }
}
