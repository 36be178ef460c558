/// The time until when a call may wait.
package enum Deadline: Sendable {
  case never
  case after(Duration)
  // Indirect, because the instant's size is known at run time only, and so would be that of all.
  indirect case at(ContinuousClock.Instant)
  /// An instant of another clock, for tasks: a closure that sets an alarm for it.
  case ofClock(@Sendable (_ action: @escaping @Sendable () -> Void) -> any Alarm)

  init(_ timeout: Duration?) { self = timeout.map { .after($0) } ?? .never }

  /// A duration of any clock, counted from now.
  init<C: Clock>(after timeout: C.Duration, of clock: C) {
    if clock is ContinuousClock, let timeout = timeout as? Duration {
      self = .after(timeout)
    } else if let duration = timeout as? Duration, duration > .longestWait {
      self = .never
    } else {
      self.init(clock.now.advanced(by: max(timeout, .zero)), clock)
    }
  }

  /// An instant of any clock. One of the continuous clock needs no closure.
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
    // Limited to instants that can be computed with.
    case .at(let instant): scheduler.now.limiting(instant)
    }
  }

  /// The same deadline as an instant, for a call that waits several times.
  func fixed(_ scheduler: any Scheduler) -> Deadline {
    guard case .after = self else { return self }
    return instant(scheduler).map { .at($0) } ?? .never
  }

  /// The nanoseconds until a fixed deadline, at most `most`.
  func budget(_ most: Int64) -> Int64 {
    guard case .at(let instant) = self else { return most }
    return min(ContinuousClock.now.nanoseconds(until: instant), most)
  }

  /// Sets an alarm for a task; nil if the deadline is never.
  func alarm(
    on scheduler: any Scheduler, _ action: @escaping @Sendable () -> Void
  ) -> (any Alarm)? {
    if case .ofClock(let set) = self { return set(action) }
    return instant(scheduler).map { scheduler.alarm(at: $0, action) }
  }
}

/// An alarm of any clock: a task that sleeps. After it is cancelled the runtime keeps some hundred bytes of
/// it until its time, so the continuous clock uses the ``TimerService`` instead.
package struct ClockAlarm: Alarm {
  private let task: Task<Void, Never>

  package init<C: Clock>(
    at instant: C.Instant, of clock: C, _ action: @escaping @Sendable () -> Void
  ) {
    task = Task {
      // If the clock refuses to sleep, and not because the task was cancelled, the alarm goes off.
      do {
        // Day by day for a clock with the system's durations: a sleep of many years would overflow the
        // runtime's timers and return at once.
        if let day = Duration.seconds(86_400) as? C.Duration {
          while instant > clock.now.advanced(by: day) {
            try await clock.sleep(until: clock.now.advanced(by: day), tolerance: nil)
          }
        }
        if instant > clock.now { try await clock.sleep(until: instant, tolerance: nil) }
      } catch {}
      if !Task.isCancelled { action() }
    }
  }

  package func cancel() { task.cancel() }
}

// Every instant and duration that a caller names is compared before it is converted or computed with:
// `Duration` holds more seconds than 64 bits, and traps if it overflows.

extension Duration {
  /// Some 35,000 years. A longer wait counts as one without a limit.
  static var longestWait: Duration { .seconds(1 << 40) }
}

extension ContinuousClock.Instant {
  /// This instant plus a duration, or this instant if that is negative; nil if it is too far off.
  package func adding(_ duration: Duration) -> ContinuousClock.Instant? {
    duration > .longestWait ? nil : self + max(duration, .zero)
  }

  /// The later of two instants; nil if it is too far off.
  func limiting(_ instant: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    if instant <= self { return self }
    return instant > self + .longestWait ? nil : instant
  }

  /// The nanoseconds from this instant to another, rounded up: 0 if that has passed, and at most some 146
  /// years.
  func nanoseconds(until instant: ContinuousClock.Instant) -> Int64 {
    let most = Int64.max / 2
    if instant <= self { return 0 }
    if instant >= self + .nanoseconds(most) { return most }
    let (seconds, attoseconds) = duration(to: instant).components
    return seconds * 1_000_000_000 + (attoseconds + 999_999_999) / 1_000_000_000
  }
}
