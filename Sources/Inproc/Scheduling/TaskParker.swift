internal import Synchronization

/// Suspends one task until it is woken. A wake that comes first is kept.
final class TaskParker: Parker, @unchecked Sendable {
  // Unchecked because the continuation is set before the word says that it is there, and read by who
  // takes that away, which is one.
  private enum Word {
    static let idle: UInt8 = 0
    static let notified: UInt8 = 1
    static let suspended: UInt8 = 2
  }
  private let word = Atomic(Word.idle)
  private var continuation: UnsafeContinuation<Void, Never>?
  let identity: Registry.Event.Thread

  /// - Parameter isObserved: whether events will name it. To find out who it is takes as long as half
  ///   of the wait.
  init(isObserved: Bool) {
    identity = isObserved ? .current : .init(name: "task", id: 0, isTask: true)
  }

  func wake() {
    guard word.exchange(Word.notified, ordering: .acquiringAndReleasing) == Word.suspended else {
      return
    }
    let continuation = continuation
    // Exchanged, not stored: what others did who woke it meanwhile is to be seen, too.
    _ = word.exchange(Word.idle, ordering: .acquiringAndReleasing)
    continuation?.resume()
  }

  @inline(__always) private func suspend() async {
    if isWoken { return }
    await withUnsafeContinuation { continuation in
      self.continuation = continuation
      let (isSuspended, _) = word.compareExchange(
        expected: Word.idle, desired: Word.suspended, ordering: .acquiringAndReleasing)
      if !isSuspended {
        _ = word.exchange(Word.idle, ordering: .acquiringAndReleasing)
        continuation.resume()
      }
    }
  }

  /// Whether it was woken; uses that up.
  private var isWoken: Bool {
    word.compareExchange(
      expected: Word.notified, desired: Word.idle, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Repeats a step until it has a result, suspended in between; cancelling the task or reaching
  /// the deadline ends the wait. `step` is told whether it is called for the first time.
  func run<Result>(
    _ wait: any Wait, until deadline: Deadline, on scheduler: any Scheduler,
    step: (Bool) -> Result?
  ) async -> Result {
    let alarm = deadline.alarm(on: scheduler) { if wait.end(.timedOut) { self.wake() } }
    defer { alarm?.cancel() }
    return await withTaskCancellationHandler {
      var isFirst = true
      while true {
        if let result = step(isFirst) { return result }
        isFirst = false
        if scheduler.hasCheckpoints { scheduler.checkpoint(.parking) }
        await suspend()
        if scheduler.hasCheckpoints { scheduler.checkpoint(.woken) }
      }
    } onCancel: {
      if wait.end(.cancelled) { wake() }
    }
  }
}

/// An alarm of the runtime's clock.
package struct SystemAlarm: Alarm {
  private let task: Task<Void, Never>

  package init(at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) {
    task = Task {
      // Day by day: a sleep of many years would overflow the runtime's timers and return at once.
      while true {
        let left = ContinuousClock.now.duration(to: instant)
        if left <= .zero { break }
        do { try await Task.sleep(for: min(left, .seconds(86_400))) } catch { return }
      }
      action()
    }
  }

  package func cancel() { task.cancel() }
}
