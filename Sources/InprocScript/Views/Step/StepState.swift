package import Inproc

/// What there is to see where a run has been stopped.
package struct StepState: Sendable {
  package struct Thread: Sendable {
    package var number: Int
    package var name: String
    /// `running`, `blocked`, `finished` or `failed`.
    package var state: String
    /// What it waits for, as `list threads` says it.
    package var waitsFor: String?
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
    /// By number; nil for what concerns none.
    package var thread: Int?
    package var text: String
  }

  /// What has happened so far, oldest first: commands with what they gave, waits, and where the turn
  /// was taken from a thread that could have gone on.
  package var rows: [Row] {
    timeline.moments.compactMap { moment in
      switch moment.what {
      case .switched(_, let reason) where reason != .preempted: return nil
      case .leftOut: return Row(thread: nil, text: moment.words(in: timeline))
      default: return Row(thread: moment.thread, text: moment.words(in: timeline))
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
    let (word, wait) = thread.state
    let status = thread.status.withLock { $0 }
    // One that has not begun has its whole block before it.
    let isFresh = status.statement == nil && word == "running"
    let next = isFresh ? thread.body?.statements.first : status.statement
    let values = thread.lookup
    // The words of `list threads`, with what the variables in them hold.
    let named = status.statement.map { $0.summary(naming: values) }
    self.init(
      number: thread.number, name: thread.name, state: word,
      waitsFor: wait == status.statement?.summary ? named : wait,
      command: status.phase == .running ? next?.text(naming: values) : nil,
      file: status.file.isEmpty ? thread.file : status.file,
      range: status.phase == .running ? next?.range : nil)
  }

  /// A thread where a deadlock has ended the run.
  mutating func take(_ situation: ThreadSituation) {
    state = situation.state
    waitsFor = situation.waitsFor
    command = situation.command
    range = situation.line.map {
      SourceRange(line: $0, column: situation.column ?? 1, length: situation.command?.count ?? 1)
    }
  }
}
