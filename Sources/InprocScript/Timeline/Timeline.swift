package import Inproc
package import InprocExploration

/// The events of one run of a session in order: the steps of each thread, the messages between threads,
/// waits, and why the turn went from one thread to the next.
///
/// A ``TimelineRecorder`` makes it. The explanation of a failure, diagrams, the screen of a stepper and
/// a paced replay are made from it.
package struct Timeline: Hashable, Sendable {
  /// A thread of the run. Its index in ``Timeline/threads`` is its number in the order of creation.
  package struct Thread: Hashable, Sendable {
    package var name: String
    /// The number of the thread that spawned it; nil for `main`.
    package var parent: Int?
  }

  /// One execution of a command, or one receive of a `for`.
  package struct Step: Hashable, Sendable {
    /// Its place among all steps of the run, from 0.
    package var number: Int
    /// The command as typed, without its block, and with the values of variables that stand in names.
    package var text: String
    /// The command; nil for the pause before what is typed at a prompt.
    package var command: AnyCommand?
    /// The operands that name an endpoint, a handle or a thread, with the values of their variables.
    package var names: [String]
    /// The name after `as`, with the values of its variables; nil without one.
    package var givenName: String?
    package var file: String
    package var range: SourceRange
  }

  /// A line that a step gave.
  package enum Line: Hashable, Sendable {
    /// The fields of a result as printed, without the sign.
    case fields(String)
    /// `=> (none)`
    case nothing
    case error(CommandError)
  }

  /// The identity of a message: its send and its receive have the same, and no other message has it.
  package struct MessageID: Hashable, Sendable {
    package var queue: UInt64
    /// Its place among all messages of the queue.
    package var sequence: UInt64
  }

  /// A message at one of its ends.
  package struct Transfer: Hashable, Sendable {
    package var message: MessageID
    /// The handle through which it is sent or received.
    package var handle: String
    package var endpoint: Endpoint
    /// The frames as printed, at most ``Timeline/longestMessage`` of them.
    package var frames: [String]
  }

  /// What happened to the thread of an event.
  package enum Happening: Hashable, Sendable {
    /// The thread began to exist; its first step may come much later.
    case threadStarted
    /// The thread has ended, by that error if there is one.
    case threadEnded(CommandError?)
    case stepBegan(Step)
    /// A step has ended with these lines. Inner steps end before outer ones. A step that a `break`, an
    /// error or the end of the run leaves has no end.
    case stepEnded(step: Int, lines: [Line])
    case sent(Transfer)
    case received(Transfer)
    /// The thread begins to wait in its innermost open step. The step is nil at the end of the file,
    /// where `main` waits for all other threads to end.
    case blocked(step: Int?, on: WaitReason)
    /// The thread has the turn after a wait; it may find that it has to wait on.
    case wentOn
    /// The timer of its wait or its sleep has fired. The thread goes on later.
    case timerFired
    /// The turn goes from the thread of the event to another.
    case switched(to: Int, SwitchReason)
  }

  package struct Event: Hashable, Sendable {
    /// The virtual time since the run began.
    package var time: Duration
    /// The number of the thread.
    package var thread: Int
    package var what: Happening
  }

  /// The most frames of a message that are kept.
  package static let longestMessage = 1_000

  package var threads: [Thread] = []
  package var events: [Event] = []
  /// How many events are left out, and the index in ``events`` of the first one after them.
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

  /// The line as a prompt shows it.
  package var printed: String {
    switch self {
    case .fields(""): "=>"
    case .fields(let fields): "=> \(fields)"
    case .nothing: ResultLine.none.printed
    case .error(let error): error.printed
    }
  }

  /// The line as printed, but of an error only the sign and the code.
  var brief: String { error?.printedCode ?? printed }

  package var error: CommandError? { if case .error(let error) = self { error } else { nil } }
}

extension CommandError {
  /// The error as a prompt shows it.
  package var printed: String { ResultLine.error(self).printed }
  /// The sign and the code of ``printed``.
  var printedCode: String { "=! \(code.rawValue)" }
}
