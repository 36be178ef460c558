/// Follows choices that were made before, then stops where the next one is to be made.
final class SteppingPolicy: SchedulePolicy {
  private let choices: [Int]
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
    self.choices = choices
    self.moments = moments
  }

  var choosesBeforeCommands: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    guard moment < moments else {
      onStop?(point)
      return nil
    }
    moment += 1
    guard point.candidates.count > 1 else { return point.usual }
    let recorded = choices.indices.contains(taken.count) ? choices[taken.count] : nil
    let next =
      recorded.flatMap { point.candidates.contains($0) ? $0 : nil } ?? point.current ?? point.usual
    taken.append(next)
    return next
  }

  func finish(state: UInt64) {}
}

/// Follows choices up to a moment, and leaves what comes then to another policy.
final class PrefixPolicy: SchedulePolicy {
  private let choices: [Int]
  private let moments: Int
  private let rest: any SchedulePolicy
  private var moment = 0
  private var used = 0

  init(choices: [Int], moments: Int, then rest: any SchedulePolicy) {
    self.choices = choices
    self.moments = moments
    self.rest = rest
  }

  var choosesBeforeCommands: Bool { true }

  /// Another run follows the same choices again.
  func restart() {
    moment = 0
    used = 0
  }

  func repeated() -> Int? { moment < moments ? nil : rest.repeated() }

  func choose(_ point: ChoicePoint) -> Int? {
    guard moment < moments else { return rest.choose(point) }
    moment += 1
    guard point.candidates.count > 1 else { return point.usual }
    defer { used += 1 }
    guard choices.indices.contains(used), point.candidates.contains(choices[used]) else {
      return point.current ?? point.usual
    }
    return choices[used]
  }

  func finish(state: UInt64) { rest.finish(state: state) }
}
