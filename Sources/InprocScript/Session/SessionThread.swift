internal import Inproc
internal import InprocExploration

/// One thread of a session.
///
/// Unchecked because `variables`, `requests`, `file` and `depth` belong to the thread itself; what
/// others see of it is in `status`.
package final class SessionThread: @unchecked Sendable {
  package enum Phase: Sendable { case running, finished, failed }

  struct Status: Sendable {
    var phase = Phase.running
    var isJoined = false
    /// The error that ended it.
    var failure: Failure?
    /// Whether a `join` has reported that error, and its own error was expected or caught.
    var isAcknowledged = false
    var statement: Statement?
    var file = ""
    var parker: (any RunParker)?
    /// Whether it waits as at a prompt, and not in a command.
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

  // What follows belongs to the thread itself.
  var variables: [String: Message]
  /// The request it last received, by the number of the handle it received it on.
  var requests: [Int: Request] = [:]
  var file: String
  /// Which of the things typed at a prompt it runs.
  var entry: Int
  /// How many `source` commands it is inside of.
  var depth: Int
  /// What the blocks and files that it is inside of keep, outermost first.
  var captures: [BlockCapture] = []
  /// The numbers of the handles, and those of the threads less than 0, that its command has named.
  var named: [Int] = []
  /// The shared variables of the session.
  let shared: SharedVariables
  /// The names that its parent hid from it, as variables of blocks.
  let hidden: Set<String>
  /// What its command has read of shared variables.
  var readings = SharedReadings()
  /// What its command is about to write.
  var pendingWrite: (name: String, value: Message)?
  /// What its command has come to so far, where a schedule chooses before the command is over.
  var progress = CommandProgress.none
  /// How many `atomic` blocks it is inside of.
  var atomicDepth = 0
  /// How many calls it is inside of.
  var callDepth = 0
  /// What the innermost call gives back.
  var returned: Message?
  /// How many `try` blocks it is inside of.
  var tryDepth = 0
  /// The groups whose lines are compared, or collected, together; outermost first.
  var groups: [LineGroup] = []
  /// What its receives gave, and its errors, as printed; kept only where an outcome is wanted.
  var results: [String] = []
  /// What `observe` added.
  var observed: [Frame] = []

  init(
    name: String, number: Int, parent: SessionThread?, file: String, shared: SharedVariables,
    limits: RunLimits? = nil
  ) {
    self.shared = shared
    hidden = parent.map { $0.hidden.union($0.captures.flatMap(\.names)) } ?? []
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
  ///
  /// To read a shared one by it is no step.
  var lookup: ThreadVariables {
    ThreadVariables(variables: variables, limits: limits, thread: self, takesReadings: false)
  }

  /// Drops what an ended thread had, except what other threads may ask for.
  func forget() {
    (variables, requests, groups, body) = ([:], [:], [], nil)
    (captures, named) = ([], [])
  }

  /// A hash of all that its next steps depend on, except what other threads can change. It is the
  /// same in every process.
  func place(at range: SourceRange) -> UInt64 {
    var hash = StableHash()
    hash.add(file)
    for number in [range.line, range.column, depth, captures.count] { hash.add(number) }
    for capture in captures { capture.addPlace(to: &hash) }
    hash.add(variables)
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

  /// What it is doing. Without a statement of its own it waits at the end of the file.
  var state: ThreadState {
    let status = status.withLock { $0 }
    switch status.phase {
    case .finished: return .finished
    case .failed: return .failed
    case .running:
      guard status.parker?.isBlocked == true, !status.isPaused else { return .running }
      return .blocked(status.statement?.waitReason ?? .join([]))
    }
  }

  /// For reports: what it does, and where.
  var situation: ThreadSituation {
    let state = state
    let status = status.withLock { $0 }
    return ThreadSituation(
      thread: name, state: state, file: status.file,
      line: status.statement?.range.line, column: status.statement?.range.column,
      command: status.statement?.text)
  }
}
