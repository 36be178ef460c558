/// Runs actions at instants of the continuous clock, for the tasks of the process. One thread serves all
/// alarms; it is started with the first one.
///
/// Alarms are kept in a binary heap, and each knows its position there: setting and cancelling one takes
/// O(log n) steps, and a cancelled alarm leaves nothing behind. Most waits end long before their deadline,
/// so the thread is woken only for an alarm that is earlier than the instant it sleeps until. If that
/// alarm is cancelled meanwhile, the thread wakes once without work.
package final class TimerService: Sendable {
  package static let shared = TimerService()

  private struct State {
    var alarms = AlarmHeap()
    var isRunning = false
    /// The instant until which the thread sleeps, or is about to; nil if it sleeps until it is signalled.
    var wakesAt: ContinuousClock.Instant?
  }
  private let state = Guarded(State())
  private let signal = Signal()

  /// How many alarms are set and have not gone off.
  package var count: Int { state.withLock { $0.alarms.count } }

  /// Runs an action at an instant, at once if that has passed. The action must neither block nor set
  /// alarms while it holds a lock of its own.
  ///
  /// - Returns: the alarm; nil if the system refuses to start the thread.
  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> (any Alarm)? {
    let alarm = SetAlarm(of: self, at: instant, action)
    let (isSet, isFirst) = state.withLock { state -> (Bool, Bool) in
      // Under the lock, so that no other alarm is set before it is known whether there is a thread.
      if !state.isRunning {
        guard (try? startThread(name: "inproc timers", { [self] in run() })) != nil else {
          return (false, false)
        }
        state.isRunning = true
      }
      state.alarms.insert(alarm)
      if let wakesAt = state.wakesAt, wakesAt <= instant { return (true, false) }
      state.wakesAt = instant
      return (true, true)
    }
    if isFirst { signal.signal() }
    return isSet ? alarm : nil
  }

  fileprivate func cancel(_ alarm: SetAlarm) {
    // The action is released outside of the lock, since what it refers to may run code of its own.
    _ = state.withLock { $0.alarms.remove(alarm) }
  }

  private func run() {
    while true {
      let now = ContinuousClock.now
      let (due, next) = state.withLock { state in
        let due = state.alarms.removeAll(until: now)
        state.wakesAt = state.alarms.first?.instant
        return (due, state.wakesAt)
      }
      for alarm in due { alarm.action() }
      if due.isEmpty { _ = signal.wait(until: next) }
    }
  }
}

/// An alarm of the timer service.
private final class SetAlarm: Alarm, @unchecked Sendable {
  // Sendable because the position is accessed under the service's lock only.
  let instant: ContinuousClock.Instant
  let action: @Sendable () -> Void
  /// Its position in the heap; nil once it was removed.
  var position: Int?

  private let service: TimerService

  init(
    of service: TimerService, at instant: ContinuousClock.Instant,
    _ action: @escaping @Sendable () -> Void
  ) {
    self.service = service
    self.instant = instant
    self.action = action
  }

  func cancel() { service.cancel(self) }
}

/// Alarms, the earliest first: a binary heap (Williams, "Algorithm 232", 1964) whose elements know their
/// positions.
private struct AlarmHeap {
  private var alarms: [SetAlarm] = []

  var count: Int { alarms.count }
  var first: SetAlarm? { alarms.first }

  mutating func insert(_ alarm: SetAlarm) {
    alarms.append(alarm)
    alarm.position = alarms.count - 1
    moveUp(from: alarms.count - 1)
  }

  /// Removes an alarm. Returns it if it was in the heap.
  mutating func remove(_ alarm: SetAlarm) -> SetAlarm? {
    guard let position = alarm.position else { return nil }
    alarm.position = nil
    let last = alarms.removeLast()
    if last !== alarm {
      alarms[position] = last
      last.position = position
      moveUp(from: position)
      moveDown(from: last.position ?? position)
    }
    giveBackMemory()
    return alarm
  }

  /// Removes all alarms up to an instant, the earliest first.
  mutating func removeAll(until now: ContinuousClock.Instant) -> [SetAlarm] {
    var due: [SetAlarm] = []
    while let first, first.instant <= now, let alarm = remove(first) { due.append(alarm) }
    return due
  }

  /// Shrinks the array after a burst.
  private mutating func giveBackMemory() {
    if alarms.capacity > 1024, alarms.count < alarms.capacity / 4 { alarms = alarms.map { $0 } }
  }

  private mutating func moveUp(from start: Int) {
    var position = start
    while position > 0, alarms[position].instant < alarms[(position - 1) / 2].instant {
      exchange(position, (position - 1) / 2)
      position = (position - 1) / 2
    }
  }

  private mutating func moveDown(from start: Int) {
    var position = start
    while true {
      var earliest = position
      for child in [2 * position + 1, 2 * position + 2] where child < alarms.count {
        if alarms[child].instant < alarms[earliest].instant { earliest = child }
      }
      if earliest == position { return }
      exchange(position, earliest)
      position = earliest
    }
  }

  private mutating func exchange(_ one: Int, _ other: Int) {
    alarms.swapAt(one, other)
    alarms[one].position = one
    alarms[other].position = other
  }
}
