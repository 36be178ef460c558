/// One place of a run where more than one thing can happen next.
package struct ChoicePoint {
  /// Which threads can run, by their number in the order of creation; ``timer`` for the clock.
  package var candidates: [Int]
  /// The thread that runs now, if it is among the candidates: leaving it is a preemption.
  package var current: Int?
  /// The one the default schedule takes.
  package var usual: Int
  /// What has happened so far, whatever order independent steps came in.
  package var state: UInt64
  /// What the program is in, whichever way it came there; nil where nobody asks for it, or where it
  /// can't be told.
  package var programState: UInt64?
  /// What the next command of each candidate touches, as far as that is known; empty where the
  /// policy does not ask for it.
  package var comingUp: [[SharedObject]] = []
  /// The endpoints in whose queues messages are, where the policy follows steps.
  package var stocked: [SharedObject] = []

  /// The candidate that is no thread: the earliest timer fires.
  package static let timer = -1
}

/// Decides what runs next. Only whoever has the turn calls it.
package protocol SchedulePolicy: AnyObject {
  /// Whether it is asked before every command that other threads can see, or only where the running
  /// thread can't go on.
  var choosesBeforeCommands: Bool { get }
  /// What an earlier run did at this place, where this one only repeats it and nobody need find out
  /// who could run; else nil, and ``choose(_:)`` is asked.
  func repeated() -> Int?
  /// Whether it has a use for ``ChoicePoint/comingUp``.
  var asksWhatComes: Bool { get }
  /// Whether it has a use for ``ChoicePoint/programState`` at the next place.
  var asksForProgramState: Bool { get }
  /// One of the candidates; nil ends the run, which is not worth going on with.
  func choose(_ point: ChoicePoint) -> Int?
  /// The run has come to its end, by itself.
  func finish(state: UInt64)

  /// Whether it is told of every step.
  var followsSteps: Bool { get }
  /// A thread's present step has made another.
  func started(_ thread: Int, by parent: Int)
  /// A thread, or ``ChoicePoint/timer``, has done a step.
  func stepped(_ thread: Int, _ footprint: Footprint)
  /// A thread is about to do what it may have to wait for, in line with others if an object is
  /// named. That it begins to is nothing that others can see, unless they wait there too; the
  /// footprint is what its command has touched up to here.
  func approached(_ thread: Int, _ footprint: Footprint, waitingAt line: SharedObject?)
  /// The run is over, and a thread still waits; with what it waits for, it would touch that.
  func remained(_ thread: Int, _ footprint: Footprint)
  /// What a thread does next depends on more than footprints show, such as how often it has polled: to
  /// run only one of several orders could miss what the others show.
  func disableReduction()
}

extension SchedulePolicy {
  package func repeated() -> Int? { nil }
  package var asksWhatComes: Bool { false }
  package var asksForProgramState: Bool { false }
  package var followsSteps: Bool { false }
  package func started(_ thread: Int, by parent: Int) {}
  package func stepped(_ thread: Int, _ footprint: Footprint) {}
  package func approached(
    _ thread: Int, _ footprint: Footprint, waitingAt line: SharedObject?
  ) {}
  package func remained(_ thread: Int, _ footprint: Footprint) {}
  package func disableReduction() {}
}

/// A policy around another, to which it passes on whatever it does not see to itself. It is asked at
/// every place, those included that the inner one only repeats.
package protocol WrappingPolicy: SchedulePolicy {
  var inner: any SchedulePolicy { get }
}

extension WrappingPolicy {
  package var choosesBeforeCommands: Bool { inner.choosesBeforeCommands }
  package var asksWhatComes: Bool { inner.asksWhatComes }
  package var asksForProgramState: Bool { inner.asksForProgramState }
  package func finish(state: UInt64) { inner.finish(state: state) }
  package var followsSteps: Bool { inner.followsSteps }
  package func started(_ thread: Int, by parent: Int) { inner.started(thread, by: parent) }
  package func stepped(_ thread: Int, _ footprint: Footprint) { inner.stepped(thread, footprint) }
  package func approached(
    _ thread: Int, _ footprint: Footprint, waitingAt line: SharedObject?
  ) {
    inner.approached(thread, footprint, waitingAt: line)
  }
  package func remained(_ thread: Int, _ footprint: Footprint) { inner.remained(thread, footprint) }
  package func disableReduction() { inner.disableReduction() }
}

/// A thread runs until it waits, ends, sleeps or would block; then the next in order of creation.
package final class DefaultPolicy: SchedulePolicy {
  package var choosesBeforeCommands: Bool { false }
  package func choose(_ point: ChoicePoint) -> Int? { point.usual }
  package func finish(state: UInt64) {}
}

/// A pseudo-random choice everywhere.
package final class SeededPolicy: SamplingPolicy {
  private var random: SplitMix
  private var log = ChoiceLog()

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  package var choices: [Int] { log.choices }
  package var length: Int { log.length }
  package var threads: Int { log.threads }
  package var choosesBeforeCommands: Bool { true }

  package func choose(_ point: ChoicePoint) -> Int? {
    var choice = point.usual
    if point.candidates.count > 1 {
      choice = point.candidates[random.below(point.candidates.count)]
    }
    log.add(choice, point)
    return choice
  }

  package func finish(state: UInt64) {}
}

/// The finalizer of SplitMix64: every bit of the result depends on every bit of the input.
func mix64(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
