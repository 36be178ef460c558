/// What happened in one run of a session, in order: the steps of each thread, the messages between
/// them, who waited for what, and why the turn went from one thread to the next.
///
/// A ``TimelineRecorder`` makes it. Reports, diagrams and step-by-step views are drawn from it.
package struct Timeline: Hashable, Sendable {
  /// A thread of the run; its place in ``Timeline/threads`` is its number in the order of creation.
  package struct Thread: Hashable, Sendable {
    package var name: String
    /// Who spawned it; nil for `main`.
    package var parent: Int?
  }

  /// One command, or one receive of a `for`, as it was run once.
  package struct Step: Hashable, Sendable {
    /// Counts all steps of the run, from 0.
    package var number: Int
    /// As typed, without a block; where variables stand in names, with what they held.
    package var command: String
    package var file: String
    package var range: SourceRange
  }

  /// A message on its way.
  package struct Transfer: Hashable, Sendable {
    /// The same for a send and the receive of the same message, and no other's.
    package var message: Int
    /// The handle it was sent or received on.
    package var handle: String
    /// `inproc://NAME`
    package var endpoint: String
    /// As printed; the first ``Timeline/longestMessage`` of them.
    package var frames: [String]
  }

  /// Why the turn left a thread.
  package enum SwitchReason: String, Hashable, Sendable {
    /// It waits for something that others bring about, or for a timer.
    case waited
    case ended
    /// `sleep`, with or without a time.
    case slept
    /// It was told `would-block` and lets others go.
    case wouldBlock = "would-block"
    /// It could have gone on; the schedule chose another.
    case preempted
  }

  package enum Happening: Hashable, Sendable {
    /// The thread of the event began to exist; its first step may come much later.
    case threadStarted
    /// It has ended; an error as printed, if one has ended it.
    case threadEnded(error: String?)
    case stepBegan(Step)
    /// A step gave these result or error lines, as printed. Steps end innermost first; one that a
    /// `break`, an error or the end of the run leaves has no end.
    case stepEnded(step: Int, lines: [String])
    case sent(Transfer)
    case received(Transfer)
    /// It waits in its innermost step that has not ended; the words are those of `list threads`,
    /// such as `recv inbox`. At the end of the file that is `join`, and the step nil.
    case blocked(step: Int?, on: String)
    /// Its wait is over and it has the turn; it may find that it has to wait on.
    case wentOn
    /// Its time ran out, or its sleep is over. It goes on later.
    case timerFired
    /// The turn goes from the thread of the event to another.
    case switched(to: Int, SwitchReason)
  }

  package struct Event: Hashable, Sendable {
    /// Since the run began: in a replay virtual time.
    package var time: Duration
    /// The number of the thread it happened to.
    package var thread: Int
    package var what: Happening
  }

  /// Of a message with more frames no more are kept.
  package static let longestMessage = 1_000

  package var threads: [Thread] = []
  package var events: [Event] = []
  /// How many events are missing, and the place in ``events`` where.
  package var leftOut = 0
  package var leftOutAt = 0

  package init() {}

  /// The name of a thread by its number.
  package func name(of thread: Int) -> String {
    threads.indices.contains(thread) ? threads[thread].name : "?"
  }
}
