package import Inproc

/// A scheduler that runs the threads of one session: the virtual one of a replay, or a free one that
/// leaves them to the kernel and the clock.
package protocol SessionScheduler: Scheduler {
  /// Runs a body as the session's first thread; returns when every thread has ended.
  func run(name: String, _ body: @escaping @Sendable (any SessionParker) -> Void)

  /// Starts a further thread.
  func start(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> any SessionParker

  /// The calling thread is about to do what other threads can see: a place where a schedule chooses.
  func choose()

  /// The calling thread goes behind every other that can run, once.
  func yield()

  /// Whether it is of use to tell what a step touches.
  var tracksFootprints: Bool { get }
  /// The calling thread's present step touches something that other threads can see.
  func touch(_ object: SharedObject, writes: Bool)

  /// The run ends early: every wait of every thread ends, and nothing waits any more.
  func abort()
  var isAborting: Bool { get }

  /// Called once, without a lock held, when every thread waits and none can go on.
  var onDeadlock: (@Sendable () -> Void)? { get set }
}

// What the schedulers of sessions have in common: their threads are all they run, and a session
// chooses between commands, not inside of the library's calls.
extension SessionScheduler {
  package var allowsTasks: Bool { false }
  package var hasCheckpoints: Bool { false }
  package func checkpoint(_ point: Checkpoint) {}

  package func spawn(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(InprocError) {
    _ = try start(name: name) { _ in body() }
  }
}

/// One thread of a session.
package protocol SessionParker: ThreadParker {
  /// Whether it waits and can't go on now.
  var isBlocked: Bool { get }
  /// Whether it was interrupted while it did not wait; asking takes the interruption.
  func takeInterrupt() -> Bool
  /// Since when it waits, where that is known.
  var waitsSince: ContinuousClock.Instant? { get }
}

extension SessionParker {
  package var waitsSince: ContinuousClock.Instant? { nil }
}

/// Lets virtual or real time pass: ends at its deadline, or when interrupted.
package final class SleepWait: Wait {
  private let ending = Guarded<WaitEnd?>(nil)
  package init() {}

  package var reason: WaitEnd? { ending.withLock { $0 } }
  package var canGoOn: Bool { reason != nil }

  package func end(_ reason: WaitEnd) -> Bool {
    ending.withLock { ending in
      guard ending == nil else { return false }
      ending = reason
      return true
    }
  }
}

/// Waits until a condition holds that other threads of the session bring about; they wake it.
package final class ConditionWait: Wait {
  private let ending = SleepWait()
  private let condition: @Sendable () -> Bool

  package init(_ condition: @escaping @Sendable () -> Bool) { self.condition = condition }

  package var reason: WaitEnd? { ending.reason }
  package var holds: Bool { condition() }
  package var canGoOn: Bool { ending.canGoOn || condition() }
  package func end(_ reason: WaitEnd) -> Bool { ending.end(reason) }
}
