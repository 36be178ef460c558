internal import Inproc
internal import InprocExploration

/// A mutex of a session: who holds it, who stands in line for it, and who waits to be notified.
///
/// A release is no hand-over: the first in line can go on from then on, and so can any thread that
/// comes along; whoever runs first takes it.
final class SessionMutex: Sendable {
  struct Waiter {
    let thread: SessionThread
    let parker: any RunParker
  }
  private struct State {
    var holder: SessionThread?
    /// Those who wait for the mutex, the first one first.
    var line: [Waiter] = []
    /// Those who wait to be notified, the longest one first.
    var waiting: [Waiter] = []
  }

  let name: String
  /// What a step accesses that uses it.
  let resource: Resource
  private let state = Guarded(State())

  init(name: String) {
    self.name = name
    resource = .mutex(name)
  }

  var holder: SessionThread? { state.withLock { $0.holder } }

  /// Takes it for a thread that does not wait. Returns false if it is held.
  func take(for thread: SessionThread) -> Bool {
    state.withLock { state in
      guard state.holder == nil else { return false }
      state.holder = thread
      return true
    }
  }

  // MARK: The line

  /// Whether it is free, and this thread the first in line.
  func isTurn(of thread: SessionThread) -> Bool {
    state.withLock { $0.holder == nil && $0.line.first?.thread === thread }
  }

  func isInLine(_ thread: SessionThread) -> Bool {
    state.withLock { $0.line.contains { $0.thread === thread } }
  }

  func joinLine(_ waiter: Waiter) { state.withLock { $0.line.append(waiter) } }

  /// Takes it for the first in line. Returns false if it is held, or another is the first.
  func takeInTurn(for thread: SessionThread) -> Bool {
    state.withLock { state in
      guard state.holder == nil, state.line.first?.thread === thread else { return false }
      state.line.removeFirst()
      state.holder = thread
      return true
    }
  }

  func leaveLine(_ thread: SessionThread) {
    state.withLock { $0.line.removeAll { $0.thread === thread } }
    wakeLine()
  }

  /// It is free from now on.
  func release() {
    state.withLock { $0.holder = nil }
    wakeLine()
  }

  private func wakeLine() { for waiter in state.withLock({ $0.line }) { waiter.parker.wake() } }

  // MARK: Notifying

  /// Releases it, for a thread that waits to be notified from now on.
  func releaseAndWait(_ waiter: Waiter) {
    state.withLock { state in
      state.holder = nil
      state.waiting.append(waiter)
    }
    wakeLine()
  }

  /// Whether a thread has yet to be notified.
  func isWaiting(_ thread: SessionThread) -> Bool {
    state.withLock { $0.waiting.contains { $0.thread === thread } }
  }

  /// A thread waits no longer to be notified; it stands in line from now on.
  func giveUpWaiting(_ waiter: Waiter) {
    state.withLock { state in
      state.waiting.removeAll { $0.thread === waiter.thread }
      state.line.append(waiter)
    }
  }

  /// Lets the longest waiter, or all, stand in line.
  func notify(all: Bool) {
    state.withLock { state in
      let notified = all ? state.waiting : Array(state.waiting.prefix(1))
      state.waiting.removeFirst(notified.count)
      state.line += notified
    }
    wakeLine()
  }

  func add(to hash: inout StableHash) {
    let state = state.withLock { $0 }
    hash.add(state.holder?.number ?? -1)
    for waiters in [state.line, state.waiting] {
      hash.add(waiters.count)
      for waiter in waiters { hash.add(waiter.thread.number) }
    }
  }
}

extension Session {
  func mutex(_ name: String) throws(CommandError) -> SessionMutex {
    access(.name(name))
    let entries = table.withLock { $0.entries }
    if case .mutex(let mutex) = entries[name] { return mutex }
    throw unknown(name, .mutex, among: entries)
  }

  /// Makes a mutex under a name.
  func addMutex(_ name: String) throws(CommandError) {
    try requireFree(name)
    accessName(name)
    table.withLock { $0.entries[name] = .mutex(SessionMutex(name: name)) }
  }
}

extension CommandContext {
  /// Takes a mutex, and waits for it if it is held.
  ///
  /// - Throws: `would-block`, `timed-out`, `interrupted`; then it was not taken.
  func lock(_ mutex: SessionMutex, _ wait: ResolvedWait) throws(CommandError) {
    session.access(mutex.resource, writes: true)
    if mutex.take(for: thread) { return }
    let holder = mutex.holder.map { "'\($0.name)'" } ?? "another thread"
    if wait == .now {
      throw CommandError(
        .wouldBlock,
        "the mutex '\(mutex.name)' is held by \(holder); lock it without 'timeout=now' to wait")
    }
    guard let parker = thread.status.withLock({ $0.parker }) else { return }
    mutex.joinLine(SessionMutex.Waiter(thread: thread, parker: parker))
    guard let end = standInLine(mutex, parker, wait) else { return }
    mutex.leaveLine(thread)
    session.access(mutex.resource, writes: true)
    throw end == .timedOut
      ? CommandError(
        .timedOut, "the mutex '\(mutex.name)' was held by \(holder) for the whole timeout")
      : CommandError(.interrupted, "the wait for the mutex '\(mutex.name)' was interrupted")
  }

