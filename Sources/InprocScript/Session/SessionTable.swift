internal import Inproc
internal import InprocExploration

// The names of a session: one table for handles and threads.

extension Session {
  func handle(_ name: String) throws(CommandError) -> Handle {
    access(.name(name))
    let entries = table.withLock { $0.entries }
    if case .handle(let handle) = entries[name] { return handle }
    throw unknown(name, .handle, among: entries)
  }

  func thread(_ name: String) throws(CommandError) -> SessionThread {
    access(.name(name))
    let entries = table.withLock { $0.entries }
    if case .thread(let thread) = entries[name] { return thread }
    throw unknown(name, .thread, among: entries)
  }

  /// That no entry of a kind has this name.
  func unknown(
    _ name: String, _ kind: TableEntry.Kind, among entries: [String: TableEntry]
  ) -> CommandError {
    let quoted = Excerpt(name)
    if let other = entries[name]?.kind {
      return CommandError(.unknownName, "\(quoted) is a \(other), not a \(kind)")
    }
    let names = entries.filter { $0.value.kind == kind }.keys.sorted()
    if let near = nearest(name, among: names) {
      return CommandError(.unknownName, "there is no \(kind) \(quoted); did you mean '\(near)'?")
    }
    let all = kind == .mutex ? "mutexes" : "\(kind)s"
    return CommandError(.unknownName, "there is no \(kind) \(quoted); 'list \(all)' shows them all")
  }

  func requireFree(_ name: String) throws(CommandError) {
    access(.name(name))
    if table.withLock({ $0.entries[name] != nil }) { throw nameInUse(name) }
  }

  private func nameInUse(_ name: String) -> CommandError {
    CommandError(
      .nameInUse,
      "the name '\(name)' is taken; close that handle or join that thread first, or choose another")
  }

  /// Makes a handle and enters it under a name, or under the lowest free one with a prefix. If
  /// `make`, which is given the name and the handle's number, throws, the name stays free.
  func add(
    _ name: String?, prefix: String, make: (String, Int) throws(InprocError) -> Handle
  ) throws(CommandError) -> Handle {
    try table.withLock { (table) throws(CommandError) -> Handle in
      let name = try freeName(name, prefix, &table)
      do throws(InprocError) {
        let handle = try make(name, table.handlesMade)
        table.handlesMade += 1
        table.entries[name] = .handle(handle)
        if let id = handle.clientID {
          let isBidirectional = if case .client = handle.end { true } else { false }
          table.clients[id] = ConnectedHandle(name: name, isBidirectional: isBidirectional)
        }
        return handle
      } catch {
        throw CommandError(error)
      }
    }
  }

  private func freeName(
    _ name: String?, _ prefix: String, _ table: inout Table
  ) throws(CommandError) -> String {
    if let name {
      accessName(name)
      if table.entries[name] != nil { throw nameInUse(name) }
      return name
    }
    var number = table.lowestFree[prefix] ?? 1
    while table.entries["\(prefix)\(number)"] != nil { number += 1 }
    table.lowestFree[prefix] = number
    accessName("\(prefix)\(number)")
    return "\(prefix)\(number)"
  }

  // MARK: What a step accesses

  func access(_ resource: @autoclosure () -> Resource, writes: Bool = false) {
    if let tracker, tracker.tracksFootprints { tracker.access(resource(), writes: writes) }
  }

  func accessQueue(_ endpoint: @autoclosure () -> Resource, _ use: QueueUse) {
    if let tracker, tracker.tracksFootprints { tracker.accessQueue(of: endpoint(), use) }
  }

  /// Records an access to a name that is taken or given back. The lowest free default name can
  /// change with it.
  func accessName(_ name: String) {
    access(.name(name), writes: true)
    if let prefix = name.first, "bcst".contains(prefix), name.dropFirst().allSatisfy(\.isNumber) {
      access(.counter(String(prefix)), writes: true)
    }
  }

  func remove(_ name: String) throws(CommandError) -> Handle {
    let handle = try handle(name)
    accessName(name)
    accessQueue(handle.object, .disturbing)
    let isMine = table.withLock { table in
      guard case .handle(let current) = table.entries[name], current === handle else {
        return false
      }
      table.giveBack(name)
      return true
    }
    if !isMine { throw CommandError(.unknownName, "the handle '\(name)' was closed meanwhile") }
    return handle
  }

  // MARK: Threads

