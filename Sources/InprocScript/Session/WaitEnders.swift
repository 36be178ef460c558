internal import Inproc

// Which threads could end a wait, according to the commands that they have not run yet.

extension Session {
  /// Adds to each thread of a deadlock which others could end its wait by commands that they have not
  /// run yet.
  ///
  /// Call it while no thread runs. It considers the text of the scenario: a command in a branch that
  /// will not be taken counts, and one in a file that is not sourced yet does not.
  func addEnders(to situations: [ThreadSituation]) -> [ThreadSituation] {
    let threads = table.withLock { $0.threads }.filter { !$0.isFinished }
    return situations.map { situation in
      guard situation.state.isBlocked,
        let waiting = threads.first(where: { $0.name == situation.thread })
      else { return situation }
      var situation = situation
      situation.wait = wait(of: waiting, among: threads)
      return situation
    }
  }

  private func wait(of waiting: SessionThread, among threads: [SessionThread]) -> WaitDescription? {
    let others = threads.filter { $0 !== waiting }
    guard let statement = waiting.status.withLock({ $0.statement }) else {
      return WaitDescription(verb: "has yet to end", threads: others.map(\.name), isAll: true)
    }
    switch statement.command.role {
    case .joins(let names):
      let named = names.compactMap { try? $0.name(waiting.lookup) }
      let targets =
        named.isEmpty
        ? joinable(by: waiting).map(\.name)
        : named.filter { name in others.contains { $0.name == name } }
      return WaitDescription(
        verb: "has yet to end",
        threads: targets.filter { name in others.contains { $0.name == name } }, isAll: true)
    case .receives(let handle), .drains(let handle):
      return senders(to: [handle], waiting, others)
    case .selects(let handles): return senders(to: handles, waiting, others)
    case .sends(let handle), .replies(let handle):
      let endpoint = endpoint(of: handle, waiting)
      return enders("receives there", others) { role, thread in
        switch role {
        case .receives(let other), .drains(let other):
          self.endpoint(of: other, thread) == endpoint && self.isBind(other, thread)
        case .selects(let others):
          others.contains { self.endpoint(of: $0, thread) == endpoint }
        default: false
        }
      }
    case .connects(let endpoint):
      let name = try? endpoint.text(waiting.lookup)
      return enders("binds it", others) { role, thread in
        guard case .binds(let other) = role else { return false }
        return (try? other.text(thread.lookup)) == name
      }
    case .locks(let name): return holder(of: name, waiting)
    case .waits(let name):
      guard let mutex = mutex(name, waiting) else { return nil }
      // One that was notified waits for the holder.
      if !mutex.isWaiting(waiting) { return holder(of: name, waiting) }
      return enders("notifies it", others) { role, thread in
        guard case .notifies(let other) = role else { return false }
        return self.mutex(other, thread) === mutex
      }
    case .awaits(let condition):
      let names = Set(condition.variables)
      let able = others.filter { thread in
        thread.remaining.contains { $0.writes(anyOf: names) }
      }
      return WaitDescription(
        verb: "writes a variable of it", threads: able.map(\.name), isAll: false)
    case .none, .binds, .sleeps, .notifies: return nil
    }
  }

  private func senders(
    to handles: [Template], _ waiting: SessionThread, _ others: [SessionThread]
  ) -> WaitDescription {
    let endpoints = Set(handles.compactMap { endpoint(of: $0, waiting) })
    return enders("sends there", others) { role, thread in
      switch role {
      case .sends(let handle), .replies(let handle):
        self.endpoint(of: handle, thread).map { endpoints.contains($0) } ?? false
      default: false
      }
    }
  }

  private func mutex(_ name: Template, _ thread: SessionThread) -> SessionMutex? {
    guard let name = try? name.name(thread.lookup),
      case .mutex(let mutex) = table.withLock({ $0.entries[name] })
    else { return nil }
    return mutex
  }

  private func holder(of name: Template, _ waiting: SessionThread) -> WaitDescription? {
    guard let mutex = mutex(name, waiting), let holder = mutex.holder else { return nil }
    return WaitDescription(verb: "holds it", threads: [holder.name], isAll: true)
  }

