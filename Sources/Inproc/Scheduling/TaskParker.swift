/// Suspends one task until it is woken. A wake that comes first is kept.
final class TaskParker: Parker {
  private enum State {
    case idle
    case notified
    case suspended(UnsafeContinuation<Void, Never>)
  }
  private let state = Guarded(State.idle)
  let identity: Registry.Event.Thread

  init(identity: Registry.Event.Thread = .current) { self.identity = identity }

  func wake() {
    let continuation: UnsafeContinuation<Void, Never>? = state.withLock { state in
      if case .suspended(let continuation) = state {
        state = .idle
        return continuation
      }
      state = .notified
      return nil
    }
    continuation?.resume()
  }

  private func suspend() async {
    await withUnsafeContinuation { continuation in
      let isNotified = state.withLock { state in
        if case .notified = state {
          state = .idle
          return true
        }
        state = .suspended(continuation)
        return false
      }
      if isNotified { continuation.resume() }
    }
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
