internal import Inproc

/// Ends a free run that takes too long: its threads may all be waiting, so that none of them sees
/// that the time is over.
final class Watchdog: Sendable {
  private let isOver = Signal()
  private let hasEnded = Signal()

  /// Watches a session from now on.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start the thread that watches.
  init(_ session: Session, after timeout: Duration) throws(InprocError) {
    try startThread(name: "timeout") { [self] in
      if !isOver.wait(until: ContinuousClock.now.adding(timeout)) {
        session.options.limits?.passTime()
        session.endRunAtLimit()
      }
      hasEnded.signal()
    }
  }

  /// The run is over; returns when nothing watches it any more.
  func finish() {
    isOver.signal()
    _ = hasEnded.wait()
  }
}
