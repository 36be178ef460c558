internal import Inproc
internal import Synchronization

/// The limits of one run: memory and real time. Code that takes long or allocates much checks them.
/// Once a limit is passed it stays so, and the run ends with `limit`.
package final class RunLimits: Sendable {
  private let memory: MemoryLimit?
  private let timeout: Duration?
  private let deadline: ContinuousClock.Instant?
  private let isOver: (@Sendable () -> Bool)?
  private let wasStopped = Atomic(false)
  private let hasPassed = Atomic(false)
  private let problem = Guarded<CommandError?>(nil)
  /// How many bytes were made since the last check.
  private let made = Atomic<Int>(0)
  private let mostBetweenChecks: Int

  /// - Parameters:
  ///   - memory: what the process may hold; nil for as much as there is.
  ///   - timeout: the most real time from now on; nil for as much as it takes.
  ///   - isOver: whether the search or replay was stopped, whatever the run itself has taken.
  package init(
    memory: MemoryLimit? = nil, timeout: Duration? = nil, isOver: (@Sendable () -> Bool)? = nil
  ) {
    self.isOver = isOver
    self.memory = memory
    self.timeout = timeout
    deadline = timeout.flatMap { .now.adding($0) }
    mostBetweenChecks = min(4 << 20, max(1 << 16, (memory?.bytes ?? .max) / 64))
  }

  /// A mask for the number of steps: the clock is asked more often than the system, which takes longer.
  var stepsBetweenChecks: Int { deadline == nil ? 255 : 15 }

  /// The limit that was passed, if any.
  package var passed: CommandError? {
    hasPassed.load(ordering: .acquiring) ? problem.withLock { $0 } : nil
  }

  /// Whether the run ends because the search or replay was stopped: that is no failure of the run.
  var isStopped: Bool { passed != nil && wasStopped.load(ordering: .relaxed) }

  /// Whether so much was allocated since the last check that another is due.
  var isCheckDue: Bool { made.load(ordering: .relaxed) >= mostBetweenChecks }

  /// Checks the clock and what the process holds.
  ///
  /// - Parameter more: bytes that are about to be made.
  /// - Returns: what was passed, if anything.
  @discardableResult
  package func check(adding more: Int = 0) -> CommandError? {
    if let passed { return passed }
    made.store(0, ordering: .relaxed)
    if let isOver, isOver() {
      wasStopped.store(true, ordering: .relaxed)
      pass("the search or replay was stopped")
    }
    if let deadline, ContinuousClock.now >= deadline { passTime() }
    if let memory, memory.isExceeded(adding: more) {
      pass(
        "this would make the process hold more than --memory \(memory.text), which everything that "
          + "runs at the same time shares; keep less, or allow more")
    }
    return passed
  }

  /// The error where the time is over.
  func passTime() {
    guard let timeout else { return }
    pass(
      "the run took longer than --timeout \(timeout.inWords); end its loops and waits, or allow more"
    )
  }

  private func pass(_ text: String) {
    problem.withLock { if $0 == nil { $0 = CommandError(.limit, text) } }
    hasPassed.store(true, ordering: .releasing)
  }

  // A step makes some hundred bytes whatever it does; those are seen when steps are counted.
  private static let leastCounted = 4_096

  /// So many bytes are about to be made.
  ///
  /// - Throws: `limit` where they must not be.
  func reserve(_ bytes: Int) throws(CommandError) {
    guard bytes >= Self.leastCounted else { return }
    made.wrappingAdd(bytes, ordering: .relaxed)
    if isCheckDue, let passed = check(adding: bytes) { throw passed }
  }

  /// So many bytes are about to be made. Returns what that would pass, if anything.
  func reserving(_ bytes: Int) -> CommandError? {
    do throws(CommandError) {
      try reserve(bytes)
      return nil
    } catch {
      return error
    }
  }

  /// So many bytes were made.
  func note(_ bytes: Int) {
    if bytes >= Self.leastCounted { made.wrappingAdd(bytes, ordering: .relaxed) }
  }
}
