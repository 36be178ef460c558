import InprocText

/// Choices to follow, one wherever there is more than one candidate. Behind the last, and where one
/// can't be had, what the default schedule does.
package struct RecordedChoices {
  private let choices: [Int]
  private var position = 0
  /// The first recorded choice that was not to be had: the schedule is of something else.
  private var firstMisfit: Int?

  package init(_ choices: [Int]) { self.choices = choices }

  /// What comes at this place, without going on.
  package func upcoming(at point: ChoicePoint) -> Int {
    canFollow(at: point) ? choices[position] : point.defaultChoice
  }

  /// What comes at this place; the next recorded choice is for the place after it.
  package mutating func next(at point: ChoicePoint) -> Int {
    guard point.candidates.count > 1 else { return point.defaultChoice }
    let choice = upcoming(at: point)
    if position < choices.count, choice != choices[position], firstMisfit == nil {
      firstMisfit = position
    }
    position += 1
    return choice
  }

  /// Whether a recorded choice was not to be had.
  package var hasDiverged: Bool { firstMisfit != nil }

  /// How the choices do not fit the run that has ended, in words; nil where they do.
  package var misfit: String? {
    if let firstMisfit {
      let choice = choices[firstMisfit]
      let wanted =
        choice == ChoicePoint.timer
        ? "lets a timer fire, and no timer can fire there"
        : "is thread \(choice), which can't run there"
      return "its choice \(firstMisfit + 1) of \(choices.count) \(wanted)"
    }
    guard position < choices.count else { return nil }
    return "the run ends after \(position) of its \(counted(choices.count, "choice"))"
  }

  private func canFollow(at point: ChoicePoint) -> Bool {
    point.candidates.count > 1 && position < choices.count
      && point.candidates.contains(choices[position])
  }
}
