internal import Inproc

// Expectations that speak of several commands: of a block, after its `}`; of a line, `a; b`.

extension Executor {
  func run(_ block: Block) throws(Stop) -> Flow { try run(block.statements, isTyped: false) }

  /// Runs statements. The statements of one line are a group if something is expected of them. At a
  /// prompt, each is reported to the session's output before it runs.
  func run(_ statements: [Statement], isTyped: Bool) throws(Stop) -> Flow {
    var index = 0
    while index < statements.count {
      var end = index + 1
      while end < statements.count, statements[end].isJoined { end += 1 }
      let flow = try runLine(statements[index..<end], isTyped: isTyped)
      if flow != .next { return flow }
      index = end
    }
    return .next
  }

  /// The commands of one line.
  private func runLine(_ line: ArraySlice<Statement>, isTyped: Bool) throws(Stop) -> Flow {
    if let first = line.first, first.isTyped { pauseAtPrompt(before: first) }
    let isExpected = line.last.map { !$0.expectations.isEmpty && !$0.isExpectedAlone } ?? false
    let isTakenDown =
      line.count > 1 && line.last?.endsLine == true
      && session.observer?.takenFile == thread.file
    guard isExpected || isTakenDown else {
      for statement in line {
        if isTyped { session.output.begins(statement) }
        let flow = try run(statement)
        if flow != .next { return flow }
      }
      return .next
    }
    return try runGroup(line, isTyped: isTyped)
  }

  private func runGroup(_ members: ArraySlice<Statement>, isTyped: Bool) throws(Stop) -> Flow {
    let isTakenDown = session.observer?.takenFile != nil
    thread.groups.append(LineGroup(members, isTakenDown ? .takenDown : .compared))
    let level = thread.groups.count - 1
    var flow = Flow.next
    var stop: Stop?
    for index in members.indices {
      thread.groups[level].current = index
      if isTyped { session.output.begins(members[index]) }
      do {
        flow = try run(members[index])
      } catch {
        stop = error
        session.observer?.skipped(members[(index + 1)...], thread)
        break
      }
      if flow != .next { break }
    }
    guard var group = thread.groups.popLast() else { return flow }
    var failedThreads: [String] = []
    var ending: CommandError?
    switch stop {
    case .failure(let failure)?:
      // Ctrl-C ends all that was typed, so expectations of it are not compared.
      guard let error = failure.error, !(thread.isMain && session.isLineInterrupted) else {
        throw .failure(failure)
      }
      group.end(with: error)
      ending = error
      failedThreads = failure.failedThreads
    case .runEnded?: throw .runEnded
    case .quit?, nil: break
    }
    guard let last = members.last else { return flow }
    if isTakenDown {
      if session.observer?.take(group, hasFailed: ending != nil, from: thread) == true {
        session.acknowledge(failedThreads)
        if case .quit? = stop { throw .quit }
        return flow
      }
      if last.expectations.isEmpty, let stop { throw stop }
    }
    try compare(group, last.expectations, hasFailed: ending != nil)
    session.acknowledge(failedThreads)
    if case .quit? = stop { throw .quit }
    return flow
  }

  /// Ends the run if a group has given more lines than are expected of it, so that an endless loop
  /// does not run on for nothing.
  func checkGroups() throws(Stop) {
    while let group = thread.groups.last(where: \.isExceeded) {
      // The groups inside of it have not ended, so they are not compared.
      while let inner = thread.groups.popLast(), !inner.isExceeded {}
      try compare(group, group.expectations, hasFailed: false)
    }
  }

  func compare(
    _ group: LineGroup, _ expectations: [Expectation], hasFailed: Bool
  ) throws(Stop) {
    if isMet(expectations, by: group.results) { return }
    if group.shown != group.results, isMet(expectations, by: group.shown) { return }
    let lines = group.compared(with: expectations, hasFailed: hasFailed)
    let actual = lines.map(\.line)
    guard let difference = difference(of: actual, from: expectations) else { return }
    let member = lines.indices.contains(difference.line) ? lines[difference.line].member : nil
    try endRun(group.members[member ?? group.last], difference, expectations, actual)
  }

  private func isMet(_ expectations: [Expectation], by lines: [LineGroup.Line]) -> Bool {
    lines.count == expectations.count
      && difference(of: lines.map(\.line), from: expectations) == nil
  }
}
