/// Choices to follow, one wherever there is more than one candidate. Behind the last, and where one
/// can't be had, what the default schedule does.
struct RecordedChoices {
  private let choices: [Int]
  private var position = 0
  /// A recorded choice was not to be had: the schedule is of another text.
  private(set) var hasDiverged = false

  init(_ choices: [Int]) { self.choices = choices }

  /// What comes at this place, without going on.
  func upcoming(at point: ChoicePoint) -> Int {
    canFollow(at: point) ? choices[position] : point.usual
  }

  /// What comes at this place; the next recorded choice is for the place after it.
  mutating func next(at point: ChoicePoint) -> Int {
    guard point.candidates.count > 1 else { return point.usual }
    let choice = upcoming(at: point)
    if position < choices.count, choice != choices[position] { hasDiverged = true }
    position += 1
    return choice
  }

  /// From the first one again.
  mutating func restart() { position = 0 }

  private func canFollow(at point: ChoicePoint) -> Bool {
    point.candidates.count > 1 && position < choices.count
      && point.candidates.contains(choices[position])
  }
}

/// Repeats choices that were printed; after them it goes on as the default schedule does.
package final class RecordedPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  /// A recorded choice was not to be had: the schedule is of another text.
  package var hasDiverged: Bool { recorded.hasDiverged }

  package init(choices: [Int]) { recorded = RecordedChoices(choices) }

  package var choosesBeforeCommands: Bool { true }

  package func choose(_ point: ChoicePoint) -> Int? { recorded.next(at: point) }

  package func finish(state: UInt64) {}
}
