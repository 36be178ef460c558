internal import Inproc
internal import Synchronization

/// What the thread that waits for an exploration knows of it: whether it still goes on, and its result.
final class StallWatchdog: Sendable {
  private let ticks = Atomic(0)
  private let met = Atomic(0)
  private let latest = Guarded<(thread: String, operation: Operation)?>(nil)
  private let done = Signal()
  private let result = Guarded<Result<Exploration, ExplorationFailure>?>(nil)

  /// Something was chosen.
  func tick() { ticks.wrappingAdd(1, ordering: .relaxed) }

  /// A call was met in passing.
  func noteMeeting() { met.wrappingAdd(1, ordering: .relaxed) }
  var meetings: Int { met.load(ordering: .relaxed) }

  /// This thread calls that now.
  func note(_ thread: String, _ operation: Operation) {
    latest.withLock { $0 = (thread, operation) }
  }

  /// The first result stands.
  func finish(_ result: Result<Exploration, ExplorationFailure>) {
    self.result.withLock { $0 = $0 ?? result }
    done.signal()
  }

  /// Waits for the result. Nil, with what was done last, where nothing moves for that long.
  func wait(timeout: Duration) -> (result: Result<Exploration, ExplorationFailure>?, last: String?)
  {
    var seen = -1
    var since = ContinuousClock.now
    while !done.wait(until: .now + .milliseconds(500)) {
      let now = ticks.load(ordering: .relaxed)
      if now != seen {
        seen = now
        since = .now
      } else if since.duration(to: .now) > timeout {
        break
      }
    }
    return (
      result.withLock { $0 },
      latest.withLock { $0.map { "\($0.operation.text) by '\($0.thread)'" } }
    )
  }
}
