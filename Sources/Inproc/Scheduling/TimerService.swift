/// Runs actions at instants of the continuous clock, for the tasks of the process: one thread for all
/// alarms, which is started with the first one and sleeps whatever there is to wait for.
///
/// Alarms are kept in a binary heap, and each knows its place there: to set one and to cancel one
/// takes O(log n) steps, and nothing is left of one that was cancelled. Most waits end long before
/// their time, so the thread is woken only for an alarm that comes before the instant it sleeps
/// until; where that alarm was cancelled meanwhile, it wakes once for nothing.
package final class TimerService: Sendable {
  package static let shared = TimerService()

  private struct State {
    var alarms = AlarmHeap()
    var isRunning = false
    /// Until when the thread sleeps, or is about to; nil where it sleeps until it is signalled.
    var wakesAt: ContinuousClock.Instant?
  }
  private let state = Guarded(State())
  private let signal = Signal()

  /// How many alarms are set and have not gone off.
  package var count: Int { state.withLock { $0.alarms.count } }

  /// Runs an action at an instant, at once if that has passed. The action must neither block nor set
  /// alarms while it holds a lock of its own.
  ///
  /// - Returns: what cancels it; nil where the system refuses to start the thread.
  func alarm(
    at instant: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void
  ) -> (any Alarm)? {
    let alarm = SetAlarm(of: self, at: instant, action)
    let (isSet, isFirst) = state.withLock { state -> (Bool, Bool) in
      // Under the lock: nobody else sets an alarm before it is known whether there is a thread.
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
  // Sendable because the place is touched under the service's lock only.
  let instant: ContinuousClock.Instant
  let action: @Sendable () -> Void
  /// Where it is in the heap; nil once it is not.
  var place: Int?

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

/// Alarms with the earliest in front: a binary heap (Williams, "Algorithm 232", 1964) whose elements
/// know their places.
private struct AlarmHeap {
  private var alarms: [SetAlarm] = []

  var count: Int { alarms.count }
  var first: SetAlarm? { alarms.first }

  mutating func insert(_ alarm: SetAlarm) {
    alarms.append(alarm)
    alarm.place = alarms.count - 1
    moveUp(from: alarms.count - 1)
  }

  /// Takes an alarm out. Returns it if it was there.
  mutating func remove(_ alarm: SetAlarm) -> SetAlarm? {
    guard let place = alarm.place else { return nil }
    alarm.place = nil
    let last = alarms.removeLast()
    if last !== alarm {
      alarms[place] = last
      last.place = place
      moveUp(from: place)
      moveDown(from: last.place ?? place)
    }
    giveBackMemory()
    return alarm
  }

  /// Takes out all up to an instant, the earliest first.
  mutating func removeAll(until now: ContinuousClock.Instant) -> [SetAlarm] {
    var due: [SetAlarm] = []
    while let first, first.instant <= now, let alarm = remove(first) { due.append(alarm) }
    return due
  }

  /// After a burst the array does not stay as large as it was.
  private mutating func giveBackMemory() {
    if alarms.capacity > 1024, alarms.count < alarms.capacity / 4 { alarms = alarms.map { $0 } }
  }

  private mutating func moveUp(from start: Int) {
    var place = start
    while place > 0, alarms[place].instant < alarms[(place - 1) / 2].instant {
      exchange(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func moveDown(from start: Int) {
    var place = start
    while true {
      var earliest = place
      for child in [2 * place + 1, 2 * place + 2] where child < alarms.count {
        if alarms[child].instant < alarms[earliest].instant { earliest = child }
      }
      if earliest == place { return }
      exchange(place, earliest)
      place = earliest
    }
  }

  private mutating func exchange(_ one: Int, _ other: Int) {
    alarms.swapAt(one, other)
    alarms[one].place = one
    alarms[other].place = other
  }
}
