package import Inproc

/// What there is to see where a run has been stopped.
package struct StepState: Sendable {
  package struct Thread: Sendable {
    package var number: Int
    package var name: String
    /// A wait with what the variables in its names hold.
    package var state: ThreadState
    /// The command it does next, or waits in.
    package var command: String?
    package var file: String
    /// Where that stands; nil at the end of a block.
    package var range: SourceRange?
    /// Whether it can be chosen now.
    package var canRun = false
    /// Whether it goes on where nobody chooses another.
    package var isUsual = false
  }

  /// How a run has ended.
  package enum Ending: Sendable {
    case passed
    /// In the deadlock that the file expects.
    case deadlock
    case failed(Problem)
    /// It could not be run to its end; why.
    case error(String)
  }

  /// In order of creation.
  package var threads: [Thread] = []
  package var endpoints: [EndpointStatus] = []
  /// What has happened so far.
  package var timeline = Timeline()
  /// Virtual time since the beginning.
  package var time = Duration.zero
  /// How many turns were given.
  package var moment = 0
  /// What was chosen wherever there was a choice.
  package var choices: [Int] = []
  /// Whether firing the earliest timer can be chosen.
  package var canFireTimer = false
  /// Nil while it goes on.
  package var ending: Ending?
  /// What the run came to and how that is graded, once it has ended by itself.
  package var outcome: OutcomeSummary?
}

extension StepState {
  /// One thing that happened, in the column of its thread.
  package struct Row: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case plain
      /// An error came of it.
      case error
      /// The turn was taken from a thread that could have gone on.
      case `switch`
    }
    /// By number; nil for what concerns none.
    package var thread: Int?
    package var text: String
    package var kind: Kind
  }

  /// What has happened so far, oldest first: commands with what they gave, waits, and where the turn
  /// was taken from a thread that could have gone on.
  package var rows: [Row] {
    timeline.rows.compactMap { row in
      let text = row.words(in: timeline)
      switch row.what {
      case .switched(_, let reason):
        return reason == .preempted ? Row(thread: row.thread, text: text, kind: .switch) : nil
      case .leftOut: return Row(thread: nil, text: text, kind: .plain)
      case .step(_, let lines, _, _):
        let hasFailed = lines.contains { $0.error != nil }
        return Row(thread: row.thread, text: text, kind: hasFailed ? .error : .plain)
      case .failed: return Row(thread: row.thread, text: text, kind: .error)
      case .waits, .timer: return Row(thread: row.thread, text: text, kind: .plain)
      }
    }
  }

  /// Who takes part so far, by number in the order of creation: those that were joined, too.
  package var columns: [(thread: Int, name: String)] {
    timeline.threads.enumerated().map { ($0.offset, $0.element.name) }
  }
}

extension StepState.Thread {
  init(_ thread: SessionThread) {
    var state = thread.state
    let status = thread.status.withLock { $0 }
    // One that has not begun has its whole block before it.
    let isFresh = status.statement == nil && state == .running
    let next = isFresh ? thread.body?.statements.first : status.statement
    let values = thread.lookup
    if let reason = state.waitReason, let statement = status.statement,
      reason == statement.waitReason
    {
      state = .blocked(statement.waitReason(naming: values))
    }
    self.init(
      number: thread.number, name: thread.name, state: state,
      command: status.phase == .running ? next?.text(naming: values) : nil,
      file: status.file.isEmpty ? thread.file : status.file,
      range: status.phase == .running ? next?.range : nil)
  }

  /// A thread where a deadlock has ended the run.
  mutating func take(_ situation: ThreadSituation) {
    state = situation.state
    command = situation.command
    range = situation.line.map {
      SourceRange(line: $0, column: situation.column ?? 1, length: situation.command?.count ?? 1)
    }
  }
}
