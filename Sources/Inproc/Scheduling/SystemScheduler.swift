internal import CInprocPlatform

/// Lets one thread sleep until another signals. A signal that comes first is kept; two count as one.
package struct Signal: Sendable {
  private let word = WaitWord()  // 0 nothing, 1 signalled, 2 asleep

  /// Consecutive failed spins; nil for a signal whose waits sleep at once.
  private let failedSpins: WaitWord?

  /// - Parameter spins: whether a wait spins for some microseconds before it sleeps in the kernel. That
  ///   pays off if another core is about to signal.
  package init(spins: Bool = false) { failedSpins = spins ? WaitWord() : nil }

  package func signal() {
    if word.exchange(1) == 2 { word.wakeOne() }
  }

  /// Sleeps until signalled. Returns false where the deadline came first.
  package func wait(until deadline: ContinuousClock.Instant? = nil) -> Bool {
    wait(until: deadline, spinning: true)
  }

  /// As ``wait(until:)``; `spinning` says whether to spin first, if the signal allows it.
  func wait(until deadline: ContinuousClock.Instant?, spinning: Bool) -> Bool {
    if spinning, let failedSpins {
      _ = spin(failedSpins.address, until: deadline.map { .at($0) } ?? .never) { word.load() == 1 }
    }
    while true {
      if word.exchange(2) == 1 {
        _ = word.exchange(0)
        return true
      }
      var inTime = true
      if let deadline {
        let left = ContinuousClock.now.nanoseconds(until: deadline)
        inTime = left > 0 && word.sleep(while: 2, nanoseconds: left)
      } else {
        _ = word.sleep(while: 2)
      }
      if !inTime, word.replace(2, with: 0) { return false }
    }
  }
}

/// The scheduler of production: the kernel.
package final class SystemScheduler: Scheduler {
  package static let shared = SystemScheduler()

  package var now: ContinuousClock.Instant { .now }
  package var allowsTasks: Bool { true }
  package var hasCheckpoints: Bool { false }
  package var spins: Bool { true }
  package func checkpoint(_ point: Checkpoint) {}
  package func currentThread() throws(InprocError) -> any ThreadParker { SystemThread.current }

  package func spawn(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(InprocError) {
    try startThread(name: name, body)
  }
}

/// A thread of the process. The object is made when the thread first waits, and lives as long as the thread.
final class SystemThread: ThreadParker {
  let identity = ThreadIdentity.currentThread
  private struct State {
    var wait: (any Wait)?
    var isInterrupted = false
  }
  private let signal = Signal(spins: true)
  private let state = Guarded(State())

  /// The identity of the calling thread.
  static var currentIdentity: ThreadIdentity {
    // The thread itself keeps the object, so no reference is counted.
    if let known = inproc_thread_value() {
      return Unmanaged<SystemThread>.fromOpaque(known)._withUnsafeGuaranteedRef { $0.identity }
    }
    return current.identity
  }

  static var current: SystemThread {
    if let known = inproc_thread_value() {
      return Unmanaged<SystemThread>.fromOpaque(known).takeUnretainedValue()
    }
    let thread = SystemThread()
    // The thread itself has one reference, which the destructor of its key releases when it ends.
    inproc_set_thread_value(Unmanaged.passRetained(thread).toOpaque()) { value in
      if let value { Unmanaged<SystemThread>.fromOpaque(value).release() }
    }
    return thread
  }

  func wake() { signal.signal() }

  func park(in wait: any Wait, until deadline: ContinuousClock.Instant?) {
    let interrupted = state.withLock { state in
      if state.isInterrupted {
        state.isInterrupted = false
        return true
      }
      state.wait = wait
      return false
    }
    if interrupted {
      // If the wait was served meanwhile, the interruption is for the next wait.
      if !wait.end(.interrupted) { state.withLock { $0.isInterrupted = true } }
      return
    }
    if !signal.wait(until: deadline, spinning: !wait.hasSpun) { wait.end(.timedOut) }
    state.withLock { $0.wait = nil }
  }

  func interrupt() {
    let wait = state.withLock { state in
      if state.wait == nil { state.isInterrupted = true }
      return state.wait
    }
    guard let wait else { return }
    if wait.end(.interrupted) { wake() } else { state.withLock { $0.isInterrupted = true } }
  }
}

/// Starts a detached thread with all signals blocked.
///
/// - Throws: `.invalidValue` if the system has no thread left.
package func startThread(
  name: String, stackSize: Int = 1 << 23, _ body: @escaping @Sendable () -> Void
) throws(InprocError) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let context = Unmanaged.passRetained(Box(body)).toOpaque()
  let code = inproc_start_thread(
    name, stackSize,
    { context in
      if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
    }, context)
  if code != 0 {
    Unmanaged<Box>.fromOpaque(context).release()
    throw InprocError(
      .invalidValue,
      "the system refuses to start the thread \(Excerpt(name)) (error \(code)); end others first")
  }
}

/// Renames the calling thread, for debuggers.
package func nameThread(_ name: String) { inproc_name_thread(name) }

/// Pins the calling thread, and threads that it starts, to the core where it runs now.
@discardableResult package func stayOnThisCore() -> Bool { inproc_stay_on_this_core() }

/// Pins it to a core by its number among those that it may run on, modulo their count.
@discardableResult package func stayOnCore(_ number: Int) -> Bool {
  inproc_stay_on_core(UInt32(truncatingIfNeeded: number))
}
