internal import Synchronization

/// Where one task is suspended until it is woken. A wake that comes first is kept.
struct Suspension: ~Copyable, Sendable {
  /// 0: nobody is suspended; 1: was woken; else the continuation of the task that is. Who exchanges
  /// that for 0 resumes it, and that is one. A continuation is one pointer to a task, whose address is
  /// never 1.
  private let word = Atomic<UInt>(0)

  func wake() {
    var known = word.load(ordering: .relaxed)
    while true {
      // Exchanged even if it stays 1: what others did who woke it before is to be seen, too.
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

  /// Whether it was woken; uses that up.
  private var isWoken: Bool {
    word.load(ordering: .relaxed) == 1 && word.exchange(0, ordering: .acquiringAndReleasing) == 1
  }
}

/// A task that can wait.
protocol TaskParking: Parker {
  /// Returns once woken, or earlier.
  func suspend() async
  /// Suspends until woken; cancelling the task ends the wait first.
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

  /// Repeats a step until it has a result, suspended in between; cancelling the task or reaching
  /// the deadline ends the wait. `step` is told whether it is called for the first time.
  ///
  /// Most waits have no deadline: one that has makes the first step before its alarm is set, since
  /// there may be nothing to wait for by then.
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

/// The task that made it.
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
