package import Inproc

/// Runs the threads of a replay one at a time, in an order that only a policy decides, under a clock
/// that moves only when no thread can run.
///
/// Exactly one thread has the turn; all state belongs to whoever has it, and passing the turn
/// through a ``Signal`` orders one owner's accesses before the next one's. That is what makes the
/// unchecked Sendable right.
package final class VirtualScheduler: SessionScheduler, @unchecked Sendable {
  private let pool: ThreadPool
  private let allEnded = Signal()
  private let start = ContinuousClock.now
  /// In order of creation.
  private var threads: [VirtualThread] = []
  private var current: VirtualThread?
  private var unfinished = 0
  private var elapsed = Duration.zero
  package private(set) var isAborting = false
  package var onDeadlock: (@Sendable () -> Void)?

  /// - Parameter pool: where its threads come from.
  package init(pool: ThreadPool) { self.pool = pool }

  // MARK: The library's seam

  package var now: ContinuousClock.Instant { start + elapsed }
  package var allowsTasks: Bool { false }
  package var hasCheckpoints: Bool { false }
  package func checkpoint(_ point: Checkpoint) {}

  package func currentThread() throws(InprocError) -> any ThreadParker {
    guard let current, current.identity == threadIdentity() else {
      throw InprocError(
        .foreignThread,
        "this thread does not belong to the replay; only threads that it spawned can wait in it")
    }
    return current
  }

  package func spawn(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(InprocError) {
    _ = try start(name: name) { _ in body() }
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
    let thread = VirtualThread(scheduler: self)
    try pool.run(name: name) { [self] in
      _ = thread.turn.wait()
      thread.identity = threadIdentity()
      body(thread)
      finish(thread)
    }
    threads.append(thread)
    unfinished += 1
    return thread
  }

  private func finish(_ thread: VirtualThread) {
    thread.isFinished = true
    unfinished -= 1
    if unfinished == 0 {
      current = nil
      allEnded.signal()
    } else {
      let next = nextThread(after: thread)
      threads.removeAll { $0 === thread }
      current = next
      next?.turn.signal()
    }
  }

  // MARK: Choosing

  package func choose() {}

  package func yield() {
    guard let me = current, !isAborting else { return }
    pass(from: me)
  }

  /// Gives the turn to the next thread that can run, and returns when it comes back.
  private func pass(from me: VirtualThread) {
    guard let next = nextThread(after: me), next !== me else { return }
    current = next
    next.turn.signal()
    _ = me.turn.wait()
  }

  /// The next that can run, in order of creation, starting after one. Where none can, time moves;
  /// where that helps no one either, it is a deadlock, and the run is aborted.
  private func nextThread(after thread: VirtualThread) -> VirtualThread? {
    while true {
      let position = threads.firstIndex { $0 === thread } ?? 0
      for offset in 1...threads.count {
        let candidate = threads[(position + offset) % threads.count]
        if candidate.canRun { return candidate }
      }
      if fireEarliestTimers() { continue }
      onDeadlock?()
      abort()
    }
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
    for thread in threads {
      if let deadline = thread.deadline, deadline <= earliest { thread.endWait(.timedOut) }
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
    me.wait = wait
    me.deadline = deadline
    pass(from: me)
    me.wait = nil
    me.deadline = nil
    me.isWoken = false
    me.isEnded = false
  }
}

/// A thread of a replay. Its state belongs to whoever has the turn.
final class VirtualThread: SessionParker, @unchecked Sendable {
  private unowned let scheduler: VirtualScheduler
  /// Signalled when it gets the turn.
  let turn = Signal()
  var identity: UInt = 0
  fileprivate(set) var wait: (any Wait)?
  fileprivate(set) var deadline: ContinuousClock.Instant?
  fileprivate(set) var isWoken = false
  fileprivate(set) var isEnded = false
  fileprivate(set) var isFinished = false
  private var isInterrupted = false

  init(scheduler: VirtualScheduler) { self.scheduler = scheduler }

  /// It does not wait; or its wait is over; or it was woken, and by the present state can go on.
  var canRun: Bool {
    if isFinished { return false }
    guard let wait, !isEnded else { return true }
    return isWoken && wait.canGoOn
  }

  var isBlocked: Bool { !isFinished && !canRun }

  func wake() { isWoken = true }

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
