internal import Inproc

/// Several observers of one session. Each call goes to all of them, in their order.
final class SessionObservers: SessionObserver {
  private let all: [any SessionObserver]

  private init(_ all: [any SessionObserver]) { self.all = all }

  /// One observer for several: nil for none, and the only one itself.
  static func joined(_ observers: [(any SessionObserver)?]) -> (any SessionObserver)? {
    let all = observers.compactMap(\.self)
    return all.count > 1 ? SessionObservers(all) : all.first
  }

  var keepsResults: Bool { all.contains(where: \.keepsResults) }
  var takenFile: String? { all.lazy.compactMap(\.takenFile).first }

  func began(_ session: Session) { for observer in all { observer.began(session) } }

  func threadStarted(_ thread: SessionThread) {
    for observer in all { observer.threadStarted(thread) }
  }

  func threadEnded(_ thread: SessionThread, _ error: CommandError?) {
    for observer in all { observer.threadEnded(thread, error) }
  }

  func stepBegan(_ statement: Statement, _ thread: SessionThread, isRound: Bool) {
    for observer in all { observer.stepBegan(statement, thread, isRound: isRound) }
  }

  func pauseBegan(_ pause: Statement, _ thread: SessionThread) {
    for observer in all { observer.pauseBegan(pause, thread) }
  }

  func stepEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]) {
    for observer in all { observer.stepEnded(statement, thread, lines) }
  }

  func sourceEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]) {
    for observer in all { observer.sourceEnded(statement, thread, lines) }
  }

  func skipped(_ statements: ArraySlice<Statement>, _ thread: SessionThread) {
    for observer in all { observer.skipped(statements, thread) }
  }

  func sends(_ message: Message, on handle: Handle, _ thread: SessionThread) {
    for observer in all { observer.sends(message, on: handle, thread) }
  }

  func sendEnded(_ thread: SessionThread, succeeded: Bool) {
    for observer in all { observer.sendEnded(thread, succeeded: succeeded) }
  }

  func received(_ message: Message, at handle: Handle, _ thread: SessionThread) {
    for observer in all { observer.received(message, at: handle, thread) }
  }

  func take(_ lines: [ResultLine], of statement: Statement, from thread: SessionThread) -> Bool {
    // Every observer is called; `contains` would end with the first that takes the lines.
    all.reduce(false) { $1.take(lines, of: statement, from: thread) || $0 }
  }

  func take(_ group: LineGroup, hasFailed: Bool, from thread: SessionThread) -> Bool {
    all.reduce(false) { $1.take(group, hasFailed: hasFailed, from: thread) || $0 }
  }

  func lineBegan(_ script: Script, _ session: Session) {
    for observer in all { observer.lineBegan(script, session) }
  }

  func lineEnded(_ ending: Session.LineEnding, _ session: Session) {
    for observer in all { observer.lineEnded(ending, session) }
  }
}