  private func enders(
    _ verb: String, _ threads: [SessionThread],
    _ isEnder: (WaitRole, SessionThread) -> Bool
  ) -> WaitDescription {
    let able = threads.filter { thread in
      thread.remaining.contains { $0.contains { isEnder($0, thread) } }
    }
    return WaitDescription(verb: verb, threads: able.map(\.name), isAll: false)
  }

  private func entry(_ handle: Template, _ thread: SessionThread) -> Handle? {
    guard let name = try? handle.name(thread.lookup),
      case .handle(let handle) = table.withLock({ $0.entries[name] })
    else { return nil }
    return handle
  }

  private func endpoint(of handle: Template, _ thread: SessionThread) -> String? {
    entry(handle, thread)?.endpoint.name
  }

  /// Whether it receives what is sent to its endpoint.
  private func isBind(_ handle: Template, _ thread: SessionThread) -> Bool {
    entry(handle, thread).map { $0.origin != "connect" } ?? false
  }
}

/// Which threads could end a wait, and how.
package struct WaitDescription: Hashable, Sendable {
  /// What a thread would do to end the wait, after its name: `sends there`.
  package var verb: String
  package var threads: [String]
  /// Whether all of these threads have to do it; else one is enough.
  package var isAll: Bool

  /// A clause for the end of a sentence: `only 'a' sends there`.
  package var text: String {
    let names = threads.map { "'\($0)'" }
    switch names.count {
    case 0: return isAll ? "but all have ended" : "but no thread that is left \(verb)"
    case 1: return isAll ? "\(names[0]) \(verb)" : "only \(names[0]) \(verb)"
    default:
      return names.dropLast().joined(separator: ", ") + (isAll ? " and " : " or ")
        + (names.last ?? "") + (isAll ? " have yet to end" : " \(verb)")
    }
  }
}

extension [ThreadSituation] {
  /// A cycle of threads of which each waits for the next, in words; nil where there is none.
  package var cycle: String? {
    for start in self {
      var path = [start.thread]
      var current = start
      // A wait that any of several threads could end is not part of a cycle.
      while let wait = current.wait, wait.isAll ? !wait.threads.isEmpty : wait.threads.count == 1 {
        guard let name = wait.threads.first(where: { $0 == path[0] }) ?? wait.threads.first else {
          break
        }
        path.append(name)
        if name == path[0] { return path.map { "'\($0)'" }.inACircle }
        guard path.filter({ $0 == name }).count == 1,
          let next = first(where: { $0.thread == name })
        else { break }
        current = next
      }
    }
    return nil
  }
}

extension [String] {
  /// The names as a sentence: `a waits for b, which waits for a`.
  fileprivate var inACircle: String {
    guard count > 1 else { return joined() }
    return self[0] + " waits for " + dropFirst().joined(separator: ", which waits for ")
  }
}

extension SessionThread {
  /// The statements that the thread has not run yet: those after the current one, and the loops around
  /// it, which can run again.
  fileprivate var remaining: [Statement] {
    guard let body else { return [] }
    guard let current = status.withLock({ $0.statement }) else { return [] }
    return body.remaining(after: current) ?? body.statements
  }
}

extension Block {
  /// The statements after the given one; nil where it is not in this block.
  fileprivate func remaining(after current: Statement) -> [Statement]? {
    for (index, statement) in statements.enumerated() {
      let rest = statements[(index + 1)...]
      if statement.range == current.range, statement.text == current.text {
        // A loop that waits for its next round may run its block again.
        return statement.isLoop ? [statement] + rest : Array(rest)
      }
      for block in statement.blocks {
        if let inner = block.remaining(after: current) {
          return statement.isLoop ? [statement] + rest : inner + rest
        }
      }
    }
    return nil
  }
}

extension Statement {
  /// Whether it, or a statement in its blocks, sets one of these variables.
  fileprivate func writes(anyOf names: Set<String>) -> Bool {
    let written = command.writtenVariable?.constantName ?? nameOption?.constantName
    if let written, names.contains(written) { return true }
    return blocks.contains { $0.statements.contains { $0.writes(anyOf: names) } }
  }

  fileprivate var isLoop: Bool { type(of: command).description.body == .loop }

  /// Whether the role of the statement, or of one in its blocks, satisfies a condition.
  fileprivate func contains(_ isSuch: (WaitRole) -> Bool) -> Bool {
    isSuch(command.role) || blocks.contains { $0.statements.contains { $0.contains(isSuch) } }
  }
}
