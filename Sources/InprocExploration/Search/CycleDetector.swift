/// Notices that a run that does not end comes back to a state it was in: loops that go on for ever
/// without anything new, as those that spin.
///
/// Telling a state takes longer than a step, so only some places of a run are looked at: after so many
/// of them, and again after twice as many, states are compared with the first one for a while.
struct CycleDetector {
  /// Runs that end before are not looked at.
  private static let firstPlace = 2_000
  /// How many places are compared with the first one: no longer circle is noticed.
  private static let length = 256

  private var known: (round: Int, state: UInt64)?
  /// Whether a state came again.
  private(set) var hasFound = false

  /// Whether a place of a run is one to look at.
  static func looksAt(_ place: Int) -> Bool {
    guard place >= firstPlace else { return false }
    return place - (firstPlace << round(of: place)) < length
  }

  private static func round(of place: Int) -> Int {
    Int.bitWidth - 1 - (place / firstPlace).leadingZeroBitCount
  }

  mutating func beginRun() { known = nil }

  /// Takes the state at a place that is looked at. Returns whether the run has come round.
  mutating func add(_ state: UInt64, at place: Int) -> Bool {
    let round = CycleDetector.round(of: place)
    if let known, known.round == round {
      if known.state == state { hasFound = true }
      return known.state == state
    }
    known = (round, state)
    return false
  }
}