  /// Waits in line for a mutex, where the thread stands already. Returns nil once it holds it, or why
  /// the wait has ended before.
  private func standInLine(
    _ mutex: SessionMutex, _ parker: any RunParker, _ limit: ResolvedWait
  ) -> WaitEnd? {
    let (thread, deadline) = (thread, deadline(limit))
    let wait = ConditionWait { mutex.isTurn(of: thread) }
    // The order in the line is more than footprints show.
    session.tracker?.disableReduction()
    while true {
      parker.park(in: wait, until: deadline)
      if let reason = wait.reason { return reason }
      session.access(mutex.resource, writes: true)
      if mutex.takeInTurn(for: thread) { return nil }
    }
  }

  /// Releases a mutex, waits to be notified, and then for the mutex again, also where the wait ends
  /// otherwise.
  ///
  /// - Throws: `not-locked`; `would-block` within `atomic`; `timed-out` and `interrupted`, with the mutex
  ///   held.
  func wait(on mutex: SessionMutex, _ limit: ResolvedWait) throws(CommandError) {
    session.access(mutex.resource, writes: true)
    try requireHeld(mutex, "wait")
    if limit == .now {
      throw CommandError(
        .wouldBlock,
        "'wait \(mutex.name)' has to wait to be notified, and nothing waits in 'atomic'")
    }
    guard let parker = thread.status.withLock({ $0.parker }) else { return }
    let (thread, deadline) = (thread, deadline(limit))
    let waiter = SessionMutex.Waiter(thread: thread, parker: parker)
    session.tracker?.disableReduction()
    mutex.releaseAndWait(waiter)
    session.tracker?.noteChange()
    let wait = ConditionWait { mutex.isTurn(of: thread) }
    var end: WaitEnd?
    while true {
      parker.park(in: wait, until: deadline)
      session.access(mutex.resource, writes: true)
      if let reason = wait.reason {
        end = reason
        break
      }
      if mutex.takeInTurn(for: thread) { return }
    }
    // One that was notified in time has only the mutex left to wait for.
    let wasNotified = !mutex.isWaiting(thread)
    if !wasNotified { mutex.giveUpWaiting(waiter) }
    if let end { thread.progress = .waitEnded(end, wasNotified: wasNotified) }
    defer { thread.progress = .none }
    var isInterrupted = end == .interrupted
    while !session.scheduler.isAborting {
      // Whoever pressed Ctrl-C wants the prompt back, whoever holds the mutex.
      if thread.isMain, session.isLineInterrupted, !mutex.isTurn(of: thread) {
        mutex.leaveLine(thread)
        throw CommandError(
          .interrupted, "the wait was interrupted, and '\(mutex.name)' is not held any more")
      }
      guard let reason = lockAgain(mutex, parker) else { break }
      if reason == .interrupted {
        isInterrupted = true
        thread.progress = .waitEnded(.interrupted, wasNotified: wasNotified)
      }
    }
    if isInterrupted {
      if wasNotified { return parker.interrupt() }
      throw CommandError(
        .interrupted, "the wait for a notification of '\(mutex.name)' was interrupted")
    }
    if !wasNotified {
      throw CommandError(.timedOut, "'\(mutex.name)' was not notified within the timeout")
    }
  }

  /// Takes a mutex for which the thread stands in line. Returns nil once it holds it.
  private func lockAgain(_ mutex: SessionMutex, _ parker: any RunParker) -> WaitEnd? {
    if mutex.takeInTurn(for: thread) { return nil }
    return standInLine(mutex, parker, .forever)
  }

  func requireHeld(_ mutex: SessionMutex, _ verb: String) throws(CommandError) {
    let holder = mutex.holder
    if holder === thread { return }
    throw CommandError(
      .notLocked,
      "'\(verb)' needs the mutex '\(mutex.name)' locked by this thread; "
        + (holder.map { "'\($0.name)' holds it" } ?? "nobody holds it")
        + ", so write it inside of 'lock \(mutex.name) { … }'")
  }

  func deadline(_ limit: ResolvedWait) -> ContinuousClock.Instant? {
    guard case .after(let time) = limit else { return nil }
    return session.scheduler.now.adding(time)
  }
}
