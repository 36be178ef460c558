internal import Inproc

/// Threads that outlive a run, all on one core: handing the turn to the next costs a fraction there
/// of what it costs between cores, and starting a thread costs more than many short runs.
package final class ThreadPool: Sendable {
  private let idle = Guarded<[Worker]>([])
  private let isPinned: Bool

  /// A pool without threads.
  ///
  /// - Parameter isPinned: whether they stay on the core where the first one starts.
  package init(isPinned: Bool) { self.isPinned = isPinned }

  deinit {
    for worker in idle.withLock({ $0 }) { worker.end() }
  }

  /// Runs a job on a thread of that name, for debuggers.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  func run(name: String, _ job: @escaping @Sendable () -> Void) throws(InprocError) {
    let worker: Worker
    if let known = idle.withLock({ $0.popLast() }) {
      worker = known
    } else {
      let fresh = Worker()
      // A thread that a pinned one starts is pinned with it.
      let pins = isPinned
      try startThread(name: name, stackSize: Worker.stackSize) {
        if pins { stayOnThisCore() }
        fresh.work()
      }
      worker = fresh
    }
    worker.give(name: name, job) { [weak self] in
      guard let self else { return worker.end() }
      self.idle.withLock { $0.append(worker) }
    }
  }
}

/// One thread of the pool, and the jobs it is given one after the other.
private final class Worker: Sendable {
  // Blocks nest 100 deep in each of 32 files that source each other; only what is used is taken.
  static let stackSize = 64 << 20

  private struct Job {
    var name: String
    var body: @Sendable () -> Void
    var afterwards: @Sendable () -> Void
  }
  private let given = Signal()
  private let job = Guarded<Job?>(nil)

  func give(
    name: String, _ body: @escaping @Sendable () -> Void,
    afterwards: @escaping @Sendable () -> Void
  ) {
    job.withLock { $0 = Job(name: name, body: body, afterwards: afterwards) }
    given.signal()
  }

  /// A signal without a job ends the thread.
  func end() { given.signal() }

  func work() {
    var name = ""
    while true {
      _ = given.wait()
      let next = job.withLock { job in
        defer { job = nil }
        return job
      }
      guard let next else { return }
      if next.name != name {
        name = next.name
        nameThread(name)
      }
      next.body()
      next.afterwards()
    }
  }
}
