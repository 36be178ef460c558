package import Inproc

/// Receives what the threads of a session do. Each call is made by the thread that does it.
///
/// A session without an observer pays a comparison with nil at each of these places. Several
/// observers share a session through ``SessionObservers``.
package protocol SessionObserver: AnyObject, Sendable {
  /// Whether it keeps the results of every step. The session then collects the lines of a `source`
  /// for it, and at a deadlock finds the threads that could end each wait.
  var keepsResults: Bool { get }
  /// The file whose results it takes in place of their being compared with expectations; nil if all
  /// are compared.
  var takenFile: String? { get }

  /// The session is made, and `main` with it.
  func began(_ session: Session)
  /// A thread began to exist.
  func threadStarted(_ thread: SessionThread)
  /// A thread has ended, by that error if there is one.
  func threadEnded(_ thread: SessionThread, _ error: CommandError?)

  /// A thread begins a statement; a round is a further receive of a `for` that began before.
  func stepBegan(_ statement: Statement, _ thread: SessionThread, isRound: Bool)
  /// `main` lets all other threads run as far as they can, as they do while a person types.
  func pauseBegan(_ pause: Statement, _ thread: SessionThread)
  /// A statement, or a pause, has ended with these lines.
  func stepEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine])
  /// A `source` has run its file to the end. The lines are those of the commands in the file, and
  /// each was reported before.
  func sourceEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine])
  /// Statements do not run, because one before them on their line gave an error.
  func skipped(_ statements: ArraySlice<Statement>, _ thread: SessionThread)

  /// A thread is about to send.
  func sends(_ message: Message, on handle: Handle, _ thread: SessionThread)
  /// The send that was reported last has ended.
  func sendEnded(_ thread: SessionThread, succeeded: Bool)
  /// A thread has received.
  func received(_ message: Message, at handle: Handle, _ thread: SessionThread)

  /// Takes what a statement gave, be it in place of comparing it. Returns false where it is still to
  /// be compared.
  func take(_ lines: [ResultLine], of statement: Statement, from thread: SessionThread) -> Bool
  /// Takes what a group of statements gave in place of comparing it. Returns false where it is still
  /// to be compared.
  func take(_ group: LineGroup, hasFailed: Bool, from thread: SessionThread) -> Bool

  /// A text that was typed at a prompt is about to run on `main`.
  func lineBegan(_ script: Script, _ session: Session)
  func lineEnded(_ ending: Session.LineEnding, _ session: Session)
}

extension SessionObserver {
  package var keepsResults: Bool { false }
  package var takenFile: String? { nil }
  package func began(_ session: Session) {}
  package func threadStarted(_ thread: SessionThread) {}
  package func threadEnded(_ thread: SessionThread, _ error: CommandError?) {}
  package func stepBegan(_ statement: Statement, _ thread: SessionThread, isRound: Bool) {}
  package func pauseBegan(_ pause: Statement, _ thread: SessionThread) {}
  package func stepEnded(
    _ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]
  ) {}
  package func sourceEnded(
    _ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]
  ) {}
  package func skipped(_ statements: ArraySlice<Statement>, _ thread: SessionThread) {}
  package func sends(_ message: Message, on handle: Handle, _ thread: SessionThread) {}
  package func sendEnded(_ thread: SessionThread, succeeded: Bool) {}
  package func received(_ message: Message, at handle: Handle, _ thread: SessionThread) {}
  package func take(
    _ lines: [ResultLine], of statement: Statement, from thread: SessionThread
  ) -> Bool { false }
  package func take(_ group: LineGroup, hasFailed: Bool, from thread: SessionThread) -> Bool {
    false
  }
  package func lineBegan(_ script: Script, _ session: Session) {}
  package func lineEnded(_ ending: Session.LineEnding, _ session: Session) {}
}
