internal import Inproc
internal import InprocExploration

/// `record FILE`: the commands that are typed from here on become a scenario.
///
/// The file is written while the session goes on, so that it holds all commands so far, whatever ends
/// the program. At the end it is written again, after a replay has shown which results it can expect.
package struct Recording: Sendable {
  package let path: String
  private let journal: SessionJournal
  private let first: Int
  private let file: RecordingFile
  /// How many of the entries so far belong to the recording.
  package var included: Int { journal.count - first }

  /// What a recording has written.
  package struct Summary: Sendable {
    package var commands: Int
    /// How many commands or results a replay can't repeat.
    package var unrepeatable: Int
    /// Whether a replay of the scenario passed.
    package var passes: Bool
  }

  /// Begins to record. Where the session has handles, threads or variables already, the scenario
  /// includes everything that was typed before, since it would not run without.
  ///
  /// - Throws: `io` if the file exists already or can't be written there.
  package init(to path: String, of session: Session, _ journal: SessionJournal)
    throws(CommandError)
  {
    self.path = path
    self.journal = journal
    let first = session.isFresh ? journal.count : 0
    self.first = first
    let file = try RecordingFile(path, heading: RecordedScenario.heading + "\n", first: first)
    self.file = file
    journal.state.withLock { $0.noteChange(of: first) }
    file.write(journal)
    if let problem = file.takeProblem() {
      file.remove()
      throw problem
    }
    journal.listener.withLock { $0 = { file.write(journal) } }
  }

  /// Why the last write of the file failed; nil if it succeeded, or if the failure was reported
  /// already.
  package func takeProblem() -> CommandError? { file.takeProblem() }

  /// Writes the scenario again, completely or not at all, so that a replay of it passes.
  ///
  /// - Throws: `io` if it can't be written.
  package func finish(_ session: Session) throws(CommandError) -> Summary {
    journal.listener.withLock { $0 = nil }
    let state = journal.state.withLock { $0 }
    var scenario = RecordedScenario(
      entries: state.entries, results: state.results, skipped: state.skipped, first: first,
      failedThreads: session.failedThreads, endsWithQuit: session.hasOtherThreads)
    var weakened = 0
    let deadline = ContinuousClock.now + .seconds(20)
    let runner = ScenarioRunner(pool: ThreadPool(isPinned: true))
    scenario.write()
    var check = runner.check(scenario.text, path)
    while case .fails(let place) = check, ContinuousClock.now < deadline, scenario.weaken(place) {
      weakened += 1
      scenario.write()
      check = runner.check(scenario.text, path)
    }
    let passes = if case .passes = check { true } else { false }
    let warning = passes ? "" : "# When this was recorded, a replay of it did not pass.\n"
    try file.finish(with: Array((warning + scenario.text).utf8))
    let comments = scenario.lines.count { $0.hasPrefix("# interrupted with") }
    return Summary(commands: scenario.written, unrepeatable: weakened + comments, passes: passes)
  }
}

/// The result of a replay of a recorded scenario.
private enum ReplayCheck {
  case passes
  case fails(RecordedScenario.Place)
  /// The replay could not come to its end.
  case unknown
}

extension RecordedScenario {
  /// Where and how a replay failed.
  fileprivate enum Place {
    /// A result is not the expected one.
    case mismatch(line: Int)
    /// A command fails or waits for ever.
    case problem(line: Int, String)
    /// All commands ran, but threads go on.
    case end
  }

  /// Drops an expectation or a command, so that the replay no longer fails there. Returns false where
  /// nothing is left to drop.
  fileprivate mutating func weaken(_ place: Place) -> Bool {
    switch place {
    case .mismatch(let line):
      guard let owner = owner(of: line) else { return false }
      if unstated.insert(owner.own).inserted { return true }
      return dropped.updateValue("a replay gives another result", forKey: owner.top) == nil
    case .problem(let line, let why):
      guard let owner = owner(of: line) else { return false }
      return dropped.updateValue(why, forKey: owner.top) == nil
    case .end:
      if endsWithQuit { return false }
      endsWithQuit = true
      return true
    }
  }

  private func owner(of line: Int) -> (own: Key, top: Key)? {
    owners.indices.contains(line - 1) ? owners[line - 1] : nil
  }
}

extension ScenarioRunner {
  /// Replays a text under the default schedule.
  fileprivate func check(_ text: String, _ file: String) -> ReplayCheck {
    guard let script = try? Parser.parse(Array(text.utf8)),
      let result = perform(script, file, DefaultPolicy()), result.hindrance == nil
    else { return .unknown }
    return place(of: result).map { .fails($0) } ?? .passes
  }

  /// The place where a run has failed; nil where it has not.
  private func place(of result: RunResult) -> RecordedScenario.Place? {
    if let failure = result.failure ?? result.threadFailures.first {
      if case .error(let error) = failure.kind {
        return .problem(
          line: failure.range.line, "a replay gives =! \(error.code.rawValue) here")
      }
      return .mismatch(line: failure.range.line)
    }
    guard let threads = result.deadlock else { return nil }
    guard let main = threads.first(where: { $0.thread == "main" }), let line = main.line else {
      return .end
    }
    return .problem(line: line, "in a replay this waits for ever")
  }
}

extension Session {
  /// Whether there is nothing yet that a command could refer to.
  fileprivate var isFresh: Bool {
    table.withLock { $0.entries.count <= 1 } && main.variables.isEmpty
  }

  /// The threads that ended with an error and were not joined.
  fileprivate var failedThreads: [String] {
    table.withLock { $0.threads }
      .filter { !$0.isMain && $0.status.withLock { $0.phase == .failed && !$0.isJoined } }
      .map(\.name)
  }
}
