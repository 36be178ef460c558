package import Inproc

/// Runs the threads of a replay one at a time, in an order that only a policy decides, under a clock
/// that moves only when no thread can run.
///
/// Exactly one thread has the turn; all state belongs to whoever has it, and passing the turn
/// through a ``Signal`` orders one owner's accesses before the next one's. That is what makes the
/// unchecked Sendable right.
package final class VirtualScheduler: SessionScheduler, @unchecked Sendable {
  private let pool: ThreadPool
  private let policy: any SchedulePolicy
  private let isRacing: Bool
  fileprivate let wakesByState: Bool
  package let hasCheckpoints: Bool
  private let allEnded = Signal()
  private let start = ContinuousClock.now
  /// Those that have not ended, in order of creation.
  private var threads: [VirtualThread] = []
  private var threadsMade = 0
  private var current: VirtualThread?
  private var elapsed = Duration.zero
  private var history = History()
  package private(set) var isAborting = false
  /// Waits are being ended on nobody's behalf: there is no thread whose step that could divide.
  private var isEndingWaits = false
  /// The policy ended the run: it would only have repeated another one.
  package private(set) var isPruned = false
  package var onDeadlock: (@Sendable () -> Void)?
  /// Who is told of every wait and every switch; nil where nobody looks.
  package var observer: (any SchedulingObserver)?

  /// - Parameters:
  ///   - pool: where its threads come from.
  ///   - policy: what decides which one runs.
  ///   - isRacing: whether timers can fire while threads can run.
  ///   - hasCheckpoints: whether it chooses inside of the library's operations too, at each
  ///     ``Checkpoint``. A step that tells nothing of what it touches then counts as touching all.
  ///   - wakesByState: whether a thread that was woken goes on only once the present state lets it;
  ///     else it looks as often as it is woken, as it does in production.
  package init(
    pool: ThreadPool, policy: any SchedulePolicy, isRacing: Bool, hasCheckpoints: Bool = false,
    wakesByState: Bool = true
  ) {
    self.pool = pool
    self.policy = policy
    self.wakesByState = wakesByState
    self.hasCheckpoints = hasCheckpoints && policy.choosesBeforeCommands
    self.isRacing = isRacing && policy.choosesBeforeCommands
    tracksFootprints = policy.choosesBeforeCommands
  }

  // MARK: The library's seam

  package var now: ContinuousClock.Instant { start + elapsed }

  package func currentThread() throws(InprocError) -> any ThreadParker {
    guard let current, current.systemIdentity == threadIdentity() else {
      throw InprocError(
        .foreignThread,
        "this thread does not belong to the replay; only threads that it spawned can wait in it")
    }
    return current
  }

  // MARK: Threads

  package func run(name: String, _ body: @escaping @Sendable (any SessionParker) -> Void) {
    do {
      let first = try add(name: name, body)
      current = first
      first.turn.signal()
      _ = allEnded.wait()
    } catch {
      // Not one thread to be had: nothing ran, and the caller finds no result.
    }
  }

  package func start(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> any SessionParker {
    try add(name: name, body)
  }

  private func add(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> VirtualThread {
    let thread = VirtualThread(scheduler: self, number: threadsMade, name: name)
    // What its parent did before is its past too.
    thread.past = mix64((current?.past ?? 0) ^ UInt64(threadsMade))
    try pool.run(name: name) { [self] in
      _ = thread.turn.wait()
      thread.systemIdentity = threadIdentity()
      body(thread)
      finish(thread)
    }
    threads.append(thread)
    threadsMade += 1
    return thread
  }

  private func finish(_ thread: VirtualThread) {
    endStep(of: thread)
    thread.isFinished = true
    if threads.count == 1 {
      threads = []
      current = nil
      if !isAborting { policy.finish(state: history.state) }
      allEnded.signal()
    } else {
      let next = nextThread(after: thread)
      observer?.switched(from: thread.number, to: next.number, .ended)
      threads.removeAll { $0 === thread }
      current = next
      next.takeTurn()
    }
  }

  // MARK: Steps

  /// Whether steps are told apart by what they touch.
  package let tracksFootprints: Bool

  package func touch(_ object: SharedObject, writes: Bool) {
    guard tracksFootprints, let current else { return }
    if writes { current.writes.insert(object) } else { current.reads.insert(object) }
  }

  /// What the thread did since its last step is one step of the run's history.
  private func endStep(of thread: VirtualThread) {
    guard tracksFootprints else { return }
    if thread.reads.isEmpty && thread.writes.isEmpty {
      guard hasCheckpoints else { return }
      thread.writes.insert(.everything)
    }
    thread.reads.insert(.everything)
    thread.reads.insert(.thread(thread.name))
    thread.past = history.add(
      thread: thread.number, past: thread.past, reads: thread.reads, writes: thread.writes)
    thread.reads.removeAll(keepingCapacity: true)
    thread.writes.removeAll(keepingCapacity: true)
  }

  // MARK: Choosing

  package func choose() {
    guard policy.choosesBeforeCommands, let me = current, !isAborting else { return }
    if me.isChosen {
      // It got the turn for this very command.
      me.isChosen = false
      return
    }
    endStep(of: me)
    me.position = .choosing
    pass(from: me, .preempted)
  }

  /// What the operation has touched so far it may touch again.
  package func checkpoint(_ point: Checkpoint) {
    guard hasCheckpoints, !isAborting, !isEndingWaits, let me = current,
      me.systemIdentity == threadIdentity()
    else { return }
    let (reads, writes) = (me.reads, me.writes)
    endStep(of: me)
    me.position = .choosing
    pass(from: me, .preempted)
    (me.reads, me.writes) = (reads, writes)
  }

  package func yield() {
    guard let me = current, !isAborting else { return }
    endStep(of: me)
    me.position = .yielding
    me.isYielding = true
    pass(from: me, .slept)
    me.isYielding = false
  }

  /// Gives the turn to the next thread, and returns when it comes back.
  private func pass(from me: VirtualThread, _ reason: Timeline.SwitchReason) {
    let next = nextThread(after: me)
    if next === me {
      me.begin()
      return
    }
    observer?.switched(from: me.number, to: next.number, reason)
    current = next
    next.takeTurn()
    _ = me.turn.wait()
    me.begin()
  }

  /// The next that runs. Where none can, time moves; where that helps no one either, it is a
  /// deadlock, and the run is aborted.
  private func nextThread(after thread: VirtualThread) -> VirtualThread {
    while true {
      let position = threads.firstIndex { $0 === thread } ?? 0
      var candidates: [VirtualThread] = []
      var yielding: [VirtualThread] = []
      // In order of creation, starting after the one that ran.
      for offset in 1...threads.count {
        let candidate = threads[(position + offset) % threads.count]
        guard candidate.canRun else { continue }
        if candidate.isYielding {
          yielding.append(candidate)
        } else {
          candidates.append(candidate)
          if !policy.choosesBeforeCommands || isAborting {
            thread.isYielding = false
            return candidate
          }
        }
      }
      if candidates.isEmpty { candidates = yielding }
      guard let usual = candidates.first else {
        if fireEarliestTimers() { continue }
        onDeadlock?()
        abort()
        continue
      }
      if !policy.choosesBeforeCommands || isAborting { return usual }
      if let chosen = ask(candidates, usual, after: thread, yielding) { return chosen }
    }
  }

  /// Asks the policy. Nil where the timer was chosen, or the run was ended.
  private func ask(
    _ candidates: [VirtualThread], _ usual: VirtualThread, after thread: VirtualThread,
    _ yielding: [VirtualThread]
  ) -> VirtualThread? {
    let isCurrent = thread.position == .choosing && candidates.contains { $0 === thread }
    var numbers = candidates.map(\.number).sorted()
    if isRacing, threads.contains(where: { $0.deadline != nil }) {
      numbers.append(ChoicePoint.timer)
    }
    // Who could run belongs to the state: a command that only begins to wait leaves no step behind,
    // yet it is a turn that a yielding thread lets pass.
    var state = history.state
    for number in numbers { state &+= mix64(UInt64(bitPattern: Int64(number)) ^ 0xCA4D) }
    for other in yielding { state &+= mix64(UInt64(other.number) ^ 0x7717) }
    if isCurrent { state &+= mix64(UInt64(thread.number) ^ 0xC0C0) }
    let point = ChoicePoint(
      candidates: numbers, current: isCurrent ? thread.number : nil,
      usual: isCurrent ? thread.number : usual.number, state: state)
    guard let choice = policy.choose(point) else {
      isPruned = true
      abort()
      return nil
    }
    // A yielding thread was passed over once, and that is enough.
    if candidates.contains(where: { !$0.isYielding }) {
      for other in yielding { other.isYielding = false }
    }
    if choice == ChoicePoint.timer {
      _ = fireEarliestTimers()
      return nil
    }
    return candidates.first { $0.number == choice } ?? usual
  }

  /// Moves the clock to the earliest deadline and ends all waits due then, before any of their
  /// threads runs. Returns whether there was one.
  private func fireEarliestTimers() -> Bool {
    var earliest: ContinuousClock.Instant?
    for thread in threads {
      if let deadline = thread.deadline, earliest.map({ deadline < $0 }) ?? true {
        earliest = deadline
      }
    }
    guard let earliest else { return false }
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
      _ = history.add(thread: -2, past: history.state, reads: [], writes: [.everything, .clock])
    }
    return true
  }

  package func abort() {
    isAborting = true
    for thread in threads { thread.endWait(.interrupted) }
  }

  // MARK: Waiting

  fileprivate func park(
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
    if deadline != nil { touch(.clock, writes: false) }
    let (reads, writes) = (me.reads, me.writes)
    endStep(of: me)
    me.wait = wait
    me.deadline = deadline
    me.position = wait is SleepWait ? .yielding : .waiting
    observer?.blocked(me.number)
    pass(from: me, wait is SleepWait ? .slept : .waited)
    observer?.wentOn(me.number)
    // What it waited for, it touches again when it goes on.
    if !(wait is SleepWait) { (me.reads, me.writes) = (reads, writes) }
    me.wait = nil
    me.deadline = nil
    me.isWoken = false
    me.isEnded = false
  }
}

/// A thread of a replay. Its state belongs to whoever has the turn.
final class VirtualThread: SessionParker, @unchecked Sendable {
  enum Position { case fresh, choosing, waiting, yielding }

  private unowned let scheduler: VirtualScheduler
  let number: Int
  let name: String
  var identity: Registry.Event.Thread { .init(name: name, id: UInt64(number)) }
  /// Signalled when it gets the turn.
  let turn = Signal()
  var systemIdentity: UInt = 0
  fileprivate(set) var wait: (any Wait)?
  fileprivate(set) var deadline: ContinuousClock.Instant?
  fileprivate(set) var isWoken = false
  fileprivate(set) var isEnded = false
  fileprivate(set) var isFinished = false
  fileprivate(set) var isYielding = false
  fileprivate(set) var position = Position.fresh
  /// It got the turn for the next command that a schedule chooses before.
  fileprivate(set) var isChosen = false
  /// The hash of its last step and all that came before it.
  fileprivate(set) var past: UInt64 = 0
  fileprivate(set) var reads: Set<SharedObject> = []
  fileprivate(set) var writes: Set<SharedObject> = []
  private var isInterrupted = false

  init(scheduler: VirtualScheduler, number: Int, name: String) {
    self.scheduler = scheduler
    self.number = number
    self.name = name
  }

  /// It does not wait; or its wait is over; or it was woken, and by the present state can go on.
  var canRun: Bool {
    if isFinished { return false }
    guard let wait, !isEnded else { return true }
    return isWoken && (!scheduler.wakesByState || wait.canGoOn)
  }

  var isBlocked: Bool { !isFinished && !canRun }

  func wake() { isWoken = true }

  fileprivate func takeTurn() {
    if position == .fresh { begin() }
    turn.signal()
  }

  /// It has the turn. Where it did not stand before a command, the next one is what it was chosen
  /// for.
  fileprivate func begin() {
    isChosen = position == .fresh || position == .yielding
    position = .waiting
  }

  func park(in wait: any Wait, until deadline: ContinuousClock.Instant?) {
    scheduler.park(self, in: wait, until: deadline)
  }

  fileprivate func endWait(_ reason: WaitEnd) {
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

  func takeInterrupt() -> Bool {
    defer { isInterrupted = false }
    return isInterrupted
  }
}
