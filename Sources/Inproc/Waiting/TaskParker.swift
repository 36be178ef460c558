internal import Synchronization

/// Suspends one task until it is woken. A wake that comes first is kept.
struct Suspension: ~Copyable, Sendable {
  /// 0: no task is suspended; 1: woken; else the continuation of the suspended task. Only one call can
  /// exchange the continuation for 0, and that call resumes it. A continuation is a pointer to a task, which
  /// is never 1.
  private let word = Atomic<UInt>(0)

  func wake() {
    var known = word.load(ordering: .relaxed)
    while true {
      // Exchanged even if it stays 1, so that the task sees what this thread did before.
      let (isMine, found) = word.compareExchange(
        expected: known, desired: known > 1 ? 0 : 1, ordering: .acquiringAndReleasing)
      if isMine { break }
      known = found
    }
    if known > 1 { unsafeBitCast(known, to: UnsafeContinuation<Void, Never>.self).resume() }
  }

  @inline(__always)
  func suspend() async {
    if isWoken { return }
    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let (isSuspended, _) = word.compareExchange(
        expected: 0, desired: unsafeBitCast(continuation, to: UInt.self),
        ordering: .acquiringAndReleasing)
      if !isSuspended {
        _ = word.exchange(0, ordering: .acquiringAndReleasing)
        continuation.resume()
      }
    }
  }

  /// Whether it was woken; resets that.
  private var isWoken: Bool {
    word.load(ordering: .relaxed) == 1 && word.exchange(0, ordering: .acquiringAndReleasing) == 1
  }
}

/// A task that can wait.
protocol TaskParking: Parker {
  /// Suspends until woken; may return earlier.
  func suspend() async
  /// Suspends until woken; if the task is cancelled, the wait is ended first.
  func park(in wait: some Wait) async
}

extension TaskParking {
  @inline(__always)
  func park(in wait: some Wait) async {
    await withTaskCancellationHandler {
      await suspend()
    } onCancel: {
      if wait.end(.cancelled) { wake() }
    }
  }

  /// Repeats a step until it has a result, and suspends in between. Cancelling the task, or reaching the
  /// deadline, ends the wait. `step` gets true when it is called for the first time.
  ///
  /// The first step comes before the alarm is set, because the call may not have to wait.
  @inline(__always)
  func run<Result>(
    _ wait: some Wait, until deadline: Deadline, on scheduler: any Scheduler,
    step: (Bool) -> Result?
  ) async -> Result {
    if let result = step(true) { return result }
    if case .never = deadline { return await run(wait, on: scheduler, step: step) }
    let alarm = deadline.alarm(on: scheduler) { if wait.end(.timedOut) { self.wake() } }
    defer { alarm?.cancel() }
    return await run(wait, on: scheduler, step: step)
  }

  @inline(__always)
  private func run<Result>(
    _ wait: some Wait, on scheduler: any Scheduler, step: (Bool) -> Result?
  ) async -> Result {
    let hasCheckpoints = scheduler.hasCheckpoints
    while true {
      if hasCheckpoints { scheduler.checkpoint(.parking) }
      await park(in: wait)
      if hasCheckpoints { scheduler.checkpoint(.woken) }
      if let result = step(false) { return result }
    }
  }
}

/// The task that made this object.
final class TaskParker: TaskParking {
  private let suspension = Suspension()
  private let number = CallingTask().number

  func wake() { suspension.wake() }
  @inline(__always) func suspend() async { await suspension.suspend() }
  // Only the task itself knows its name, and nobody else asks.
  var identity: ThreadIdentity {
    .task(number, named: CallingTask().number == number ? CallingTask.name : nil)
  }
}
