internal import Inproc
internal import Synchronization

/// Ends a free run that takes too long.
final class Guardian: Sendable {
  private let isOver = Signal()
  private let hasFired = Atomic(false)
  private let hasEnded = Signal()

  /// Watches a session from now on.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start the thread that watches.
  init(_ session: Session, after timeout: Duration) throws(InprocError) {
    try startThread(name: "timeout") { [self] in
      if !isOver.wait(until: ContinuousClock.now.adding(timeout)) {
        hasFired.store(true, ordering: .releasing)
        session.scheduler.abort()
      }
      hasEnded.signal()
    }
  }

  /// Returns whether the time had run out.
  func finish() -> Bool {
    isOver.signal()
    _ = hasEnded.wait()
    return hasFired.load(ordering: .acquiring)
  }
}
