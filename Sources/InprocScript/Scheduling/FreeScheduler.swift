package import Inproc
package import InprocExploration

/// Runs the threads of a session in parallel and in real time, and knows when every one of them waits
/// without a deadline: since only they can reach the session's registry, that is a deadlock.
package final class FreeScheduler: RunScheduler, @unchecked Sendable {
  // Unchecked for `onDeadlock` and `onAbort`, which are set before the first thread starts; the rest
  // is guarded.
  private struct State {
    var threads: [FreeThread] = []
    var unfinished = 0
    var threadsMade: UInt64 = 0
    /// How often a thread other than the first began to wait with a deadline.
    var timers = 0
    var isAborting = false
    /// Told once for each time that the session comes to a stop.
    var isDeadlocked = false
  }
  private let state = Guarded(State())
  private let allEnded = Signal()
  package var onDeadlock: (@Sendable () -> Void)?
  /// Called when the run is ended early, from any thread.
  package var onAbort: (@Sendable () -> Void)?

  package init() {}

  // MARK: The library's seam

  package var now: ContinuousClock.Instant { .now }
  package var elapsedTime: Duration { SystemScheduler.shared.elapsedTime }

  package func currentThread() throws(InprocError) -> any ThreadParker {
    let identity = threadIdentity()
    let thread = state.withLock { state in
      state.threads.first { $0.systemIdentity == identity && !$0.isFinished }
    }
    guard let thread else {
      throw InprocError(
        .foreignThread,
        "this thread does not belong to the session; only threads that it spawned can wait in it")
    }
    return thread
  }

  // MARK: Threads

  package func run(
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError) {
    _ = try start(name: name, body)
    _ = allEnded.wait()
  }

  /// A thread that runs one job after the other, in between which it does not count as waiting: a
  /// prompt's `main`. It has the deep stack that the program's first thread lacks.
  package func startServing(name: String) throws(InprocError) -> JobThread {
    let serving = JobThread()
    serving.parker = try start(name: name) { _ in serving.work() }
    return serving
  }

  /// Returns once all threads have ended.
  package func waitForAll() { _ = allEnded.wait() }

  private func add(_ name: String) -> FreeThread {
    state.withLock { state in
      let thread = FreeThread(
        scheduler: self, identity: .init(name: name, id: state.threadsMade))
      state.threadsMade += 1
      state.threads.removeAll { $0.isFinished }
      state.threads.append(thread)
      state.unfinished += 1
      return thread
    }
  }

  package func start(
    name: String, _ body: @escaping @Sendable (any RunParker) -> Void
  ) throws(InprocError) -> any RunParker {
    let thread = add(name)
    do {
      try startThread(name: name, stackSize: 64 << 20) { [self] in
        state.withLock { _ in thread.systemIdentity = threadIdentity() }
        body(thread)
        finish(thread)
      }
    } catch {
      finish(thread)
      throw error
    }
    return thread
  }

  private func finish(_ thread: any RunParker) {
    let (isLast, isDeadlock) = state.withLock { state in
      (thread as? FreeThread)?.isFinished = true
      state.unfinished -= 1
      return (state.unfinished == 0, noticeDeadlock(&state))
    }
    if isDeadlock { onDeadlock?() }
    if isLast { allEnded.signal() }
  }

  // MARK: Waiting

  fileprivate func withState<Value>(_ body: () -> Value) -> Value {
    state.withLock { _ in body() }
  }

  fileprivate func park(
    _ me: FreeThread, in wait: any Wait, until deadline: ContinuousClock.Instant?
  ) {
    enum Action { case wait, waitDeadlocked, goOn, end }
    let action: Action = state.withLock { state in
      if state.isAborting || me.isInterrupted {
        return .end
      }
      if me.isWoken {
        me.isWoken = false
        return .goOn
      }
      me.wait = wait
      me.parkedAt = .now
      me.hasDeadline = deadline != nil
      if deadline != nil, me.identity.id != 0 { state.timers += 1 }
      return noticeDeadlock(&state) ? .waitDeadlocked : .wait
    }
    switch action {
    case .goOn: return
    case .end:
      if wait.end(.interrupted) { state.withLock { _ in me.isInterrupted = false } }
      return
    case .waitDeadlocked: onDeadlock?()
    case .wait: break
    }
    if !me.signal.wait(until: deadline) { wait.end(.timedOut) }
    state.withLock { state in
      me.wait = nil
      me.isWoken = false
      state.isDeadlocked = false
    }
  }

  private func noticeDeadlock(_ state: inout State) -> Bool {
    guard state.unfinished > 0, !state.isDeadlocked, !state.isAborting,
      state.threads.allSatisfy({
        $0.isFinished || ($0.wait != nil && !$0.hasDeadline && !$0.isWoken)
      })
    else { return false }
    state.isDeadlocked = true
    return true
  }

  fileprivate func wake(_ thread: FreeThread) {
    state.withLock { state in
      thread.isWoken = true
      state.isDeadlocked = false
    }
    thread.signal.signal()
  }

  fileprivate func interrupt(_ thread: FreeThread) {
    let wait = state.withLock { _ in
      if thread.wait == nil { thread.isInterrupted = true }
      return thread.wait
    }
    guard let wait else { return }
    if wait.end(.interrupted) {
      wake(thread)
    } else {
      state.withLock { _ in thread.isInterrupted = true }
    }
  }

  /// Whether no thread but the first can go on by itself, and how often one of them has waited for
  /// the clock.
  var quietness: (isQuiet: Bool, timers: Int) {
    state.withLock { state in
      let isQuiet = state.threads.allSatisfy {
        $0.identity.id == 0 || $0.isFinished || ($0.wait != nil && !$0.hasDeadline && !$0.isWoken)
      }
      return (isQuiet, state.timers)
    }
  }

  /// Whether each thread but the first waits.
  var othersWait: Bool {
    state.withLock { state in
      state.threads.allSatisfy {
        $0.identity.id == 0 || $0.isFinished || ($0.wait != nil && !$0.isWoken)
      }
    }
  }

  package var isAborting: Bool { state.withLock { $0.isAborting } }

  package func abort() {
    let threads = state.withLock { state in
      state.isAborting = true
      return state.threads
    }
    for thread in threads { interrupt(thread) }
    onAbort?()
  }
}

