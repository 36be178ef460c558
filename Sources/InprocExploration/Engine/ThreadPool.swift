internal import Inproc

/// Threads that outlive a run, all on one core: handing the turn to the next costs a fraction there
/// of what it costs between cores, and starting a thread costs more than many short runs.
package final class ThreadPool: Sendable {
  private struct State {
    var idle: [PoolThread] = []
    var identities: Set<UInt> = []
  }
  private let state = Guarded(State())
  private let isPinned: Bool

  /// A pool without threads.
  ///
  /// - Parameter isPinned: whether they stay on the core where the first one starts.
  package init(isPinned: Bool) { self.isPinned = isPinned }

  deinit {
    // A signal without a job ends a thread.
    for thread in state.withLock({ $0.idle }) { thread.turn.signal() }
  }

  /// Whether the calling thread is one of the pool's.
  var runsThisThread: Bool {
    let identity = threadIdentity()
    return state.withLock { $0.identities.contains(identity) }
  }

  /// A thread of that name, for debuggers, which runs a job as soon as its turn is signalled; at the
  /// job's end it is to be given back.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  func lend(name: String, _ job: @escaping @Sendable () -> Void) throws(InprocError) -> PoolThread {
    let known = state.withLock { state -> PoolThread? in
      let same = state.idle.lastIndex { $0.name == name }
      return same.map { state.idle.remove(at: $0) } ?? state.idle.popLast()
    }
    let thread = if let known { known } else { try start(name) }
    thread.assign(name, job)
    return thread
  }

  /// Lends it anew from now on: it will do no more in its job than end.
  func giveBack(_ thread: PoolThread) { state.withLock { $0.idle.append(thread) } }

  private func start(_ name: String) throws(InprocError) -> PoolThread {
    let thread = PoolThread(name: name)
    // A thread that a pinned one starts is pinned with it.
    let pins = isPinned
    try startThread(name: name, stackSize: PoolThread.stackSize) { [weak self] in
      if pins { stayOnThisCore() }
      let identity = threadIdentity()
      self?.state.withLock { _ = $0.identities.insert(identity) }
      thread.work()
      self?.state.withLock { _ = $0.identities.remove(identity) }
    }
    return thread
  }

  /// Runs a body on one of its threads, if the system has one left; else here.
  package func run<Value: Sendable>(name: String, _ body: @escaping @Sendable () -> Value) -> Value
  {
    if runsThisThread { return body() }
    let result = Guarded<Value?>(nil)
    let isDone = Signal()
    do {
      let thread = try lend(name: name) {
        let value = body()
        result.withLock { $0 = value }
        isDone.signal()
      }
      thread.turn.signal()
      _ = isDone.wait()
      giveBack(thread)
    } catch {
      return body()
    }
    return result.withLock { $0 } ?? body()
  }
}

/// One thread of a pool, and the jobs it runs one after the other.
final class PoolThread: Sendable {
  // Blocks nest 100 deep in each of 32 files that source each other; only what is used is taken.
  static let stackSize = 64 << 20

  private struct Job {
    var name: String
    var body: (@Sendable () -> Void)?
  }
  private let job: Guarded<Job>
  /// Signalled when it is to run: its job first, then whatever it waits for there.
  let turn = Signal()

  init(name: String) { job = Guarded(Job(name: name)) }

  var name: String { job.withLock { $0.name } }

  func assign(_ name: String, _ body: @escaping @Sendable () -> Void) {
    job.withLock { $0 = Job(name: name, body: body) }
  }

  func work() {
    var name = ""
    while true {
      _ = turn.wait()
      let next = job.withLock { job in
        defer { job.body = nil }
        return job
      }
      guard let body = next.body else { return }
      if next.name != name {
        name = next.name
        nameThread(name)
      }
      body()
    }
  }
}
