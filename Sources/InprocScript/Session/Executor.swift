internal import Inproc
internal import InprocExploration

/// Why a thread stops what it is doing.
enum Stop: Error {
  /// An error that nothing has expected or caught so far.
  case failure(Failure)
  /// The run is over for everyone; its reason is recorded.
  case runEnded
  case quit
}

/// Runs the statements of one thread.
struct Executor {
  let session: Session
  let thread: SessionThread

  enum Flow { case next, leaveLoop, leaveCall }

  var context: CommandContext { CommandContext(session: session, thread: thread) }

  // MARK: From beginning to end

  /// Runs `main` of a file. At the end it joins the threads that it has not joined.
  func runToEnd(_ script: Script) {
    let lastLine = script.lines.count
    do {
      _ = try run(Block(statements: script.statements))
      if script.endsAtPrompt { session.leaveWaiting() }
      try joinRemaining(lastLine)
      session.checkFinally(after: thread)
    } catch {
      switch error {
      case .failure(let failure): session.endRun(with: failure)
      case .quit:
        session.checkFinally(after: thread)
        session.quit()
      case .runEnded: break
      }
    }
    session.observer?.threadEnded(thread, nil)
    thread.status.withLock { $0.phase = .finished }
  }

  func runLine(_ script: Script) -> Session.LineEnding {
    do {
      _ = try run(script.statements, isTyped: true)
      return .finished
    } catch {
      guard case .failure(let failure) = error else { return .quit }
      acknowledge(failure)
      return .failed(failure)
    }
  }

  /// Runs a spawned thread.
  func runSpawned(_ block: Block) {
    var ending: Failure?
    do {
      _ = try run(block)
    } catch {
      switch error {
      case .failure(let failed):
        // Only one of these failures is reported, and a file can make any number of them.
        let isOneOfMany = session.record.withLock { $0.threadFailures.count >= 100 }
        let (thread, failure) = (thread, isOneOfMany ? failed : session.withOthers(failed))
        ending = failure
        session.record.withLock { $0.threadFailures.append((thread, failure)) }
        session.output.threadFailed(failure)
      case .quit:
        session.output.threadQuit()
        session.checkFinally(after: thread)
        session.quit()
      case .runEnded: break
      }
    }
    session.observer?.threadEnded(thread, ending?.error)
    thread.status.withLock { status in
      status.phase = ending == nil ? .finished : .failed
      status.failure = ending
      status.statement = nil
    }
    thread.forget()
    session.threadEnded(thread)
  }

  // MARK: Statements

  func run(_ statement: Statement) throws(Stop) -> Flow {
    let file = thread.file
    thread.status.withLock { status in
      status.statement = statement
      status.file = file
    }
    thread.named.removeAll(keepingCapacity: true)
    try step(statement)
    try readShared(statement)
    if statement.isSchedulingPoint, thread.atomicDepth == 0 {
      if let tracker = session.tracker {
        if tracker.wantsLookahead { tracker.noteNextAccesses(accesses(of: statement)) }
        tracker.choose()
      }
    }
    try checkEnd(statement)
    session.observer?.stepBegan(statement, thread, isRound: false)

    return try statement.command.run(statement, in: self)
  }

  /// Runs a command that has no block.
  func perform(_ command: some SimpleCommand, of statement: Statement) throws(Stop) -> Flow {
    let outcome = attempt { () throws(CommandError) in
      try checkInterrupt()
      return try command.perform(statement.options, in: context)
    }
    let endsThread =
      statement.expectations.isEmpty && thread.tryDepth == 0
      && !thread.groups.contains { $0.purpose != .noted }
    if case .failure(let error) = outcome, error.code == .wouldBlock, !endsThread {
      // The expectation is checked before other threads run.
      do {
        try conclude(statement, outcome)
      } catch {
        try yieldToOthers(statement, mayGoOn: true)
        throw error
      }
      try yieldToOthers(statement, mayGoOn: true)
    } else {
      try conclude(statement, outcome)
    }
    if case .success(let output) = outcome {
      if statement.isChange { session.tracker?.noteChange() }
      if output.yields { try yieldToOthers(statement, mayGoOn: false) }
    }
    return .next
  }

  /// Whether a command that leaves its block does so: it does not if the thread was stopped before.
  /// Such a command gives no line, so an expectation of it does not hold.
  func leaves(_ statement: Statement) throws(Stop) -> Bool {
    if case .failure(let error) = attempt({ () throws(CommandError) in try checkInterrupt() }) {
      try conclude(statement, .failure(error))
      return false
    }
    if statement.isExpectedAlone, !statement.expectations.isEmpty {
      try compare(statement, [], .success(CommandOutput()), [])
    }
    return true
  }

