// The seam: everything the library asks of the world that runs it. A blocking call tries its fast
// path first and comes here only to wait, so production pays nothing for the seam's existence.

/// Why a wait ended other than by getting what it waited for.
package enum WaitEnd: UInt8, Sendable {
  case timedOut = 2
  case interrupted, cancelled, closed
}

/// One blocked call, as a scheduler sees it.
package protocol Wait: AnyObject, Sendable {
  /// Ends the wait unless it is over: one atomic step decides whether the wait was served, timed
  /// out, interrupted or cancelled. Leaves every line it stood in. Wakes the next ones there, but
  /// not its own thread.
  ///
  /// - Returns: whether this call ended it.
  @discardableResult func end(_ reason: WaitEnd) -> Bool

  /// Whether the call, looked at now, could go on: what it waits for is there for it, or it ended.
  var canGoOn: Bool { get }

  /// Whether the call has looked for a while before it stood in line: its thread can sleep at once.
  var hasSpun: Bool { get }
}

extension Wait {
  package var hasSpun: Bool { false }
}

/// A thread or task that can wait. A wake that comes before the wait is kept.
package protocol Parker: AnyObject, Sendable {
  func wake()
  /// How events name it.
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

/// A place in the library where another thread may run and see a half-done operation.
package enum Checkpoint: Sendable {
  /// A message is in the queue, or an endpoint bound; who waits for that is not yet woken.
  case published
  /// A call found nothing to do, and is about to stand in line.
  case beforeEnqueue
  /// A waiter stands in line and is about to park.
  case parking
  /// A waiter was woken, and has not yet looked.
  case woken
  /// A call that is about to park looks for one it could meet. To go on elsewhere is no preemption.
  case spinning
  /// A message was found that can pass from one call to another: who moves it holds a lock.
  case moving
  /// Any other place where a lock is held.
  case locked
  /// A call tries again what it has tried before: others go first.
  case retrying
}

package protocol Scheduler: AnyObject, Sendable {
  var now: ContinuousClock.Instant { get }

  /// The same, as events count it: since ``ElapsedTime/start``.
  var elapsedTime: Duration { get }

  /// The calling thread or task, as events name it.
  var currentIdentity: ThreadIdentity { get }

  /// The calling thread.
  ///
  /// - Throws: `.foreignThread` if this scheduler does not run it.
  func currentThread() throws(InprocError) -> any ThreadParker

  /// Whether tasks of Swift's pool may wait here. A scheduler that decides which thread runs cannot
  /// decide for them.
  var allowsTasks: Bool { get }

  /// Whether ``begin(_:)``, ``end(_:_:)`` and ``checkpoint(_:)`` do anything: always the same answer.
  var hasCheckpoints: Bool { get }

  /// Whether a thread looks again for some microseconds before it parks. That pays where others run
  /// at the same time, and never where one thread runs at a time.
  var spins: Bool { get }

  /// Whether those who look can meet in passing. As `spins`, but for an exploration of this very
  /// code: there a checkpoint stands for the time of a look.
  var allowsElimination: Bool { get }

  /// The calling thread is about to begin an operation of the library's interface. May let other
  /// threads run first. Never called with a lock held.
  ///
  /// - Throws: `.foreignThread` if this scheduler does not run the thread; `.interrupted` if it has
  ///   ended the run.
  func begin(_ operation: Operation) throws(InprocError)

  /// The calling thread's operation has ended, with that result.
  func end(_ operation: Operation, _ result: Result<any Sendable, InprocError>)

  /// May let other threads run. Called with a lock held at ``Checkpoint/moving`` and
  /// ``Checkpoint/locked`` only.
  func checkpoint(_ point: Checkpoint)

  /// Lets other threads run until something is so that one of them does without waking anybody: it
  /// frees a lock, or has moved a message.
  ///
  /// - Returns: false where this is no thread of the scheduler's, or others run anyway.
  func wait(until isSo: @escaping () -> Bool) -> Bool

  /// Starts a thread of that name.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  func spawn(name: String, _ body: @escaping @Sendable () -> Void) throws(InprocError)

  /// Runs an action at an instant, on behalf of the calling task, unless that is cancelled before.
  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> any Alarm
}

/// What a task's deadline sets off.
package protocol Alarm: Sendable {
  /// Keeps it from going off, if it has not.
  func cancel()
}

// What a scheduler need not do that chooses between operations by other means, or never.
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
