internal import Inproc
internal import Synchronization

/// How one file came out.
package struct ScenarioResult: Sendable {
  package enum Verdict: Sendable {
    case passed
    /// A text for the report, its first line with file, line and column.
    case failed(String)
    /// It does not parse, or can't be read: nothing of it ran.
    case unreadable(String)
  }
  package var file: String
  package var title: String?
  package var verdict: Verdict
  /// What the reader should know besides: directives that had no effect.
  package var notes: [String]

  package init(file: String, title: String?, verdict: Verdict, notes: [String] = []) {
    self.file = file
    self.title = title
    self.verdict = verdict
    self.notes = notes
  }
}

/// Runs scenario files, each in a session and registry of its own.
package struct ScenarioRunner: Sendable {
  /// In parallel and real time, instead of deterministically.
  package var isFree = false
  /// A guard for free runs, in real time.
  package var timeout: Duration?

  private let pool: ThreadPool

  /// - Parameter pool: where the threads of replays come from.
  package init(pool: ThreadPool) { self.pool = pool }

  /// Runs a text that parsed.
  package func run(_ script: Script, file: String) -> ScenarioResult {
    var options = Session.Options()
    if let steps = script.directives.steps { options.maximumSteps = steps }
    let scheduler: any SessionScheduler = isFree ? FreeScheduler() : VirtualScheduler(pool: pool)
    let session = Session(
      scheduler: scheduler, output: Silence(), options: options, file: file)
    let guardian = isFree ? timeout.map { Guardian(session, after: $0) } : nil
    let result = session.run(script)
    var verdict = judge(result, script, file)
    if let guardian, guardian.finish(), let timeout {
      verdict = .failed(
        "\(file):1:1: error: the run took longer than --timeout \(timeout); "
          + "see what its threads wait for with a replay without --free")
    }
    return ScenarioResult(
      file: file, title: script.directives.title, verdict: verdict,
      notes: notes(script.directives))
  }

  private func judge(_ result: RunResult, _ script: Script, _ file: String)
    -> ScenarioResult.Verdict
  {
    let report = FailureReport(file: file, lines: script.lines, repeats: !isFree)
    if let failure = result.failure { return .failed(report.text(failure)) }
    if let first = result.threadFailures.first { return .failed(report.text(first)) }
    switch (result.deadlock, script.directives.expectsDeadlock) {
    case (let threads?, false): return .failed(report.text(deadlock: threads))
    case (nil, true): return .failed(report.missingDeadlock())
    default: return .passed
    }
  }

  private func notes(_ directives: Directives) -> [String] {
    var notes: [String] = []
    if directives.explores {
      notes.append("@explore: only the default schedule was run; exploring is still to come")
    }
    if directives.seed != nil {
      notes.append("@seed: only the default schedule was run; seeds are still to come")
    }
    if !directives.outcomes.isEmpty {
      notes.append("outcomes were not graded; grading is still to come")
    }
    if directives.timers == .racing {
      notes.append("@timers racing: has no effect under the default schedule")
    }
    return notes
  }
}

/// Replays compare results and print none.
private struct Silence: SessionOutput {
  func line(_ line: ResultLine, thread: String?) {}
  func text(_ text: String) {}
}

/// Ends a free run that takes too long.
private final class Guardian: Sendable {
  private let isOver = Signal()
  private let hasFired = Atomic(false)
  private let hasEnded = Signal()

  init(_ session: Session, after timeout: Duration) {
    do {
      try startThread(name: "timeout") { [self] in
        if !isOver.wait(until: ContinuousClock.now.adding(timeout)) {
          hasFired.store(true, ordering: .releasing)
          session.scheduler.abort()
        }
        hasEnded.signal()
      }
    } catch {
      hasEnded.signal()
    }
  }

  /// Returns whether the time had run out.
  func finish() -> Bool {
    isOver.signal()
    _ = hasEnded.wait()
    return hasFired.load(ordering: .acquiring)
  }
}