  /// Makes the loop the statement that the thread runs, after its block has ended.
  func restoreStatus(_ statement: Statement) {
    let file = thread.file
    thread.status.withLock { status in
      status.statement = statement
      status.file = file
    }
  }

  /// Lets other threads run before a thread that polls. Ends the run if all threads that can run
  /// only poll.
  private func yieldToOthers(_ statement: Statement, mayGoOn: Bool) throws(Stop) {
    // Within 'atomic' no other thread runs.
    guard thread.atomicDepth == 0 else { return }
    let place = thread.place(at: statement.range)
    guard session.tracker?.yield(at: place, mayGoOn: mayGoOn) == true else { return }
    let pollers = session.situations(but: nil as SessionThread?)
      .filter { $0.state == .running }
      .map { "'\($0.thread)' at line \($0.line ?? 0)" }
    throw limitReached(
      at: statement,
      "busy waiting that nothing can end: \(pollers.joined(separator: ", ")) "
        + (pollers.count == 1 ? "looks" : "look")
        + " again and again, and nothing changes; let another thread send or bind what is "
        + "waited for, or wait for it without 'now'")
  }

  /// Counts a step: one command, or one round of a loop.
  func step(_ statement: Statement) throws(Stop) {
    try checkEnd(statement)
    guard session.countStep() else {
      throw limitReached(
        at: statement,
        "the run took more than \(session.options.maximumSteps) steps\(innermostLoop); "
          + "end its loops, or allow more with '@steps N'")
    }
    if session.isLimitCheckDue { try checkLimits(statement) }
  }

  /// A clause that names the loop that the thread is in; empty if it is in none.
  private var innermostLoop: String {
    thread.captures.last { $0.isLoop }.map { ", the last of them in the loop at line \($0.line)" }
      ?? ""
  }

  /// Ends the run if it has exceeded a limit of memory or time.
  func checkLimits(_ statement: Statement) throws(Stop) {
    session.options.limits?.check()
    try endIfLimitIsPassed(statement)
  }

  /// Ends the run if a command has found that it would exceed a limit of memory or time. No `try`
  /// catches that.
  func endIfLimitIsPassed(_ statement: Statement) throws(Stop) {
    guard let limits = session.options.limits, let passed = limits.passed else { return }
    if limits.isStopped {
      session.stopRun()
      throw .runEnded
    }
    throw limitReached(at: statement, passed.text, isOfLimits: true)
  }

  /// Ends the run for everyone.
  private func limitReached(
    at statement: Statement, _ text: String, isOfLimits: Bool = false
  ) -> Stop {
    var failure = failure(statement, .error(CommandError(.limit, text)))
    failure.isOfLimits = isOfLimits
    session.endRun(with: failure)
    return .runEnded
  }

  func checkEnd(_ statement: Statement) throws(Stop) {
    if session.scheduler.isAborting { throw .runEnded }
    if thread.isMain, session.isLineInterrupted {
      _ = thread.status.withLock { $0.parker }?.takeInterrupt()
      throw .failure(failure(statement, .error(.lineInterrupted)))
    }
  }

  func checkInterrupt() throws(CommandError) {
    if thread.status.withLock({ $0.parker })?.takeInterrupt() == true {
      throw CommandError(.interrupted, "this thread was stopped; the command did not run")
    }
  }

  func attempt<Value>(
    _ body: () throws(CommandError) -> Value
  ) -> Result<Value, CommandError> {
    do { return .success(try body()) } catch { return .failure(error) }
  }

  func failure(
    _ statement: Statement, _ kind: Failure.Kind, failedThreads: [String] = []
  ) -> Failure {
    Failure(
      kind: kind, thread: thread.name, file: thread.file, range: statement.range,
      command: statement.text, failedThreads: failedThreads)
  }

  func acknowledge(_ failure: Failure) { session.acknowledge(failure.failedThreads) }

  // MARK: The end

  /// `main` waits for every thread that was not joined.
  func joinRemaining(_ lastLine: Int) throws(Stop) {
    thread.status.withLock { $0.statement = nil }
    let session = session
    // No other thread can see whether `main` has to wait here.
    session.tracker?.endStep()
    let wait = ConditionWait { session.allOthersEnded }
    guard session.wait(in: wait, as: thread) else {
      if session.scheduler.isAborting { throw .runEnded }
      let range = SourceRange(line: max(1, lastLine), column: 1, length: 1)
      let error = CommandError(.interrupted, "the wait for all threads to end was interrupted")
      throw .failure(
        Failure(
          kind: .error(error), thread: thread.name, file: thread.file, range: range,
          command: "join"))
    }
  }
}
