// The scheduler seam: everything the library asks of whatever runs its threads. A blocking call tries its
// fast path first and uses the seam only to wait, so production pays nothing for it.

/// Why a wait ended other than by getting what it waited for.
package enum WaitEnd: UInt8, Sendable {
  case timedOut = 2
  case interrupted, cancelled, closed
}

/// One blocked call, as a scheduler sees it.
package protocol Wait: AnyObject, Sendable {
  /// Ends the wait unless it is over: one atomic step decides whether the wait was served, timed out,
  /// interrupted or cancelled. The call leaves every wait queue. Wakes those behind it, but not the
  /// call's own thread.
  ///
  /// - Returns: whether this call ended it.
  @discardableResult func end(_ reason: WaitEnd) -> Bool

  /// Whether the call could go on now: what it waits for is there, or its wait has ended.
  var canGoOn: Bool { get }

  /// Whether the call has spun before it was queued: then its thread can sleep at once.
  var hasSpun: Bool { get }
}

extension Wait {
  package var hasSpun: Bool { false }
}

/// A thread or task that can wait. A wake that comes before the wait is kept.
package protocol Parker: AnyObject, Sendable {
  func wake()
  /// Its identity in events.
  var identity: ThreadIdentity { get }
}

extension Parker {
  package var identity: ThreadIdentity { .init(name: "thread", id: 0) }
}

/// A thread that can wait.
package protocol ThreadParker: Parker {
  /// Waits until woken; at the deadline, or when the thread is interrupted, ends the wait first.
  /// May return early. Never called with a lock held.
  func park(in wait: any Wait, until deadline: ContinuousClock.Instant?)

  /// Ends the wait the thread is in, or else the next one it begins.
  func interrupt()
}

/// A point in the library where another thread may run, and sees an operation that is partly done.
package enum Checkpoint: Sendable {
  /// A message is queued, or an endpoint bound; calls that wait for it have not been woken yet.
  case published
  /// A call could not go on, and is about to queue as a waiter.
  case beforeEnqueue
  /// A call is queued as a waiter and is about to park.
  case parking
  /// A waiter was woken, and has not retried yet.
  case woken
  /// A call spins for a hand-off; switching here does not count as a preemption.
  case spinning
  /// A message is being moved from one call to another, with a lock held.
  case moving
  /// Any other point where a lock is held.
  case locked
  /// A call retries what failed before: other threads go first.
  case retrying
}

/// Runs threads, lets them wait, and has a clock.
package protocol Scheduler: AnyObject, Sendable {
  var now: ContinuousClock.Instant { get }

  /// The present time as a duration since ``ElapsedTime/start``.
  var elapsedTime: Duration { get }

  /// The identity of the calling thread or task.
  var currentIdentity: ThreadIdentity { get }

  /// The calling thread.
  ///
  /// - Throws: `.foreignThread` if this scheduler does not run it.
  func currentThread() throws(InprocError) -> any ThreadParker

  /// Whether tasks of Swift's pool may wait here. A scheduler that decides which thread runs cannot
  /// decide for them.
  var allowsTasks: Bool { get }

  /// Whether ``begin(_:)``, ``end(_:_:)`` and ``checkpoint(_:)`` do anything. A constant.
  var hasCheckpoints: Bool { get }

  /// Whether a thread spins for some microseconds before it parks. That pays off if threads run in
  /// parallel, and never if one thread runs at a time.
  var spins: Bool { get }

  /// Whether spinning threads exchange messages without the queue (elimination). The same as `spins`,
  /// except for an exploration of that very code, where a checkpoint stands for the time of a spin.
  var allowsElimination: Bool { get }

  /// Called when the calling thread is about to begin an operation of the library's interface. May let
  /// other threads run first. Never called with a lock held.
  ///
  /// - Throws: `.foreignThread` if this scheduler does not run the thread; `.interrupted` if it has
  ///   ended the run.
  func begin(_ operation: Operation) throws(InprocError)

  /// Called when the calling thread's operation has ended.
  func end(_ operation: Operation, _ result: Result<any Sendable, InprocError>)

  /// May let other threads run. Called with a lock held at ``Checkpoint/moving`` and
  /// ``Checkpoint/locked`` only.
  func checkpoint(_ point: Checkpoint)

  /// Lets other threads run until a condition holds that one of them brings about without a wake-up: it
  /// releases a lock, or has moved a message.
  ///
  /// - Returns: false if this is not a thread of the scheduler, or threads run in parallel.
  func wait(until isSo: @escaping () -> Bool) -> Bool

  /// Starts a thread.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  func spawn(name: String, _ body: @escaping @Sendable () -> Void) throws(InprocError)

  /// Runs an action at an instant on behalf of the calling task, unless the alarm is cancelled before.
  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> any Alarm
}

/// An action that will run at a task's deadline.
package protocol Alarm: Sendable {
  /// Prevents the action, unless it has run.
  func cancel()
}

// Defaults for a scheduler that does not choose between operations.
extension Scheduler {
  package var spins: Bool { false }
  package var allowsElimination: Bool { spins }
  package func wait(until isSo: @escaping () -> Bool) -> Bool { false }
  package func begin(_ operation: Operation) throws(InprocError) {}
  package func end(_ operation: Operation, _ result: Result<any Sendable, InprocError>) {}
  package func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> any Alarm {
    TimerService.shared.alarm(at: instant, action)
      ?? ClockAlarm(at: instant, of: .continuous, action)
  }
}
