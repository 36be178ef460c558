internal import InprocExploration

/// Follows given choices and ends the run where a given number of turns is reached.
final class SteppingPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  private let mostTurns: Int
  /// Called where the run is stopped, by the thread that has the turn.
  var onStop: ((ChoicePoint) -> Void)?
  /// The choices that were made, one wherever there was more than one candidate.
  private(set) var taken: [Int] = []
  /// How many turns were given, also those without an alternative.
  private(set) var turns = 0

  /// - Parameters:
  ///   - choices: the choices of a schedule; after the last one the default is chosen.
  ///   - turns: how many turns are given before the run is stopped.
  init(choices: [Int], turns: Int) {
    recorded = RecordedChoices(choices)
    mostTurns = turns
  }

  var isPreemptive: Bool { true }

  /// Why the choices do not fit the run that has ended; nil where they do.
  var misfit: String? { recorded.misfit }

  /// The number of the thread that gets the next turn by default.
  func upcoming(at point: ChoicePoint) -> Int { recorded.upcoming(at: point) }

  func choose(_ point: ChoicePoint) -> Int? {
    if point.isOfValues {
      let value = recorded.next(at: point)
      taken.append(value)
      return value
    }
    guard turns < mostTurns else {
      onStop?(point)
      return nil
    }
    turns += 1
    let next = recorded.next(at: point)
    if point.candidates.count > 1 { taken.append(next) }
    return next
  }

  func finish(state: UInt64) {}
}
