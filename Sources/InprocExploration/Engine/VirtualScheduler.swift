package import Inproc

/// Runs the threads of a run one at a time, in an order that only a policy decides, under a clock that
/// moves only when no thread can run.
///
/// Exactly one thread has the turn; all state belongs to whoever has it, and passing the turn through a
/// ``Signal`` orders one owner's accesses before the next one's. That is what makes the unchecked
/// Sendable right.
package final class VirtualScheduler: RunScheduler, @unchecked Sendable {
  private let pool: ThreadPool
  let policy: any SchedulePolicy
  /// Whether timers can fire while threads can run.
  let isRacing: Bool
  let wakesByState: Bool
  package let hasCheckpoints: Bool
  private let allEnded = Signal()
  let start = ContinuousClock.now
  /// Whether the policy is asked before every command that other threads can see.
  let choosesEverywhere: Bool
  /// Whether the policy follows every step.
  let isFollowed: Bool
  /// Whether steps are told apart by what they access.
  package let tracksFootprints: Bool
  /// Those that have not ended, in order of creation.
  private(set) var threads: [VirtualThread] = []
  private var threadsMade = 0
  /// The thread that has the turn.
  var current: VirtualThread?
  /// How far the virtual clock has moved.
  var elapsed = Duration.zero
  var history = CausalHistory()
  var queues: QueueAccesses
  /// Grows with all that threads can see of each other.
  var changes = 0
  /// How many waits have begun.
  var waits = 0
  package internal(set) var isAborting = false
  /// Waits are being ended from outside of any thread, by a timer or the end of the run: there is no
  /// step that a checkpoint could split.
  var isEndingWaits = false
  /// What has happened up to the end of the run, or to where it was ended.
  package internal(set) var endState: UInt64 = 0
  /// The policy ended the run: it would only have repeated another one.
  package internal(set) var isPruned = false
  /// The policy has ended the run while a lock may have been held: the run ends once it is free.
  var isAbortDue = false
  package var onDeadlock: (@Sendable () -> Void)?
  /// A hash of all that threads know and share, except what this scheduler knows of them; nil where
  /// states can't be told apart by it. Called while no other thread runs.
  package var stateHash: (() -> UInt64?)?
  /// Who is notified of every wait and every switch; nil where nobody observes.
  package var observer: (any SchedulingObserver)?

  /// - Parameters:
  ///   - pool: where its threads come from.
  ///   - policy: what decides which one runs.
  ///   - isRacing: whether timers can fire while threads can run.
  ///   - hasCheckpoints: whether it chooses inside of the library's operations too, at each
  ///     ``Checkpoint``. A step that reports no access then counts as accessing everything.
  ///   - wakesByState: whether a thread that was woken goes on only once the present state lets it;
  ///     else it checks as often as it is woken, as it does in production.
  package init(
    pool: ThreadPool, policy: any SchedulePolicy, isRacing: Bool, hasCheckpoints: Bool = false,
    wakesByState: Bool = true
  ) {
    self.pool = pool
    self.policy = policy
    self.wakesByState = wakesByState
    let hasCheckpoints = hasCheckpoints && policy.isPreemptive
    self.hasCheckpoints = hasCheckpoints
    queues = QueueAccesses(isDivided: hasCheckpoints)
    self.isRacing = isRacing && policy.isPreemptive
    choosesEverywhere = policy.isPreemptive
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
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError) {
    if pool.runsThisThread { return runHere(name: name, body) }
    let first = try add(name: name, body)
    current = first
    first.turn.signal()
    _ = allEnded.wait()
  }

  /// On a thread of the pool, that thread becomes the first: two hand-overs less.
  private func runHere(name: String, _ body: @escaping @Sendable (any RunParker) -> Void) {
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
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError) -> any RunParker {
    try add(name: name, body)
  }

  private func add(
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
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

  /// Says which of the run's threads a thread of the pool is. Set before its first turn.
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

  /// Gives the turn to the next thread, and returns when it comes back.
  func pass(from me: VirtualThread, _ reason: SwitchReason) {
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

  // MARK: The end of a run

  package func abort() {
    if !isAborting, !isPruned { endState = stateWithPresentStep }
    isAborting = true
    isEndingWaits = true
    defer { isEndingWaits = false }
    for thread in threads { thread.endWait(.interrupted) }
  }
}
