package import Inproc

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
    package var text: String
    /// Nil for what no command does: the pause before what is typed at a prompt.
    package var command: Statement.Command?
    /// Its operands that name an endpoint, a handle or a thread, with what variables in them held.
    package var names: [String]
    /// The name that stands behind its `as`.
    package var givenName: String?
    package var file: String
    package var range: SourceRange
  }

  /// A line that a step gave.
  package enum Line: Hashable, Sendable {
    /// Its fields as printed.
    case fields(String)
    /// `=> (none)`
    case nothing
    case error(CommandError)
  }

  /// Which message: the same for its send and its receive, and no other's.
  package struct MessageID: Hashable, Sendable {
    package var queue: UInt64
    /// Its place among all messages of the queue.
    package var sequence: UInt64
  }

  /// A message on its way.
  package struct Transfer: Hashable, Sendable {
    package var message: MessageID
    /// The handle it was sent or received on.
    package var handle: String
    package var endpoint: Endpoint
    /// As printed; the first ``Timeline/longestMessage`` of them.
    package var frames: [String]
  }

  package enum Happening: Hashable, Sendable {
    /// The thread of the event began to exist; its first step may come much later.
    case threadStarted
    /// It has ended; with the error that ended it, if one did.
    case threadEnded(CommandError?)
    case stepBegan(Step)
    /// A step gave these lines. Steps end innermost first; one that a `break`, an error or the end of
    /// the run leaves has no end.
    case stepEnded(step: Int, lines: [Line])
    case sent(Transfer)
    case received(Transfer)
    /// It waits in its innermost step that has not ended; the step is nil at the end of the file,
    /// where `main` waits for all other threads to end.
    case blocked(step: Int?, on: WaitReason)
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

extension Timeline.Line {
  init(_ line: ResultLine) {
    switch line {
    case .fields(let fields): self = .fields(fields.map(\.printed).joined(separator: " "))
    case .none: self = .nothing
    case .error(let error): self = .error(error)
    }
  }

  /// As a prompt shows it.
  package var printed: String {
    switch self {
    case .fields(""): "=>"
    case .fields(let fields): "=> \(fields)"
    case .nothing: ResultLine.none.printed
    case .error(let error): error.printed
    }
  }

  /// The same, of an error the sign and the code alone.
  var brief: String { error?.printedCode ?? printed }

  package var error: CommandError? { if case .error(let error) = self { error } else { nil } }
}

extension CommandError {
  /// As a prompt shows it.
  package var printed: String { ResultLine.error(self).printed }
  /// The sign and the code of ``printed``.
  var printedCode: String { "=! \(code.rawValue)" }
}