  func spawn(
    _ name: String?, _ block: Block, from parent: SessionThread
  ) throws(CommandError) -> SessionThread {
    let thread = try table.withLock { (table) throws(CommandError) -> SessionThread in
      let name = try freeName(name, "t", &table)
      access(.threads)
      access(.thread(name), writes: true)
      guard table.live.count < Session.maximumThreads else {
        throw CommandError(
          .limit,
          "\(Session.maximumThreads) threads are alive; let some end before spawning more")
      }
      let thread = SessionThread(
        name: name, number: table.threadsMade, parent: parent, file: parent.file, shared: shared)
      thread.body = block
      table.entries[name] = .thread(thread)
      table.unjoined[thread.number] = thread
      table.live[thread.number] = thread
      table.threadsMade += 1
      return thread
    }
    observer?.threadStarted(thread)
    do {
      let parker = try scheduler.start(name: thread.name) { [self] parker in
        thread.status.withLock { $0.parker = parker }
        Executor(session: self, thread: thread).runSpawned(block)
      }
      thread.status.withLock { $0.parker = parker }
      return thread
    } catch {
      table.withLock { table in
        table.giveBack(thread.name)
        table.unjoined[thread.number] = nil
        table.live[thread.number] = nil
      }
      if options.endsRunWithoutThreads { endRun(hinderedBy: error.description) }
      throw CommandError(.limit, error.description)
    }
  }

  /// Wakes the threads that may wait for the end of this one.
  func threadEnded(_ thread: SessionThread) {
    access(.threads)
    access(.thread(thread.name), writes: true)
    let joiners = table.withLock { table in
      table.live[thread.number] = nil
      return table.joiners.sorted { $0.key < $1.key }.map(\.value)
    }
    for joiner in joiners { joiner.wake() }
  }

  /// Waits until threads have ended. Returns false where the wait was interrupted.
  func wait(in wait: ConditionWait, as thread: SessionThread) -> Bool {
    guard let parker = thread.status.withLock({ $0.parker }) else { return false }
    // The parker is in the list before the condition is checked, so that no end is missed.
    table.withLock { $0.joiners[thread.number] = parker }
    defer { table.withLock { $0.joiners[thread.number] = nil } }
    if wait.holds { return true }
    registry.noteWait(.blocked(.join))
    while !wait.holds {
      parker.park(in: wait, until: nil)
      if wait.reason != nil {
        registry.noteWait(.woken(.join, .interrupted))
        return false
      }
    }
    registry.noteWait(.woken(.join, .served))
    return true
  }

  /// The threads that a `join` without names waits for.
  func joinable(by thread: SessionThread) -> [SessionThread] {
    table.withLock { $0.threads }.filter { $0.isJoinable(by: thread) }
  }

  /// Whether all of these have ended.
  func allEnded(joinableBy thread: SessionThread) -> Bool {
    table.withLock { $0.live }.values.allSatisfy { !$0.isJoinable(by: thread) || $0.isFinished }
  }

  var allOthersEnded: Bool {
    table.withLock { $0.live }.values.allSatisfy(\.isFinished)
  }

  /// Takes threads off the table. Returns those that had failed, in the order given.
  func join(_ threads: [SessionThread]) -> [(name: String, error: String)] {
    var failed: [(name: String, error: String)] = []
    for thread in threads {
      accessName(thread.name)
      access(.thread(thread.name))
      let failure = thread.status.withLock { status in
        status.isJoined = true
        return status.phase == .failed ? status.failure : nil
      }
      if let failure, case .error(let error) = failure.kind {
        failed.append((thread.name, error.code.rawValue))
      }
      table.withLock { table in
        if case .thread(let current) = table.entries[thread.name], current === thread {
          table.giveBack(thread.name)
        }
        // Of a joined thread only what it observed is kept.
        if table.unjoined.removeValue(forKey: thread.number) != nil {
          if !thread.observed.isEmpty || !thread.results.isEmpty { table.observers.append(thread) }
        }
      }
    }
    return failed
  }

  /// Acknowledges failures: a `join` has reported them, and its error was expected or caught.
  func acknowledge(_ names: [String]) {
    guard !names.isEmpty else { return }
    for (thread, _) in record.withLock({ $0.threadFailures }) where names.contains(thread.name) {
      thread.status.withLock { status in
        if status.isJoined { status.isAcknowledged = true }
      }
    }
  }
}

extension Session.Table {
  /// Frees a name.
  fileprivate mutating func giveBack(_ name: String) {
    entries[name] = nil
    guard let prefix = name.first.map(String.init), let lowest = lowestFree[prefix],
      let number = Int(name.dropFirst()), number < lowest, "\(prefix)\(number)" == name
    else { return }
    lowestFree[prefix] = max(1, number)
  }
}
