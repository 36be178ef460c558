package import Inproc

/// A scheduler that runs the threads of one run: the virtual one, which follows a schedule, or a free
/// one, which leaves them to the kernel and the clock.
package protocol RunScheduler: Scheduler {
  /// Runs a body as the run's first thread; returns when every thread has ended.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start a thread; then nothing has run.
  func run(
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError)

  /// Starts a further thread.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start one.
  func start(
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError) -> any RunParker

  /// Ends the run early: every wait of every thread ends, and nothing waits any more.
  func abort()
  /// Whether the run was ended early.
  var isAborting: Bool { get }

  /// Called once, without a lock held, when every thread waits and none can go on.
  var onDeadlock: (@Sendable () -> Void)? { get set }

  /// Follows the steps of the threads and chooses between them; nil where the kernel does.
  var stepTracker: (any StepTracker)? { get }
}

// What the schedulers of runs have in common: their threads are all they run, and a run is switched
// between commands, not inside of the library's calls.
extension RunScheduler {
  package var allowsTasks: Bool { false }
  package var hasCheckpoints: Bool { false }
  package func checkpoint(_ point: Checkpoint) {}
  package var stepTracker: (any StepTracker)? { nil }

  package func spawn(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(InprocError) {
    _ = try start(name: name) { _ in body() }
  }
}

/// One thread of a run.
package protocol RunParker: ThreadParker {
  /// Whether it waits and can't go on now.
  var isBlocked: Bool { get }
  /// Whether it was interrupted while it did not wait; asking takes the interruption.
  func takeInterrupt() -> Bool
  /// Since when it waits, where that is known.
  var waitsSince: ContinuousClock.Instant? { get }
}

extension RunParker {
  package var waitsSince: ContinuousClock.Instant? { nil }
}
