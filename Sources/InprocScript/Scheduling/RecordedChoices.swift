import InprocText

/// Choices to follow, one wherever there is more than one candidate. Behind the last, and where one
/// can't be had, what the default schedule does.
struct RecordedChoices {
  private let choices: [Int]
  private var position = 0
  /// The first recorded choice that was not to be had: the schedule is of something else.
  private var firstMisfit: Int?

  init(_ choices: [Int]) { self.choices = choices }

  /// What comes at this place, without going on.
  func upcoming(at point: ChoicePoint) -> Int {
    canFollow(at: point) ? choices[position] : point.usual
  }

  /// What comes at this place; the next recorded choice is for the place after it.
  mutating func next(at point: ChoicePoint) -> Int {
    guard point.candidates.count > 1 else { return point.usual }
    let choice = upcoming(at: point)
    if position < choices.count, choice != choices[position], firstMisfit == nil {
      firstMisfit = position
    }
    position += 1
    return choice
  }

  /// Whether a recorded choice was not to be had.
  var hasDiverged: Bool { firstMisfit != nil }

  /// How the choices do not fit the run that has ended, in words; nil where they do.
  var misfit: String? {
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
  /// Whether a recorded choice was not to be had.
  package var hasDiverged: Bool { recorded.hasDiverged }
  /// How the choices do not fit the run that has ended, in words; nil where they do.
  package var misfit: String? { recorded.misfit }

  package init(choices: [Int]) { recorded = RecordedChoices(choices) }

  package var choosesBeforeCommands: Bool { true }

  package func choose(_ point: ChoicePoint) -> Int? { recorded.next(at: point) }

  package func finish(state: UInt64) {}
}

extension Schedule {
  /// What runs the scenario under it once.
  var policy: any SchedulePolicy { choices.map { RecordedPolicy(choices: $0) } ?? DefaultPolicy() }
}
