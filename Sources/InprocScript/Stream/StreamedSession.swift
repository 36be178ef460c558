package import Inproc
internal import InprocExploration

/// A session whose commands come one after the other, as from another program, and whose lines may be
/// expected by what comes later.
///
/// Its `main` does not count as waiting while it has no command: threads that wait then are no
/// deadlock.
package final class StreamedSession: @unchecked Sendable {
  // Unchecked for `pending`, which only the thread that hands the commands in uses.
  private let session: Session
  private let scheduler: FreeScheduler
  private let main: JobThread
  private var pending: PendingLines?
  private var endsAtPrompt = false

  /// How a piece of the text ended.
  package enum Ending: Sendable {
    case goesOn
    /// The run is over: with an error, a deadlock, or `quit`.
    case ended
  }

  /// Starts `main`, which waits for its first command.
  ///
  /// - Parameters:
  ///   - output: where the lines go.
  ///   - options: those of a session that ends with the first failure.
  ///   - file: the name that reports use.
  ///   - onEnd: called once when the run is ended, from any thread.
  /// - Throws: `.invalidValue` if the system has no thread left.
  package init(
    output: any SessionOutput, options: Session.Options, file: String,
    onEnd: @escaping @Sendable () -> Void
  ) throws(InprocError) {
    let free = FreeScheduler()
    free.onAbort = onEnd
    scheduler = free
    session = Session(scheduler: free, output: output, options: options, file: file)
    main = try session.startStreamedMain(free)
  }

  /// Whether a command has run whose lines may still be expected.
  package var hasPending: Bool { pending != nil }

  /// Runs commands. Expectations that follow them are handed in with ``expect(_:)``.
  package func run(_ script: Script) -> Ending {
    if settle() == .ended { return .ended }
    session.show(script.threadErrors)
    let tail = script.statements.lastIndex { !$0.isJoined } ?? 0
    let (statements, session) = (script.statements, session)
    return perform { executor throws(Stop) in
      _ = try executor.run(Array(statements[..<tail]), isTyped: false)
      return try executor.runPending(statements[tail...], session.main)
    }
  }

  /// Runs a piece of a prompt's screen, whose commands and expectations are all there.
  package func runScreen(_ script: Script) -> Ending {
    if settle() == .ended { return .ended }
    endsAtPrompt = script.endsAtPrompt
    session.show(script.threadErrors)
    return perform { executor throws(Stop) in
      _ = try executor.run(script.statements, isTyped: false)
      return nil
    }
  }

  /// Compares the results of the last commands with further expectations.
  package func expect(_ expectations: [Expectation]) -> Ending {
    guard let known = pending else { return .goesOn }
    var extended = known
    extended.expectations += expectations
    let pending = extended
    return perform { executor throws(Stop) in
      try executor.compareSoFar(pending)
      return pending
    }
  }

  /// Nothing more is expected of what was run last: its lines are to be just those expected, and an
  /// error that nobody expected ends the run.
  package func settle() -> Ending {
    guard let pending else { return .goesOn }
    self.pending = nil
    return perform { executor throws(Stop) in
      try executor.settle(pending)
      return nil
    }
  }

  /// The text is over, and this is its last line, for reports: waits for all threads.
  package func finish(line: Int) -> RunResult {
    if settle() == .goesOn {
      if endsAtPrompt { session.leaveWaiting() }
      _ = perform { executor throws(Stop) in
        try executor.joinRemaining(line)
        return nil
      }
    }
    return end()
  }

  /// The result of the run, once all threads have ended.
  package func end() -> RunResult {
    main.end()
    scheduler.waitForAll()
    return session.result
  }

  private func perform(
    _ body: @escaping @Sendable (Executor) throws(Stop) -> PendingLines?
  ) -> Ending {
    let session = session
    let outcome = Guarded<(pending: PendingLines?, ending: Ending)>((nil, .goesOn))
    main.run {
      do throws(Stop) {
        let pending = try body(Executor(session: session, thread: session.main))
        outcome.withLock { $0.pending = pending }
        if pending?.hasQuit == true { session.quit() }
      } catch {
        switch error {
        case .failure(let failure): session.endRun(with: failure)
        case .quit: session.quit()
        case .runEnded: break
        }
        outcome.withLock { $0.ending = .ended }
      }
      session.main.status.withLock { $0.statement = nil }
    }
    let (pending, ending) = outcome.withLock { $0 }
    self.pending = pending
    return session.scheduler.isAborting ? .ended : ending
  }
}

/// The results of the last commands, while expectations of them may still come.
struct PendingLines: Sendable {
  var group: LineGroup
  var expectations: [Expectation]
  var failure: Failure?
  var hasQuit = false
}

extension Executor {
  /// Runs the commands of a line and keeps what they give.
  fileprivate func runPending(
    _ members: ArraySlice<Statement>, _ thread: SessionThread
  ) throws(Stop) -> PendingLines? {
    guard let last = members.last else { return nil }
    thread.groups.append(LineGroup(members, .deferred))
    var hasQuit = false
    var ending: Failure?
    for index in members.indices {
      thread.groups[0].current = index
      do throws(Stop) {
        if try run(members[index]) == .leaveLoop { break }
      } catch {
        switch error {
        case .failure(let failure) where failure.error != nil: ending = failure
        case .quit: hasQuit = true
        default:
          thread.groups = []
          throw error
        }
        break
      }
    }
    guard var group = thread.groups.popLast() else { return nil }
    if let error = ending?.error { group.end(with: error) }
    let pending = PendingLines(
      group: group, expectations: last.expectations, failure: ending, hasQuit: hasQuit)
    if hasQuit, !pending.expectations.isEmpty { try settle(pending) }
    try compareSoFar(pending)
    return pending
  }

  /// Ends the run if the results can't meet the expectations, whatever further expectations come.
  fileprivate func compareSoFar(_ pending: PendingLines) throws(Stop) {
    let expected = pending.expectations
    let holds = [pending.group.results, pending.group.shown].contains { lines in
      lines.count >= expected.count
        && difference(of: lines.prefix(expected.count).map(\.line), from: expected) == nil
    }
    if !holds { try settle(pending) }
  }

  fileprivate func settle(_ pending: PendingLines) throws(Stop) {
    guard !pending.expectations.isEmpty else {
      if let failure = pending.failure { throw .failure(failure) }
      return
    }
    try compare(pending.group, pending.expectations, hasFailed: pending.failure != nil)
    if let failure = pending.failure { acknowledge(failure) }
  }
}
