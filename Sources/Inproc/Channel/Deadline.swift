/// How long a call may wait.
package enum Deadline: Sendable {
  case never
  case after(Duration)
  // Indirect, because the instant's size is known at run time only, and so would be that of all.
  indirect case at(ContinuousClock.Instant)
  /// An instant of another clock, for tasks: what sets an alarm for it.
  case ofClock(@Sendable (_ action: @escaping @Sendable () -> Void) -> any Alarm)

  init(_ timeout: Duration?) { self = timeout.map { .after($0) } ?? .never }

  /// An instant of any clock. The continuous clock needs no detour.
  init<C: Clock>(_ instant: C.Instant, _ clock: C) {
    if let instant = instant as? ContinuousClock.Instant {
      self = .at(instant)
    } else {
      self = .ofClock { ClockAlarm(at: instant, of: clock, $0) }
    }
  }

  func instant(_ scheduler: any Scheduler) -> ContinuousClock.Instant? {
    switch self {
    case .never, .ofClock: nil
    case .after(let timeout): scheduler.now.adding(timeout)
    case .at(let instant): instant
    }
  }

  /// The same moment, for a call that waits several times.
  func fixed(_ scheduler: any Scheduler) -> Deadline {
    guard case .after = self else { return self }
    return instant(scheduler).map { .at($0) } ?? .never
  }

  /// How many nanoseconds are left until a fixed one, if fewer than `most`.
  func budget(_ most: Int64) -> Int64 {
    guard case .at(let instant) = self else { return most }
    let left = ContinuousClock.now.duration(to: instant)
    return left < .nanoseconds(most) ? left.clampedNanoseconds : most
  }

  /// Sets an alarm for a task; nil where there is no limit.
  func alarm(
    on scheduler: any Scheduler, _ action: @escaping @Sendable () -> Void
  ) -> (any Alarm)? {
    if case .ofClock(let set) = self { return set(action) }
    return instant(scheduler).map { scheduler.alarm(at: $0, action) }
  }
}

/// An alarm of any clock.
private struct ClockAlarm: Alarm {
  private let task: Task<Void, Never>

  init<C: Clock>(at instant: C.Instant, of clock: C, _ action: @escaping @Sendable () -> Void) {
    task = Task {
      // A clock that refuses to sleep, other than because it was cancelled, keeps nobody waiting.
      try? await clock.sleep(until: instant, tolerance: nil)
      if !Task.isCancelled { action() }
    }
  }

  func cancel() { task.cancel() }
}
