internal import Inproc

/// A thread of a replay. Its state belongs to whoever has the turn.
final class VirtualThread: RunParker, @unchecked Sendable {
  enum Position { case fresh, choosing, waiting, yielding }

  private unowned let scheduler: VirtualScheduler
  let number: Int
  let name: String
  var identity: ThreadIdentity { .init(name: name, id: UInt64(number)) }
  let object: Resource
  /// The pool's thread that it runs on; nil for the one that called for the run.
  let host: PoolThread?
  /// Signalled when it gets the turn.
  let turn: Signal
  var systemIdentity: UInt = 0
  var wait: (any Wait)?
  var deadline: ContinuousClock.Instant?
  var isWoken = false
  var isEnded = false
  var isFinished = false
  var isYielding = false
  /// It was switched, and may hold a lock.
  var mayHoldLock = false
  /// What it waits for that nobody wakes it for.
  var condition: (() -> Bool)?
  var position = Position.fresh
  /// It got the turn for the next command, so that the schedule need not choose before it again.
  var isChosen = false
  /// The hash of its last step and all that came before it.
  var past: UInt64 = 0
  /// What its present step has accessed.
  var footprint = Footprint(reserving: 8)
  /// What the step in which it began to wait had accessed, where the policy follows steps.
  var awaited = Footprint()
  /// What its next command accesses.
  var nextAccesses: [Resource] = []
  /// Where it waits together with others, if its last step does not say so.
  var waitQueue: Resource?
  /// What it accesses as soon as it need not wait any more, where that is known.
  var expected: Resource?
  /// Grows with each wait of the run.
  var waitNumber = 0
  /// Change counter and program states since polling began: a repeated state is a livelock.
  var quietSince = -1
  var quietPlaces: Set<UInt64> = []
  var isCycling = false
  private var isInterrupted = false

  init(scheduler: VirtualScheduler, number: Int, name: String, host: PoolThread?) {
    self.scheduler = scheduler
    self.number = number
    self.name = name
    self.host = host
    turn = host?.turn ?? Signal()
    object = .thread(name)
  }

  /// It does not wait; or its wait is over; or it was woken, and by the present state can go on.
  var canRun: Bool {
    if isFinished { return false }
    if let condition { return condition() }
    guard let wait, !isEnded else { return true }
    return isWoken && (!scheduler.wakesByState || wait.canGoOn)
  }

  var isBlocked: Bool { !isFinished && !canRun }

  func wake() { isWoken = true }

  func takeTurn() {
    if position == .fresh { begin() }
    turn.signal()
  }

  /// It has the turn. If it was not at a choice before a command, it was chosen for the next one.
  func begin() {
    isChosen = position == .fresh || position == .yielding
    position = .waiting
  }

  func park(in wait: any Wait, until deadline: ContinuousClock.Instant?) {
    scheduler.park(self, in: wait, until: deadline)
  }

  func endWait(_ reason: WaitEnd) {
    guard let wait, !isEnded else { return }
    wait.end(reason)
    // Served or ended: in both cases the wait is over.
    isEnded = true
    deadline = nil
  }

  func interrupt() {
    if let wait, !isEnded, wait.end(.interrupted) {
      // Others may have run meanwhile, and this thread among them.
      guard self.wait === wait else { return }
      isEnded = true
      deadline = nil
    } else {
      isInterrupted = true
    }
  }

  /// Adds what decides when it goes on, and how.
  ///
  /// - Parameters:
  ///   - hash: what to add to.
  ///   - now: the present time of the run.
  ///   - changes: how much has changed in the run.
  func addState(
    to hash: inout StableHash, at now: ContinuousClock.Instant, after changes: Int
  ) {
    hash.add(number)
    hash.add(
      position == .fresh ? 0 : position == .choosing ? 1 : position == .waiting ? 2 : 3)
    let flags = [canRun, isWoken, isEnded, isYielding, isChosen, isInterrupted, wait != nil]
    hash.add(flags.reduce(0) { $0 * 2 + ($1 ? 1 : 0) })
    switch wait {
    case let wait as SleepWait: hash.add(Int(wait.reason?.rawValue ?? 0))
    case let wait as ConditionWait: hash.add(Int(wait.reason?.rawValue ?? 0))
    case let wait?: if let state = WaiterState(wait) { hash.add(state) }
    case nil: break
    }
    if let deadline {
      let (seconds, attoseconds) = now.duration(to: deadline).components
      hash.add(Int(seconds))
      hash.add(Int(attoseconds))
    }
    // What it has seen since something changed lasts until something changes.
    if quietSince == changes {
      hash.add(isCycling ? 1 : 0)
      hash.add(Int(truncatingIfNeeded: quietPlaces.reduce(0) { $0 &+ mix64($1) }))
    }
  }

  func takeInterrupt() -> Bool {
    defer { isInterrupted = false }
    return isInterrupted
  }
}
