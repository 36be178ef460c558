internal import Inproc
package import InprocExploration

/// Runs jobs of another thread, which waits for each.
package final class JobThread: @unchecked Sendable {
  // Unchecked for `parker`, which is set before the thread is handed out.
  package internal(set) var parker: (any RunParker)?
  private let given = Signal()
  private let done = Signal()
  private let job = Guarded<(@Sendable () -> Void)?>(nil)

  /// Runs a job there, and returns when it is done.
  package func run(_ body: @escaping @Sendable () -> Void) {
    job.withLock { $0 = body }
    given.signal()
    _ = done.wait()
  }

  /// Ends the thread; it is given no job any more.
  package func end() { given.signal() }

  func work() {
    while true {
      _ = given.wait()
      let body = job.withLock { job in
        defer { job = nil }
        return job
      }
      guard let body else { return }
      body()
      done.signal()
    }
  }
}
