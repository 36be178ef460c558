package import Inproc
internal import InprocExploration
internal import Synchronization

// A session that is typed at a prompt.

extension Session {
  /// Starts `main` of a session that is typed; it runs one line after the other.
  ///
  /// - Throws: `.invalidValue` if the system has no thread left.
  package func startMain(
    _ free: FreeScheduler, onDeadlock: @escaping @Sendable ([ThreadSituation]) -> Void
  ) throws(InprocError) -> JobThread {
    free.onDeadlock = { [unowned self] in onDeadlock(situations(but: nil as SessionThread?)) }
    let serving = try free.startServing(name: "main")
    main.status.withLock { $0.parker = serving.parker }
    return serving
  }

  /// How a typed line ended.
  package enum LineEnding: Sendable {
    case finished
    /// The line failed; its error is printed already.
    case failed(Failure)
    case quit
  }

  /// Runs what was typed, on `main`, after ``expectLine()``. An error ends only this line.
  package func runLine(_ script: Script, file: String, on serving: JobThread) -> LineEnding {
    let ending = Guarded(LineEnding.finished)
    serving.run { [self] in
      let result = runLine(script, file: file)
      ending.withLock { $0 = result }
    }
    return ending.withLock { $0 }
  }

  /// From now on ``interruptLine()`` concerns the line that runs next.
  package func expectLine() {
    lineInterrupted.store(false, ordering: .relaxed)
    _ = main.status.withLock { $0.parker }?.takeInterrupt()
  }

  private func runLine(_ script: Script, file: String) -> LineEnding {
    main.file = file
    observer?.lineBegan(script, self)
    let ending = Executor(session: self, thread: main).runLine(script)
    observer?.lineEnded(ending, self)
    main.status.withLock { $0.statement = nil }
    return ending
  }

  /// Ends the line that `main` runs; other threads go on. Any thread may call it.
  package func interruptLine() {
    lineInterrupted.store(true, ordering: .releasing)
    main.status.withLock { $0.parker }?.interrupt()
  }

  var isLineInterrupted: Bool { lineInterrupted.load(ordering: .acquiring) }
}
