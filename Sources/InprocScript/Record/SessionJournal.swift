internal import Inproc

/// The entries at a prompt and their results, for `record`.
package final class SessionJournal: SessionObserver {
  /// A statement of the session, by its entry and its place there.
  struct Key: Hashable, Sendable {
    var entry: Int
    var line: Int
    var column: Int

    init(_ entry: Int, _ statement: Statement) {
      self.entry = entry
      line = statement.range.line
      column = statement.range.column
    }
  }

  /// The results of all executions of one statement.
  struct Results: Sendable {
    var lines: [ResultLine]
    /// Whether all executions gave these lines.
    var areSame = true
  }

  /// One or more lines that were typed and run together.
  struct Entry: Sendable {
    var statements: [Statement]
    /// The lines as typed; empty where they have no comments.
    var commentedLines: [String] = []
    /// How long a replay waits before it, so that other threads come as far as they had come.
    var pause: Duration?
    var ending: Ending?
  }
  enum Ending: Sendable {
    case finished
    case failed(Failure)
  }

  struct State: Sendable {
    var entries: [Entry] = []
    var results: [Key: Results] = [:]
    /// The statements that did not run, because one before them ended their line.
    var skipped: Set<Key> = []
    /// Whether other threads may have run since the last pause.
    var needsPause = false
    var timersBefore = 0
    var wasQuiet = true
    var lastEnd: ContinuousClock.Instant?
    /// The first entry that a recording has to write or to write again; nil where there is none.
    var changed: Int?

    mutating func noteChange(of entry: Int) { changed = min(changed ?? entry, entry) }
  }
  let state = Guarded(State())
  /// Called after each begin and end of an entry.
  let listener = Guarded<(@Sendable () -> Void)?>(nil)

  package init() {}

  private func tellListener() { listener.withLock { $0 }?() }

  /// The number of entries.
  package var count: Int { state.withLock { $0.entries.count } }

  package var keepsResults: Bool { true }

  package func lineBegan(_ script: Script, _ session: Session) {
    session.main.entry = begin(script, session)
  }

  /// Adds an entry for a text that is about to run. Returns its number.
  private func begin(_ script: Script, _ session: Session) -> Int {
    let quiet = (session.scheduler as? FreeScheduler)?.quietness
    defer { tellListener() }
    return state.withLock { state in
      var pause: Duration?
      if let end = state.lastEnd {
        // Time makes no difference where no thread waited for the clock, now or since then.
        let needsTime =
          quiet.map { now in
            !now.isQuiet || !state.wasQuiet || now.timers != state.timersBefore
          } ?? true
        if needsTime {
          pause = max(end.duration(to: .now), .milliseconds(1))
        } else if state.needsPause {
          pause = .milliseconds(1)
        }
      }
      state.timersBefore = quiet?.timers ?? 0
      state.wasQuiet = quiet?.isQuiet ?? false
      state.needsPause = false
      state.entries.append(
        Entry(
          statements: script.statements, commentedLines: Self.commented(script.lines),
          pause: pause))
      state.noteChange(of: state.entries.count - 1)
      return state.entries.count - 1
    }
  }

  /// Adds an entry of nothing but comments.
  package func noteComments(_ lines: [String]) {
    let lines = Self.commented(lines)
    guard !lines.isEmpty else { return }
    state.withLock {
      $0.entries.append(Entry(statements: [], commentedLines: lines, ending: .finished))
      $0.noteChange(of: $0.entries.count - 1)
    }
    tellListener()
  }

  private static func commented(_ lines: [String]) -> [String] {
    lines.contains { $0.utf8.contains(UInt8(ascii: "#")) } ? lines : []
  }

  package func lineEnded(_ ending: Session.LineEnding, _ session: Session) {
    let entry = session.main.entry
    let others = session.hasOtherThreads
    state.withLock { state in
      state.lastEnd = .now
      // A spawned thread may have run even where it has ended already.
      let statements = state.entries[entry].statements
      state.needsPause =
        statements.contains(where: \.spawns)
        || others && statements.contains(where: \.canConcernOthers)
      switch ending {
      case .finished, .quit: state.entries[entry].ending = .finished
      case .failed(let failure): state.entries[entry].ending = .failed(failure)
      }
      state.noteChange(of: entry)
    }
    tellListener()
  }

  package func skipped(_ statements: ArraySlice<Statement>, _ thread: SessionThread) {
    guard thread.depth == 0, !statements.isEmpty else { return }
    state.withLock { state in
      for statement in statements { state.skipped.insert(Key(thread.entry, statement)) }
    }
  }

  /// Notes the results of a statement and leaves them to be compared.
  package func take(
    _ lines: [ResultLine], of statement: Statement, from thread: SessionThread
  ) -> Bool {
    if thread.depth == 0 { note(lines, of: statement, thread) }
    return false
  }

  private func note(_ lines: [ResultLine], of statement: Statement, _ thread: SessionThread) {
    let key = Key(thread.entry, statement)
    state.withLock { state in
      if let known = state.results[key] {
        guard known.areSame, known.lines != lines else { return }
        state.results[key]?.areSame = false
      } else {
        state.results[key] = Results(lines: lines)
      }
      state.noteChange(of: key.entry)
    }
  }
}

extension Session {
  /// Whether there are threads besides `main` that have not ended.
  var hasOtherThreads: Bool {
    table.withLock { $0.threads }.contains { !$0.isMain && !$0.isFinished }
  }
}

extension Statement {
  /// Whether other threads may go on because of the statement.
  var canConcernOthers: Bool {
    if !held.traits.concernsOthers { return false }
    return held.traits.runsFile || isSchedulingPoint
      || blocks.contains { $0.statements.contains(where: \.canConcernOthers) }
  }

  /// Whether the statement, or one in its blocks, starts a thread.
  var spawns: Bool {
    command.access == .threadSet || blocks.contains { $0.statements.contains(where: \.spawns) }
  }
}
