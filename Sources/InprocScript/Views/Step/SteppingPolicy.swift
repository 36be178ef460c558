/// Follows choices that were made before, then stops where the next one is to be made.
final class SteppingPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  private let moments: Int
  /// Is called there, by the thread that has the turn.
  var onStop: ((ChoicePoint) -> Void)?
  /// What was chosen wherever there was a choice.
  private(set) var taken: [Int] = []
  /// How often something was chosen, alternatives or not.
  private(set) var moment = 0

  /// - Parameters:
  ///   - choices: of a recorded schedule; after them it goes on as that does.
  ///   - moments: stop when that many turns were given.
  init(choices: [Int], moments: Int) {
    recorded = RecordedChoices(choices)
    self.moments = moments
  }

  var choosesBeforeCommands: Bool { true }

  /// How the choices do not fit the run that has ended, in words; nil where they do.
  var misfit: String? { recorded.misfit }

  /// Who goes on from there if nobody is chosen.
  func upcoming(at point: ChoicePoint) -> Int { recorded.upcoming(at: point) }

  func choose(_ point: ChoicePoint) -> Int? {
    guard moment < moments else {
      onStop?(point)
      return nil
    }
    moment += 1
    let next = recorded.next(at: point)
    if point.candidates.count > 1 { taken.append(next) }
    return next
  }

  func finish(state: UInt64) {}
}

/// Follows choices up to a moment, and leaves what comes then to another policy.
final class PrefixPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  private let moments: Int
  private let rest: any SchedulePolicy
  private var moment = 0

  init(choices: [Int], moments: Int, then rest: any SchedulePolicy) {
    recorded = RecordedChoices(choices)
    self.moments = moments
    self.rest = rest
  }

  var choosesBeforeCommands: Bool { true }

  /// Another run follows the same choices again.
  func restart() {
    moment = 0
    recorded.restart()
  }

  func repeated() -> Int? { moment < moments ? nil : rest.repeated() }

  func choose(_ point: ChoicePoint) -> Int? {
    guard moment < moments else { return rest.choose(point) }
    moment += 1
    return recorded.next(at: point)
  }

  func finish(state: UInt64) { rest.finish(state: state) }
}
