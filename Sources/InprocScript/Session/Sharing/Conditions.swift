internal import Inproc
internal import InprocExploration

/// The shared variables alone, as `@always` and `@finally` see them.
struct SharedLookup: VariableLookup {
  let shared: SharedVariables
  func message(named name: String) -> Message? { shared.value(name) }
}

extension Session {
  /// Checks what a scenario says holds always, after a thread has written. Where it does not, the run
  /// ends, and no `try` sees it.
  func checkAlways(after thread: SessionThread) {
    guard !always.isEmpty else { return }
    let lookup = SharedLookup(shared: shared)
    for condition in always where condition.variables.allSatisfy({ shared.value($0) != nil }) {
      require(condition, "@always", lookup, thread)
    }
  }

  /// Checks what a scenario says holds at the end of a run that has ended normally.
  func checkFinally(after thread: SessionThread) {
    let lookup = SharedLookup(shared: shared)
    for condition in finally { require(condition, "@finally", lookup, thread) }
  }

  private func require(
    _ condition: Condition, _ directive: String, _ lookup: SharedLookup, _ thread: SessionThread
  ) {
    let error: CommandError
    do throws(CommandError) {
      let evaluation = try condition.evaluated(lookup)
      if evaluation.holds { return }
      error = condition.failure(evaluation)
    } catch let problem {
      error = CommandError(.failed, "\(problem.code.rawValue): \(problem.text)")
    }
    let status = thread.status.withLock { $0 }
    endRun(
      with: Failure(
        kind: .error(CommandError(.failed, "\(directive): \(error.text)")), thread: thread.name,
        file: status.file, range: status.statement?.range ?? condition.range,
        command: status.statement?.text ?? "\(directive) \(condition.text)"))
  }
}

extension CommandContext {
  /// Waits until a condition holds, over variables that are all read in one step.
  ///
  /// - Throws: `would-block`, `timed-out`, `interrupted`, and what evaluating the condition may give.
  func await(_ condition: Condition, _ limit: ResolvedWait) throws(CommandError) {
    let thread = thread
    let shared = Set(condition.variables.filter { thread.isShared($0) })
    if try holds(condition, reading: shared) { return }
    if limit == .now {
      throw CommandError(.wouldBlock, "\(Excerpt(condition.text)) does not hold now")
    }
    guard let parker = thread.status.withLock({ $0.parker }) else { return }
    let deadline = deadline(limit)
    // What it does next depends on what others write, whichever variable that is.
    session.tracker?.disableReduction()
    // In the list before looking again, so that no write is missed.
    thread.shared.beginAwaiting(thread.number, parker)
    defer { thread.shared.endAwaiting(thread.number) }
    let wait = ConditionWait { (try? condition.holds(thread.lookup)) ?? true }
    while try !holds(condition, reading: shared) {
      parker.park(in: wait, until: deadline)
      switch wait.reason {
      case nil: continue
      case .timedOut:
        throw CommandError(
          .timedOut, "\(Excerpt(condition.text)) did not hold within the timeout")
      default:
        throw CommandError(.interrupted, "the wait for \(Excerpt(condition.text)) was interrupted")
      }
    }
  }

  /// Reads all variables of a condition in the present step. Where threads run freely, no other
  /// writes meanwhile.
  private func holds(
    _ condition: Condition, reading shared: Set<String>
  ) throws(CommandError) -> Bool {
    for name in shared.sorted() { session.access(.variable(name)) }
    let lookup = thread.lookup
    thread.shared.gate.enter()
    defer { thread.shared.gate.leave() }
    return try condition.holds(lookup)
  }
}
