internal import Inproc
internal import InprocExploration

// The waits that are no call of the library's.
extension ScheduleCore {
  /// Waits until a condition holds that a wake of this thread announces.
  func wait(
    _ text: String, _ condition: @escaping @Sendable () -> Bool,
    announce: (any ThreadParker) -> Void
  ) throws(InprocError) {
    let thread = try currentThread()
    let wait = ConditionWait(condition)
    let me = current
    me?.activity = .waiting(text)
    defer { me?.activity = nil }
    while !condition() {
      if virtual.isAborting { throw overdue() }
      announce(thread)
      // Where every step counts that tells nothing, this one concerns nobody else.
      if settings.checkpoints, let me { virtual.access(.name("wait of \(me.name)"), writes: true) }
      thread.park(in: wait, until: nil)
      if wait.reason != nil {
        throw InprocError(.interrupted, "the wait in \(text) was interrupted")
      }
    }
  }

  /// Waits for threads to end, by their place in ``threads``, further ones included that are started
  /// meanwhile.
  func join(_ places: some Sequence<Int>, where counts: (ThreadRecord) -> Bool) throws(InprocError)
  {
    // A step of its own, whether it has to wait or not. Where orders are left out, that is needed to
    // see that two are the same.
    if settings.sharing == .endpointsOnly { _ = try choosing() }
    var joined: [ThreadRecord] = []
    for place in places {
      guard place < threads.count else { break }
      let record = threads[place]
      guard counts(record) else { continue }
      joined.append(record)
      if record.isFinished { continue }
      if let me = current { log?.noted(me.number, "join \(record.name)") }
      try wait("join \(record.name)") {
        record.isFinished
      } announce: {
        record.joining.append($0)
      }
    }
    for record in joined { virtual.access(.thread(record.name), writes: false) }
  }

  func sleep(for duration: Duration) throws(InprocError) {
    let me = try choosing()
    if virtual.isAborting { throw overdue() }
    let thread = try currentThread()
    let text = "sleep \(duration)"
    log?.noted(me.number, text)
    me.activity = .waiting(text)
    let wait = SleepWait()
    thread.park(in: wait, until: now.adding(duration))
    me.activity = nil
    if wait.reason == .interrupted || virtual.isAborting {
      throw InprocError(.interrupted, "the sleep of '\(me.name)' was interrupted")
    }
    forgetTurn()
  }
}
