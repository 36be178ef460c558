internal import Inproc

/// One thread of a session.
///
/// Unchecked because `variables`, `requests`, `file` and `depth` belong to the thread itself; what
/// others see of it is in `status`.
package final class SessionThread: @unchecked Sendable {
  package enum Phase: String, Sendable { case running, finished, failed }

  struct Status: Sendable {
    var phase = Phase.running
    var isJoined = false
    /// The error that ended it.
    var failure: Failure?
    /// A `join` told of that error, and expected or caught it.
    var isForgiven = false
    var statement: Statement?
    var file = ""
    var parker: (any SessionParker)?
    /// It waits as at a prompt, with no command of its own.
    var isPaused = false
  }

  package let name: String
  let parent: SessionThread?
  /// Its place in the order of creation.
  let number: Int
  let status: Guarded<Status>

  /// What it runs; set before it begins.
  var body: Block?

  /// What the run may take.
  let limits: RunLimits?

  // Of the thread itself.
  var variables: [String: Message]
  /// The request it last received, by the number of the handle it received it on.
  var requests: [Int: Request] = [:]
  var file: String
  /// Which of the things typed at a prompt it runs.
  var entry: Int
  /// How many `source` commands it is inside of.
  var depth: Int
  /// The rounds of the `repeat N` that it is inside of, outermost first; 0 for one without N.
  /// Among them, the places of the `source` commands that it is inside of.
  var rounds: [Int] = []
  /// How many `try` blocks it is inside of.
  var tryDepth = 0
  /// What gives lines that are compared, or taken down, together; outermost first.
  var groups: [LineGroup] = []
  /// What its receives gave, and its errors, as printed; kept only where an outcome is wanted.
  var results: [String] = []
  /// What `observe` added.
  var observed: [Frame] = []

  init(
    name: String, number: Int, parent: SessionThread?, file: String, limits: RunLimits? = nil
  ) {
    self.name = name
    self.limits = parent?.limits ?? limits
    self.number = number
    self.parent = parent
    self.file = parent?.file ?? file
    variables = parent?.variables ?? [:]
    depth = parent?.depth ?? 0
    entry = parent?.entry ?? 0
    status = Guarded(Status())
  }

  /// Its variables, as expressions see them.
  var lookup: ThreadVariables { ThreadVariables(variables: variables, limits: limits) }

  /// It has ended: of what it had, only what others may ask for stays.
  func forget() {
    (variables, requests, rounds, groups, body) = ([:], [:], [], [], nil)
  }

  /// A hash of all that its next steps depend on, what other threads can change apart. The same in
  /// every process.
  func place(at range: SourceRange) -> UInt64 {
    var hash = StableHash()
    hash.add(file)
    for number in [range.line, range.column, depth, rounds.count] { hash.add(number) }
    for round in rounds { hash.add(round) }
    // Their order in the dictionary is another in each process; a sum does not depend on it.
    var sum: UInt64 = 0
    for (name, message) in variables {
      var variable = StableHash()
      variable.add(name)
      variable.add(message.count)
      for frame in message { variable.add(frame) }
      sum &+= mix64(variable.value)
    }
    hash.add(Int(truncatingIfNeeded: sum))
    for group in groups where group.purpose != .noted {
      hash.add(group.shown.count)
      for shown in group.shown {
        hash.add(shown.member)
        hash.add(shown.line)
      }
    }
    return hash.value
  }

  var isFinished: Bool { status.withLock { $0.phase != .running } }
  var isMain: Bool { parent == nil }

  /// Whether it is that thread, or was started by one that descends from it.
  func descends(from ancestor: SessionThread) -> Bool {
    var thread: SessionThread? = self
    while let current = thread {
      if current === ancestor { return true }
      thread = current.parent
    }
    return false
  }

  /// Whether a `join` without names waits for it there.
  func isJoinable(by thread: SessionThread) -> Bool {
    !thread.descends(from: self) && !status.withLock { $0.isJoined }
  }

  /// As `list threads` tells it: `running`, or `blocked` and what it waits for, ….
  var state: (word: String, wait: String?) {
    let status = status.withLock { $0 }
    guard status.phase == .running else { return (status.phase.rawValue, nil) }
    guard status.parker?.isBlocked == true, !status.isPaused else { return ("running", nil) }
    return ("blocked", status.statement?.summary ?? "join")
  }

  /// For reports: what it does, and where.
  var situation: ThreadSituation {
    let (word, wait) = state
    let status = status.withLock { $0 }
    return ThreadSituation(
      thread: name, state: word, waitsFor: wait, file: status.file,
      line: status.statement?.range.line, column: status.statement?.range.column,
      command: status.statement?.text)
  }
}

/// What a thread was doing when something went wrong.
package struct ThreadSituation: Hashable, Sendable {
  package var thread: String
  /// `running`, `blocked`, `finished` or `failed`.
  package var state: String
  package var waitsFor: String?
  package var file: String
  package var line: Int?
  package var column: Int?
  package var command: String?
  /// Who could end its wait; known only where a run is recorded.
  package var wait: WaitDescription?

  private var shownFile: String { FileName.shown(file) }

  package var description: String {
    switch (state, command, line) {
    case ("blocked", let command?, let line?):
      "\(thread) is blocked at \(shownFile):\(line) in '\(command)': waits for "
        + Self.waitReason(waitsFor ?? command) + (wait.map { "; \($0.text)" } ?? "")
    case ("blocked", _, _):
      "\(thread) is blocked at the end of \(shownFile): waits for all threads to end"
        + (wait.map { "; \($0.text)" } ?? "")
    case ("running", let command?, let line?):
      "\(thread) can run; last at \(shownFile):\(line) in '\(command)'"
    default: "\(thread) is \(state)"
    }
  }

  /// What a wait as `list threads` shows it is for: `a message at inbox`.
  static func waitReason(_ wait: String) -> String {
    let words = wait.split(separator: " ").map(String.init)
    let object = words.dropFirst().joined(separator: " ")
    switch words.first {
    case "recv": return "a message at \(object)"
    case "send": return "room or a receiver at the other end of \(object)"
    case "select": return "a message at one of \(object)"
    case "join": return object.isEmpty ? "all threads to end" : "the end of \(object)"
    case "connect": return "\(object) to be bound"
    case "sleep": return "\(object) to pass"
    default: return object
    }
  }
}

/// An error or mismatch, and where it happened.
package struct Failure: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// An error that was neither expected nor caught.
    case error(CommandError)
    /// The lines that came are not those expected. The index is that of the first line that differs.
    case mismatch(expected: [Expectation], actual: [ResultLine], line: Int)
    /// An expectation that could not be evaluated.
    case badExpectation(Expectation, CommandError)
  }
  package var kind: Kind
  package var thread: String
  package var file: String
  package var range: SourceRange
  package var command: String
  /// What the other threads were doing, as far as it is told.
  package var others: [ThreadSituation] = []
  /// How many further threads there were.
  package var othersLeftOut = 0
  /// Where a line is not what was expected: which field.
  package var difference: Expectation.Mismatch?
  /// It tells that the run took longer than `--timeout`, or more than `--memory`.
  package var isOfLimits = false
  /// Threads whose failure this error tells of: forgiven where it is expected or caught.
  package var failedThreads: [String] = []

  /// The error, where it is one.
  var error: CommandError? { if case .error(let error) = kind { error } else { nil } }
}
