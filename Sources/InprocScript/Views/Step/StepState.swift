package import Inproc
internal import InprocExploration

/// What a stepper shows of a run that it has stopped between two turns, or that has ended.
package struct StepState: Sendable {
  package struct Thread: Sendable {
    package var number: Int
    package var name: String
    /// The names in a wait have the values of their variables.
    package var state: ThreadState
    /// The command that it runs next, or in which it waits.
    package var command: String?
    package var file: String
    /// The place of that command; nil at the end of a block.
    package var range: SourceRange?
    /// Whether the next turn can be given to it.
    package var canRun = false
    /// Whether the next turn falls to it by default.
    package var isDefaultChoice = false
  }

  /// How a run has ended.
  package enum Ending: Sendable {
    case passed
    /// The run ended in the deadlock that the file expects.
    case deadlock
    case failed(Problem)
    /// The run could not come to its end; why not.
    case error(String)
  }

  /// The threads that were not joined, in the order of creation.
  package var threads: [Thread] = []
  package var endpoints: [EndpointStatus] = []
  /// What has happened so far.
  package var timeline = Timeline()
  /// Virtual time since the beginning.
  package var time = Duration.zero
  /// How many turns were given so far.
  package var turns = 0
  /// The choices so far, one wherever there was more than one candidate.
  package var choices: [Int] = []
  /// Whether firing the earliest timer can be chosen.
  package var canFireTimer = false
  /// How the run has ended; nil while it goes on.
  package var ending: Ending?
  /// The outcome of a run that has ended by itself.
  package var outcome: OutcomeSummary?
}

extension StepState {
  /// Something that happened, for the column of its thread.
  package struct Row: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
      case plain
      /// A step gave an error, or an error ended the thread.
      case error
      /// The thread was preempted.
      case `switch`
    }
    /// The number of the thread; nil for a row that concerns none.
    package var thread: Int?
    package var text: String
    package var kind: Kind
  }

  /// What has happened so far, oldest first: steps with their results, waits and preemptions.
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

  /// All threads so far with their numbers, in the order of creation, also those that were joined.
  package var columns: [(thread: Int, name: String)] {
    timeline.threads.enumerated().map { ($0.offset, $0.element.name) }
  }
}

extension StepState.Thread {
  init(_ thread: SessionThread) {
    var state = thread.state
    let status = thread.status.withLock { $0 }
    // A thread that has not begun runs the first command of its block next.
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

  /// Takes over what a deadlock tells of the thread.
  mutating func take(_ situation: ThreadSituation) {
    state = situation.state
    command = situation.command
    range = situation.line.map {
      SourceRange(line: $0, column: situation.column ?? 1, length: situation.command?.count ?? 1)
    }
  }
}
