/// What holds for each statement of a command, whatever its operands are.
struct CommandTraits: Hashable, Sendable {
  enum Results: Hashable, Sendable {
    /// It gives no line.
    case none
    /// It gives the name of what it has made.
    case name
    /// It gives other lines of its own.
    case own
    /// Its lines tell what came from other threads. They are part of a run's outcome where the scenario
    /// observes nothing.
    case received
    /// The commands in its block, or in the file it runs, give lines. Expectations after its end speak
    /// of all of them.
    case ofItsBlock
  }

  var results: Results
  /// Whether other threads can see that something has changed, once it has succeeded. A send and a
  /// receive report this themselves, at the moment when a message moves.
  var changesState: Bool
  /// Whether a diagram has a row for it. It has none for a command that concerns its own thread alone,
  /// or whose block shows what it does.
  var isDrawn: Bool
  /// Whether it waits for the clock, even without the option `timeout` or `wait`.
  var waitsForClock = false
  /// Whether it adds to the outcome of the run.
  var addsToOutcome = false
  /// Whether it runs another file.
  var runsFile = false
  /// Whether another thread may go on because of it, if it accesses anything at all.
  var concernsOthers = true
  /// Whether a recording repeats it.
  var isRecorded = true
  /// Whether it ends the run, so that no end of the step itself is recorded.
  var endsRun = false
  /// Whether it receives a message in each of its rounds, and each is a step of its own.
  var receivesEachRound = false
  /// Whether the commands that follow it show all that it did.
  var isShownByOthers = false

  /// Whether an explanation leaves it out, unless it gave a line.
  var isShownByItsBlock: Bool { results == .ofItsBlock || isShownByOthers }
}
