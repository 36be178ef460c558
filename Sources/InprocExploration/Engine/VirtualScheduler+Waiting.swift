import Inproc

// Threads that wait, and the clock that ends waits.

extension VirtualScheduler {
  func park(
    _ me: VirtualThread, in wait: any Wait, until deadline: ContinuousClock.Instant?
  ) {
    if isAborting {
      wait.end(.interrupted)
      return
    }
    if me.takeInterrupt() {
      if !wait.end(.interrupted) { me.interrupt() }
      return
    }
    if deadline != nil { access(.clock, writes: false) }
    let footprint = me.footprint
    let (waitQueue, expected) = (me.waitQueue, me.expected)
    endStep(of: me)
    (me.waitQueue, me.expected) = (waitQueue, expected)
    me.wait = wait
    me.deadline = deadline
    if isFollowed { me.awaited = footprint }
    changes += 1
    waits += 1
    me.waitNumber = waits
    let isSleep = wait is SleepWait
    me.position = isSleep ? .yielding : .waiting
    observer?.blocked(me.number)
    pass(from: me, isSleep ? .slept : .waited)
    observer?.wentOn(me.number)
    // What it waited for, it accesses again when it goes on.
    if !isSleep { me.footprint = footprint }
    changes += 1
    // How the wait ended is part of what the thread knows.
    if me.isEnded { me.past = mix64(me.past ^ 0xE17D) }
    me.wait = nil
    if isFollowed { me.awaited.removeAll() }
    me.waitQueue = nil
    me.expected = nil
    me.deadline = nil
    me.isWoken = false
    me.isEnded = false
  }

  /// What has happened, and who waits behind whom since when.
  var waitingState: UInt64 {
    var state = history.state
    for thread in threads {
      guard thread.wait != nil, !thread.isEnded else { continue }
      var place = thread.past ^ 0x1A17
      if let deadline = thread.deadline {
        let (seconds, attoseconds) = start.duration(to: deadline).components
        place &+= mix64(UInt64(truncatingIfNeeded: seconds &* 1_000_000_007 &+ attoseconds / 1_000))
      }
      if let queue = thread.waitQueue {
        for other in threads
        where other.wait != nil && other.waitQueue == queue && other.waitNumber < thread.waitNumber
        {
          place &+= mix64(UInt64(other.number) ^ 0xB417)
        }
      }
      state &+= mix64(place)
    }
    return state
  }

  /// Moves the clock to the earliest deadline and ends all waits due then, before any of their
  /// threads runs. Returns whether there was one.
  func fireEarliestTimers() -> Bool {
    var earliest: ContinuousClock.Instant?
    for thread in threads {
      if let deadline = thread.deadline, earliest.map({ deadline < $0 }) ?? true {
        earliest = deadline
      }
    }
    guard let earliest else { return false }
    changes += 1
    let past = tracksFootprints ? waitingState : 0
    elapsed = max(elapsed, start.duration(to: earliest))
    isEndingWaits = true
    defer { isEndingWaits = false }
    for thread in threads {
      if let deadline = thread.deadline, deadline <= earliest {
        observer?.timerFired(thread.number)
        thread.endWait(.timedOut)
      }
    }
    if tracksFootprints {
      // It can end waits at any endpoint: nothing commutes with it.
      var footprint = Footprint()
      footprint.add(.everything, writes: true)
      footprint.add(.clock, writes: true)
      _ = history.add(thread: -2, past: past, footprint)
      if isFollowed { policy.stepped(ChoicePoint.timer, footprint) }
    }
    return true
  }
}
