/// Decides what runs next. Only whoever has the turn calls it.
package protocol SchedulePolicy: AnyObject {
  /// Whether it is asked before every command that other threads can see, or only where the running
  /// thread can't go on.
  var isPreemptive: Bool { get }
  /// What an earlier run chose at this place, if this run only repeats that choice, so that nobody need
  /// find out who could run; else nil, and ``choose(_:)`` is asked.
  func prefixChoice() -> Int?
  /// Whether it has a use for ``ChoicePoint/nextAccesses``.
  var wantsLookahead: Bool { get }
  /// Whether it has a use for ``ChoicePoint/programState`` at the next place.
  var asksForProgramState: Bool { get }
  /// One of the candidates; nil ends the run, which is not worth going on with.
  func choose(_ point: ChoicePoint) -> Int?
  /// The run has come to its end, by itself.
  func finish(state: UInt64)

  /// Whether it is notified of every step.
  var followsSteps: Bool { get }
  /// A thread's present step has started another thread.
  func started(_ thread: Int, by parent: Int)
  /// A thread, or ``ChoicePoint/timer``, has done a step.
  func stepped(_ thread: Int, _ footprint: Footprint)
  /// A thread's next action may block. Blocking is invisible to others except to waiters of the same
  /// queue; the footprint is what the thread's command has accessed up to here.
  func willBlock(_ thread: Int, _ footprint: Footprint, waitingIn queue: Resource?)
  /// At a deadlock: the accesses that the blocked action of a thread would have made, for the
  /// detection of races.
  func blockedAtEnd(_ thread: Int, _ footprint: Footprint)
  /// What a thread does next depends on more than footprints show, such as how often it has polled: to
  /// run only one of several orders could miss what the others show.
  func disableReduction()
}

extension SchedulePolicy {
  package func prefixChoice() -> Int? { nil }
  package var wantsLookahead: Bool { false }
  package var asksForProgramState: Bool { false }
  package var followsSteps: Bool { false }
  package func started(_ thread: Int, by parent: Int) {}
  package func stepped(_ thread: Int, _ footprint: Footprint) {}
  package func willBlock(_ thread: Int, _ footprint: Footprint, waitingIn queue: Resource?) {}
  package func blockedAtEnd(_ thread: Int, _ footprint: Footprint) {}
  package func disableReduction() {}
}
