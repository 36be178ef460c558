/// One place of a run where more than one thing can happen next.
struct ChoicePoint {
  /// Which threads can run, by their number in the order of creation; ``timer`` for the clock.
  var candidates: [Int]
  /// The thread that runs now, if it is among the candidates: leaving it is a preemption.
  var current: Int?
  /// The one the default schedule takes.
  var usual: Int
  /// What has happened so far, whatever order independent steps came in.
  var state: UInt64

  /// The candidate that is no thread: the earliest timer fires.
  static let timer = -1
}

/// Decides what runs next. Only whoever has the turn calls it.
protocol SchedulePolicy: AnyObject {
  /// Whether it is asked before every command that other threads can see, or only where the running
  /// thread can't go on.
  var choosesBeforeCommands: Bool { get }
  /// One of the candidates; nil ends the run, which is not worth going on with.
  func choose(_ point: ChoicePoint) -> Int?
  /// The run has come to its end, by itself. Returns whether it was a new one.
  func finish(state: UInt64)
}

/// A thread runs until it waits, ends, sleeps or would block; then the next in order of creation.
final class DefaultPolicy: SchedulePolicy {
  var choosesBeforeCommands: Bool { false }
  func choose(_ point: ChoicePoint) -> Int? { point.usual }
  func finish(state: UInt64) {}
}

/// A pseudo-random choice everywhere: SplitMix64 (Steele, Lea, Flood 2014), the same on every
/// machine.
final class SeededPolicy: SchedulePolicy {
  private var state: UInt64
  private(set) var choices: [Int] = []

  init(seed: UInt64) { state = seed }

  var choosesBeforeCommands: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    guard point.candidates.count > 1 else { return point.usual }
    state &+= 0x9E37_79B9_7F4A_7C15
    let index = Int(mix64(state) % UInt64(point.candidates.count))
    choices.append(point.candidates[index])
    return point.candidates[index]
  }

  func finish(state: UInt64) {}
}

/// The finalizer of SplitMix64: every bit of the result depends on every bit of the input.
func mix64(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// Repeats choices that were printed; after them it goes on as the default schedule does.
final class RecordedPolicy: SchedulePolicy {
  private let choices: [Int]
  private var position = 0
  /// A recorded choice was not to be had: the schedule is of another text.
  private(set) var hasDiverged = false

  init(choices: [Int]) { self.choices = choices }

  var choosesBeforeCommands: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    guard point.candidates.count > 1 else { return point.usual }
    defer { position += 1 }
    guard position < choices.count else { return point.current ?? point.usual }
    if point.candidates.contains(choices[position]) { return choices[position] }
    hasDiverged = true
    return point.usual
  }

  func finish(state: UInt64) {}
}
