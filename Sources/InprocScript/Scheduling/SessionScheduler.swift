package import Inproc

/// A scheduler that runs the threads of one session: the virtual one of a replay, or a free one that
/// leaves them to the kernel and the clock.
package protocol SessionScheduler: Scheduler {
  /// Runs a body as the session's first thread; returns when every thread has ended.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start a thread; then nothing has run.
  func run(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError)

  /// Starts a further thread.
  ///
  /// - Throws: `.invalidValue` if the system refuses to start one.
  func start(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> any SessionParker

  /// The calling thread is about to do what other threads can see: a place where a schedule chooses.
  func choose()

  /// The calling thread goes behind every other that can run, once.
  func yield()

  /// The same, of a thread that polls, and stands where its state has that hash.
  ///
  /// - Parameters:
  ///   - place: the hash of all that its next steps depend on, what others can change apart.
  ///   - mayGoOn: whether a schedule that chooses everywhere may let it run on, as a machine may. It
  ///     goes behind the others all the same where it comes back to a place and nothing has changed.
  /// - Returns: whether that can go on for ever: every thread that can run comes back to where it
  ///   was, nothing changes meanwhile, and no timer is left.
  func yield(at place: UInt64, mayGoOn: Bool) -> Bool

  /// What other threads can see has changed.
  func noteChange()

  /// Whether ``announce(_:)`` is of use.
  var asksWhatComes: Bool { get }
  /// What the calling thread's next command touches, as far as that is known before it runs.
  func announce(_ objects: [SharedObject])

  /// The step that is being done ends here. What comes next is nothing that others can see.
  func endStep()

  /// The step that is being done ends here, and another begins: what is touched from here on, it
  /// touches when the thread goes on, however long it waits before.
  ///
  /// - Parameters:
  ///   - line: where it stands in line with others, if anywhere.
  ///   - needed: what it touches then, where that is known.
  func divide(waitingAt line: SharedObject?, for needed: SharedObject?)

  /// The calling thread waits in a way that footprints do not show: every order has to be run.
  func disableReduction()

  /// Whether it is of use to tell what a step touches.
  var tracksFootprints: Bool { get }
  /// The calling thread's present step touches something that other threads can see.
  func touch(_ object: SharedObject, writes: Bool)
  /// The same of an unbounded queue: sends and receives can come in either order, as long as each
  /// receive comes after the send of its message.
  func touchQueue(of endpoint: SharedObject, _ use: QueueUse)

  /// The run ends early: every wait of every thread ends, and nothing waits any more.
  func abort()
  var isAborting: Bool { get }

  /// Called once, without a lock held, when every thread waits and none can go on.
  var onDeadlock: (@Sendable () -> Void)? { get set }
}

/// What a step does with the queue of an endpoint.
package enum QueueUse: Sendable {
  case sending
  case receiving
  /// Anything that takes or drops messages otherwise, or makes another queue of that name.
  case disturbing
}

// What the schedulers of sessions have in common: their threads are all they run, and a session
// chooses between commands, not inside of the library's calls.
extension SessionScheduler {
  package var allowsTasks: Bool { false }
  package var hasCheckpoints: Bool { false }
  package func checkpoint(_ point: Checkpoint) {}
  package func yield(at place: UInt64, mayGoOn: Bool) -> Bool {
    yield()
    return false
  }
  package func noteChange() {}
  package func touchQueue(of endpoint: SharedObject, _ use: QueueUse) {}
  package var asksWhatComes: Bool { false }
  package func announce(_ objects: [SharedObject]) {}
  package func endStep() {}
  package func disableReduction() {}
  package func divide(waitingAt line: SharedObject?, for needed: SharedObject?) {}

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
