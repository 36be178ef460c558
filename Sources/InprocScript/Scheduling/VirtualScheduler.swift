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
  let wakesByState: Bool
  package let hasCheckpoints: Bool
  private let allEnded = Signal()
  private let start = ContinuousClock.now
  private let choosesEverywhere: Bool
  private let isFollowed: Bool
  /// Those that have not ended, in order of creation.
  private var threads: [VirtualThread] = []
  private var threadsMade = 0
  private var current: VirtualThread?
  private var elapsed = Duration.zero
  private var history = History()
  /// Grows with all that threads can see of each other.
  private var changes = 0
  private var waits = 0
  private var queues: TouchedQueues
  package private(set) var isAborting = false
  /// Waits are being ended on nobody's behalf: there is no thread whose step that could divide.
  private var isEndingWaits = false
  /// The step that ends is one that others can't see.
  private var isApproaching = false
  /// What has happened up to the end of the run, or to where it was ended.
  package private(set) var endState: UInt64 = 0
  /// The policy ended the run: it would only have repeated another one.
  package private(set) var isPruned = false
  /// The policy has ended the run, while a lock may have been held.
  private var isAbortDue = false
  package var onDeadlock: (@Sendable () -> Void)?
  /// A hash of all that threads know and share, but for what this scheduler knows of them; nil where
  /// states can't be told apart by it. Called while no other thread runs.
  package var stateHash: (() -> UInt64?)?
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
    let hasCheckpoints = hasCheckpoints && policy.choosesBeforeCommands
    self.hasCheckpoints = hasCheckpoints
    queues = TouchedQueues(isDivided: hasCheckpoints)
    self.isRacing = isRacing && policy.choosesBeforeCommands
    choosesEverywhere = policy.choosesBeforeCommands
    tracksFootprints = choosesEverywhere
    isFollowed = policy.followsSteps
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

  package func run(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) {
    if pool.runsThisThread { return runHere(name: name, body) }
    let first = try add(name: name, body)
    current = first
    first.turn.signal()
    _ = allEnded.wait()
  }

  /// On a thread of the pool, that one is the first: two hand-overs less.
  private func runHere(name: String, _ body: @escaping @Sendable (any SessionParker) -> Void) {
    let first = VirtualThread(scheduler: self, number: 0, name: name, host: nil)
    first.past = mix64(0)
    first.systemIdentity = threadIdentity()
    threads.append(first)
    threadsMade = 1
    current = first
    body(first)
    finish(first)
    _ = allEnded.wait()
  }

  package func start(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> any SessionParker {
    try add(name: name, body)
  }

  private func add(
    name: String, _ body: @escaping @Sendable (any SessionParker) -> Void
  ) throws(InprocError) -> VirtualThread {
    let job = Job()
    let host = try pool.lend(name: name) { [self] in
      guard let thread = job.thread else { return }
      thread.systemIdentity = threadIdentity()
      body(thread)
      finish(thread)
    }
    let thread = VirtualThread(scheduler: self, number: threadsMade, name: name, host: host)
    // What its parent did before is its past too.
    thread.past = mix64((current?.past ?? 0) ^ UInt64(threadsMade))
    job.thread = thread
    if isFollowed, let current { policy.started(threadsMade, by: current.number) }
    threads.append(thread)
    threadsMade += 1
    return thread
  }

  /// Tells a thread of the pool which one of the run's threads it is. Set before its first turn.
  private final class Job: @unchecked Sendable { var thread: VirtualThread? }

  private func finish(_ thread: VirtualThread) {
    endStep(of: thread)
    changes += 1
    thread.isFinished = true
    if threads.count == 1 {
      threads = []
      current = nil
      isPruned = isPruned || isAbortDue
      if !isAborting { endState = history.state }
      if !isAborting, !isAbortDue { policy.finish(state: history.state) }
      if let host = thread.host { pool.giveBack(host) }
      allEnded.signal()
    } else {
      let next = nextThread(after: thread)
      observer?.switched(from: thread.number, to: next.number, .ended)
      if let index = threads.firstIndex(where: { $0 === thread }) { threads.remove(at: index) }
      current = next
      if let host = thread.host { pool.giveBack(host) }
      next.takeTurn()
    }
  }

  // MARK: Steps

  /// Whether steps are told apart by what they touch.
  package let tracksFootprints: Bool

  package func touch(_ object: SharedObject, writes: Bool) {
    guard tracksFootprints, let current else { return }
    current.footprint.add(object, writes: writes)
  }

  package func touchQueue(of endpoint: SharedObject, _ use: QueueUse) {
    guard tracksFootprints, let current else { return }
    queues.touch(endpoint, use, adding: &current.footprint)
  }

  /// What the thread did since its last step is one step of the run's history.
  private func endStep(of thread: VirtualThread) {
    guard tracksFootprints else { return }
    thread.line = nil
    thread.needed = nil
    if thread.footprint.isEmpty {
      guard hasCheckpoints else { return }
      thread.footprint.add(.everything, writes: true)
    }
    complete(&thread.footprint, of: thread)
    thread.past = history.add(
      thread: thread.number, past: thread.past, thread.footprint)
    if isFollowed, !isAborting, !isApproaching { policy.stepped(thread.number, thread.footprint) }
    thread.footprint.removeAll()
  }

  package func endStep() {
    if let current, !isAborting { endStep(of: current) }
  }

  /// Whatever a step does, it depends on what touches everything, and on what ends its thread's wait.
  private func complete(_ footprint: inout Footprint, of thread: VirtualThread) {
    footprint.add(.everything, writes: false)
    footprint.add(thread.object, writes: false)
  }

  // MARK: Choosing

  package func choose() {
    guard choosesEverywhere, let me = current, !isAborting else { return }
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
    let footprint = me.footprint
    endStep(of: me)
    me.mayHoldLock = point == .moving || point == .locked
    me.isYielding = point == .retrying
    // Elsewhere, going on with another thread is a preemption.
    me.position = point == .retrying || point == .spinning ? .yielding : .choosing
    pass(from: me, me.isYielding ? .slept : .preempted)
    me.mayHoldLock = false
    me.isYielding = false
    me.isChosen = false
    me.footprint = footprint
  }

  package func wait(until isSo: @escaping () -> Bool) -> Bool {
    wait(until: isSo, mayHoldLock: true)
  }

  private func wait(until isSo: @escaping () -> Bool, mayHoldLock: Bool) -> Bool {
    guard hasCheckpoints, !isEndingWaits, let me = current,
      me.systemIdentity == threadIdentity()
    else { return false }
    let footprint = me.footprint
    endStep(of: me)
    me.condition = isSo
    me.mayHoldLock = mayHoldLock
    pass(from: me, .waited)
    me.mayHoldLock = false
    me.condition = nil
    me.footprint = footprint
    return true
  }

  /// Returns once no thread was switched with a lock held. Where waits are ended on behalf of others,
  /// or the runtime calls back, nobody can wait for a lock.
  package func awaitFreeLocks() {
    if mayLockBeHeld { _ = wait(until: { [unowned self] in !mayLockBeHeld }, mayHoldLock: false) }
  }

  private var mayLockBeHeld: Bool { hasCheckpoints && threads.contains { $0.mayHoldLock } }

  package func yield() {
    guard let me = current, !isAborting else { return }
    goBehind(me, always: true)
  }

  /// The thread lets others go: always, or where the schedule does not choose it again.
  private func goBehind(_ me: VirtualThread, always: Bool) {
    // That it let others go is all that tells it from a thread that has yet to do so.
    touch(me.object, writes: false)
    disableReduction()
    endStep(of: me)
    me.position = .yielding
    me.isYielding = always
    pass(from: me, .slept)
    me.isYielding = false
  }

  package func disableReduction() { if isFollowed { policy.disableReduction() } }

  package func yield(at place: UInt64, mayGoOn: Bool) -> Bool {
    guard let me = current, !isAborting else { return false }
    if me.quietSince != changes {
      me.quietSince = changes
      me.quietPlaces = []
    }
    // What it does depends on where it stands and on what has not changed: it will come back here.
    me.isCycling = !me.quietPlaces.insert(place).inserted
    if me.isCycling,
      threads.allSatisfy({
        $0.deadline == nil && (!$0.canRun || $0.isCycling && $0.quietSince == changes)
      })
    {
      return true
    }
    goBehind(me, always: me.isCycling || !mayGoOn || !choosesEverywhere)
    return false
  }

  package func noteChange() { changes += 1 }

  package var asksWhatComes: Bool { policy.asksWhatComes }
  package func announce(_ objects: [SharedObject]) { current?.comingUp = objects }

  private func tellWhatRemained() {
    for thread in threads {
      var footprint = thread.awaited
      if let needed = thread.needed {
        if thread.line == nil {
          footprint.add(needed, writes: true)
        } else {
          footprint = queues.receiving(at: needed)
        }
      }
      if footprint.isEmpty { continue }
      complete(&footprint, of: thread)
      policy.remained(thread.number, footprint)
    }
  }

  package func divide(waitingAt object: SharedObject?, for needed: SharedObject?) {
    guard tracksFootprints, let me = current, !hasCheckpoints else { return }
    if isFollowed, !isAborting {
      var footprint = me.footprint
      complete(&footprint, of: me)
      policy.approached(me.number, footprint, waitingAt: object)
    }
    isApproaching = true
    endStep(of: me)
    isApproaching = false
    me.line = object
    me.needed = needed
  }

  /// Gives the turn to the next thread, and returns when it comes back.
  private func pass(from me: VirtualThread, _ reason: SwitchReason) {
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
      if choosesEverywhere, !isAborting {
        switch chosenThread(after: thread) {
        case .thread(let next): return next
        case .again: continue
        case .none: break
        }
      } else if let next = usualThread(after: thread) {
        thread.isYielding = false
        return next
      }
      if fireEarliestTimers() { continue }
      if !isAborting {
        if isFollowed { tellWhatRemained() }
        policy.finish(state: history.state)
      }
      onDeadlock?()
      abort()
    }
  }

  /// The first that can run, in order of creation, starting after the one that ran; one that yields
  /// only where there is no other.
  private func usualThread(after thread: VirtualThread) -> VirtualThread? {
    let position = threads.firstIndex { $0 === thread } ?? 0
    var yielding: VirtualThread?
    for offset in 1...threads.count {
      let candidate = threads[(position + offset) % threads.count]
      guard candidate.canRun else { continue }
      if !candidate.isYielding { return candidate }
      if yielding == nil { yielding = candidate }
    }
    return yielding
  }

  private enum Chosen {
    case thread(VirtualThread)
    /// Something else has happened, and the question is a new one.
    case again
    /// There is no one to choose.
    case none
  }

  private func chosenThread(after thread: VirtualThread) -> Chosen {
    if isAbortDue {
      if let next = threads.first(where: { $0.mayHoldLock && $0.canRun }) { return .thread(next) }
      isPruned = true
      abort()
      return .again
    }
    let isCurrent = thread.position == .choosing
    let isPassedOver = threads.contains { $0.isYielding }
    if !isPassedOver, isCurrent || threads.contains(where: { $0.canRun }),
      let known = policy.repeated()
    {
      if known == ChoicePoint.timer {
        _ = fireEarliestTimers()
        return .again
      }
      if let next = threads.first(where: { $0.number == known }) { return .thread(next) }
    }
    let running = threads.filter { $0.canRun }
    var candidates = isPassedOver ? running.filter { !$0.isYielding } : running
    let yielding = isPassedOver ? running.filter { $0.isYielding } : []
    let hasOthers = !candidates.isEmpty
    if !hasOthers { candidates = yielding }
    guard let first = candidates.first else { return .none }
    let usual = isCurrent ? thread : candidates.first { $0.number > thread.number } ?? first
    guard let choice = ask(candidates, usual, after: thread, yielding) else {
      isAbortDue = true
      return .again
    }
    // A yielding thread was passed over once, and that is enough.
    if hasOthers { for other in yielding { other.isYielding = false } }
    if choice == ChoicePoint.timer {
      _ = fireEarliestTimers()
      return .again
    }
    return .thread(candidates.first { $0.number == choice } ?? usual)
  }

  /// Asks the policy.
  private func ask(
    _ candidates: [VirtualThread], _ usual: VirtualThread, after thread: VirtualThread,
    _ yielding: [VirtualThread]
  ) -> Int? {
    let isCurrent = thread.position == .choosing && usual === thread
    var numbers = candidates.map(\.number)
    if isRacing, !mayLockBeHeld, threads.contains(where: { $0.deadline != nil }) {
      numbers.append(ChoicePoint.timer)
    }
    // Who could run belongs to the state: a command that only begins to wait leaves no step behind,
    // yet it is a turn that a yielding thread lets pass.
    var state = waitingState
    for number in numbers { state &+= mix64(UInt64(bitPattern: Int64(number)) ^ 0xCA4D) }
    for other in yielding { state &+= mix64(UInt64(other.number) ^ 0x7717) }
    if isCurrent { state &+= mix64(UInt64(thread.number) ^ 0xC0C0) }
    var point = ChoicePoint(
      candidates: numbers, current: isCurrent ? thread.number : nil, usual: usual.number,
      state: state)
    if policy.asksForProgramState { point.programState = programState }
    if policy.asksWhatComes { point.comingUp = candidates.map(\.comingUp) }
    if isFollowed {
      point.stocked = queues.stocked
    }
    return policy.choose(point)
  }

  private var programState: UInt64? {
    guard !hasCheckpoints, let shared = stateHash?() else { return nil }
    var hash = StableHash()
    hash.add(Int(truncatingIfNeeded: shared))
    for thread in threads where !thread.isFinished {
      thread.addState(to: &hash, at: now, after: changes)
    }
    return hash.value
  }

  /// What has happened, and who waits behind whom since when.
  private var waitingState: UInt64 {
    var state = history.state
    for thread in threads {
      guard thread.wait != nil, !thread.isEnded else { continue }
      var place = thread.past ^ 0x1A17
      if let deadline = thread.deadline {
        let (seconds, attoseconds) = start.duration(to: deadline).components
        place &+= mix64(UInt64(truncatingIfNeeded: seconds &* 1_000_000_007 &+ attoseconds / 1_000))
      }
      if let line = thread.line {
        for other in threads
        where other.wait != nil && other.line == line && other.waitNumber < thread.waitNumber {
          place &+= mix64(UInt64(other.number) ^ 0xB417)
        }
      }
      state &+= mix64(place)
    }
    return state
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

  package func abort() {
    if !isAborting, !isPruned { endState = stateWithPresentStep }
    isAborting = true
    isEndingWaits = true
    defer { isEndingWaits = false }
    for thread in threads { thread.endWait(.interrupted) }
  }

  /// What has happened, and what the thread that has the turn is in the middle of.
  private var stateWithPresentStep: UInt64 {
    guard let current, tracksFootprints else { return history.state }
    var (history, footprint) = (history, current.footprint)
    complete(&footprint, of: current)
    _ = history.add(thread: current.number, past: current.past, footprint)
    return history.state
  }

  // MARK: Waiting

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
    if deadline != nil { touch(.clock, writes: false) }
    let footprint = me.footprint
    let (line, needed) = (me.line, me.needed)
    endStep(of: me)
    (me.line, me.needed) = (line, needed)
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
    // What it waited for, it touches again when it goes on.
    if !isSleep { me.footprint = footprint }
    changes += 1
    // How the wait ended is part of what the thread knows.
    if me.isEnded { me.past = mix64(me.past ^ 0xE17D) }
    me.wait = nil
    if isFollowed { me.awaited.removeAll() }
    me.line = nil
    me.needed = nil
    me.deadline = nil
    me.isWoken = false
    me.isEnded = false
  }
}
