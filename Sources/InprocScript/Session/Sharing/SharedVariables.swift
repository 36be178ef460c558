internal import Inproc
internal import InprocExploration
internal import Synchronization

/// The variables that all threads of a session see.
final class SharedVariables: Sendable {
  private struct State {
    var values: [String: Message] = [:]
    /// The threads that wait for a condition, by their number: each write wakes them.
    var awaiting: [Int: any RunParker] = [:]
  }
  private let state = Guarded(State())
  private let isEmptyFlag = Atomic(true)
  /// Keeps other threads out of an `atomic` block where threads run freely.
  let gate = AtomicGate()

  var isEmpty: Bool { isEmptyFlag.load(ordering: .acquiring) }

  /// What one holds; nil if there is none of that name. O(1).
  func value(_ name: String) -> Message? {
    if isEmpty { return nil }
    return gate.withTurn { state.withLock { $0.values[name] } }
  }

  /// All of them.
  var values: [String: Message] { isEmpty ? [:] : state.withLock { $0.values } }

  /// Adds one. Returns false if there is one of that name.
  func declare(_ name: String, _ message: Message) -> Bool {
    let isNew = gate.withTurn {
      state.withLock { state in
        if state.values[name] != nil { return false }
        state.values[name] = message
        return true
      }
    }
    if isNew { isEmptyFlag.store(false, ordering: .releasing) }
    return isNew
  }

  func set(_ name: String, _ message: Message) {
    gate.withTurn { state.withLock { $0.values[name] = message } }
  }

  // MARK: Threads that wait for a condition

  func beginAwaiting(_ thread: Int, _ parker: any RunParker) {
    state.withLock { $0.awaiting[thread] = parker }
  }

  func endAwaiting(_ thread: Int) { state.withLock { $0.awaiting[thread] = nil } }

  func wakeAwaiting() {
    for (_, parker) in state.withLock({ $0.awaiting }).sorted(by: { $0.key < $1.key }) {
      parker.wake()
    }
  }
}

extension SessionThread {
  /// Whether a variable of a block that the thread is inside of hides a shared one of that name.
  func hides(_ name: String) -> Bool {
    hidden.contains(name) || captures.contains { $0.hides(name) }
  }

  /// Whether a shared variable is what that name stands for here.
  func isShared(_ name: String) -> Bool { shared.value(name) != nil && !hides(name) }
}

extension Executor {
  /// Reads the shared variables that a statement names, each in a step of its own, before the command
  /// does anything else.
  func readShared(_ statement: Statement) throws(Stop) {
    thread.readings = SharedReadings()
    guard !thread.shared.isEmpty, !statement.command.readsAtOnce else { return }
    for name in statement.variables where thread.isShared(name) {
      try choose(.variable(name), before: statement)
      session.access(.variable(name))
      if let value = thread.shared.value(name) { thread.readings.add(value, of: name) }
    }
  }

  /// Lets a schedule choose, where the thread is about to access a resource.
  func choose(
    _ resource: @autoclosure () -> Resource, before statement: Statement
  ) throws(Stop) {
    context.choose(resource())
    try checkEnd(statement)
  }
}

extension CommandContext {
  /// Lets a schedule choose, where the thread is about to access a resource; not within `atomic`.
  func choose(_ resource: @autoclosure () -> Resource) {
    guard thread.atomicDepth == 0, let tracker = session.tracker else { return }
    if tracker.wantsLookahead { tracker.noteNextAccesses([resource()]) }
    tracker.choose()
  }

  /// Sets a variable: the shared one of that name, in a step of its own, or else the thread's.
  func set(_ name: String, _ message: Message) {
    guard thread.isShared(name) else {
      thread.variables[name] = message
      return
    }
    // Until it is written, the value is part of what the thread knows.
    thread.pendingWrite = (name, message)
    choose(.variable(name))
    thread.pendingWrite = nil
    if session.scheduler.isAborting { return }
    session.access(.variable(name), writes: true)
    thread.shared.set(name, message)
    session.tracker?.noteChange()
    thread.shared.wakeAwaiting()
    if thread.atomicDepth == 0 { session.checkAlways(after: thread) }
  }
}

/// What a command has read of shared variables before it does anything else.
struct SharedReadings {
  private var values: [String: [Message]] = [:]

  mutating func add(_ value: Message, of name: String) { values[name, default: []].append(value) }

  /// The next reading of a variable; the last one again where the command evaluates it once more.
  mutating func take(_ name: String) -> Message? {
    guard let all = values[name], let first = all.first else { return nil }
    if all.count > 1 { values[name]?.removeFirst() }
    return first
  }

  func add(to hash: inout StableHash) {
    hash.add(values.count)
    for (name, messages) in values.sorted(by: { $0.key < $1.key }) {
      hash.add(name)
      hash.add(messages.count)
      for message in messages { hash.add(message) }
    }
  }
}