/// A thread of a free session. What varies is guarded by its scheduler's lock.
final class FreeThread: RunParker, @unchecked Sendable {
  private unowned let scheduler: FreeScheduler
  let signal = Signal()
  let identity: ThreadIdentity
  fileprivate(set) var systemIdentity: UInt = 0
  fileprivate(set) var wait: (any Wait)?
  fileprivate(set) var hasDeadline = false
  fileprivate(set) var parkedAt: ContinuousClock.Instant?
  fileprivate(set) var isWoken = false
  fileprivate(set) var isInterrupted = false
  fileprivate(set) var isFinished = false

  init(scheduler: FreeScheduler, identity: ThreadIdentity) {
    self.scheduler = scheduler
    self.identity = identity
  }

  func wake() { scheduler.wake(self) }

  func park(in wait: any Wait, until deadline: ContinuousClock.Instant?) {
    scheduler.park(self, in: wait, until: deadline)
  }

  func interrupt() { scheduler.interrupt(self) }

  var isBlocked: Bool {
    let wait = scheduler.withState { () -> (any Wait)? in isWoken ? nil : self.wait }
    return wait.map { !$0.canGoOn } ?? false
  }

  var waitsSince: ContinuousClock.Instant? {
    scheduler.withState { wait == nil ? nil : parkedAt }
  }

  func takeInterrupt() -> Bool {
    scheduler.withState { () -> Bool in
      defer { isInterrupted = false }
      return isInterrupted
    }
  }
}
