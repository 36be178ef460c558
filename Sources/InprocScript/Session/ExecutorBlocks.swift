internal import Inproc

// The statements that hold blocks.

extension Executor {
  func repeatBlock(
    _ statement: Statement, _ count: Quantity<Int>?, _ body: Block
  ) throws(Stop) -> Flow {
    let prepared = attempt { () throws(CommandError) -> (limit: Int?, variable: String?) in
      try checkInterrupt()
      let values = thread.lookup
      let limit = try count.map { (count) throws(CommandError) in try count.integer(values) }
      if let limit, limit < 0 {
        throw CommandError(.invalidValue, "the count \(limit) is negative; use 0 or more")
      }
      return (limit, try statement.nameOption?.name(values))
    }
    guard case .success(let (limit, variable)) = prepared else {
      try conclude(statement, prepared.map { _ in Commands.Output() })
      return .next
    }
    let hidden = variable.map { ($0, thread.variables[$0]) }
    defer { if let hidden { thread.variables[hidden.0] = hidden.1 } }
    thread.rounds.append(0)
    thread.captures.append(BlockCapture(loop: statement, limit: limit, hides: hidden?.1))
    defer {
      thread.rounds.removeLast()
      thread.captures.removeLast()
    }
    var round = 0
    while limit.map({ round < $0 }) ?? true {
      round += 1
      // A loop without an end comes back to where it was.
      if limit != nil { thread.rounds[thread.rounds.count - 1] = round }
      if let variable { thread.variables[variable] = Message(Frame(String(round))) }
      try step(statement)
      if body.statements.isEmpty {
        if case .failure = attempt({ () throws(CommandError) in try checkInterrupt() }) {
          let error = CommandError(.interrupted, "the loop was interrupted")
          try conclude(statement, .failure(error))
          return .next
        }
      }
      if try run(body) == .leaveLoop { break }
    }
    restoreStatus(statement)
    try conclude(statement, .success(Commands.Output()))
    return .next
  }

  func forEach(
    _ statement: Statement, _ variable: Template, _ handle: Template, _ body: Block
  ) throws(Stop) -> Flow {
    let commands = Commands(session: session, thread: thread)
    let prepared = attempt { () throws(CommandError) -> (Handle, String) in
      try checkInterrupt()
      let values = thread.lookup
      let name = try variable.name(values)
      return (try commands.receivingHandle(handle, touches: false), name)
    }
    guard case .success(let (source, name)) = prepared else {
      try conclude(statement, prepared.map { _ in Commands.Output() })
      return .next
    }
    let hidden = thread.variables[name]
    thread.captures.append(
      BlockCapture(loop: statement, receivesAt: source.number, hides: hidden))
    defer {
      thread.variables[name] = hidden
      thread.captures.removeLast()
    }
    var isFirst = true
    while true {
      if !isFirst {
        // The receive of each round is a command of its own to the schedule.
        try step(statement)
        session.scheduler.choose()
        try checkEnd(statement)
        session.observer?.stepBegan(statement, thread, isRound: true)
      }
      isFirst = false
      let received = attempt { () throws(CommandError) -> Message in
        try checkInterrupt()
        return try commands.receive(source, .forever)
      }
      switch received {
      case .success(let message): thread.variables[name] = message
      case .failure(let error) where error.code == .closed:
        try checkEnd(statement)
        try conclude(statement, .success(Commands.Output()))
        return .next
      case .failure(let error):
        try conclude(statement, .failure(error))
        return .next
      }
      if try run(body) == .leaveLoop { break }
      restoreStatus(statement)
    }
    try conclude(statement, .success(Commands.Output()))
    return .next
  }

  func ifBlock(
    _ statement: Statement, _ left: FrameExpression, _ comparison: Comparison,
    _ right: FrameExpression, _ then: Block, _ otherwise: Block?
  ) throws(Stop) -> Flow {
    let holds = attempt { () throws(CommandError) -> Bool in
      try checkInterrupt()
      let values = thread.lookup
      return try comparison.holds(try left.frame(values), try right.frame(values))
    }
    guard case .success(let holds) = holds else {
      try conclude(statement, holds.map { _ in Commands.Output() })
      return .next
    }
    let flow: Flow
    if holds {
      flow = try run(then)
    } else if let otherwise {
      flow = try run(otherwise)
    } else {
      flow = .next
    }
    if flow == .next { try conclude(statement, .success(Commands.Output())) }
    return flow
  }

  func tryBlock(
    _ statement: Statement, _ body: Block, _ variable: Template?, _ handler: Block?
  ) throws(Stop) -> Flow {
    let prepared = attempt { () throws(CommandError) -> String? in
      try checkInterrupt()
      return try variable?.name(thread.lookup)
    }
    guard case .success(let name) = prepared else {
      try conclude(statement, prepared.map { _ in Commands.Output() })
      return .next
    }
    var flow = Flow.next
    do {
      thread.tryDepth += 1
      defer { thread.tryDepth -= 1 }
      flow = try run(body)
    } catch {
      guard case .failure(let failure) = error, case .error(let error) = failure.kind,
        !(thread.isMain && session.isLineInterrupted)
      else {
        // Whatever ended the block, Ctrl-C is what ends the line.
        try checkEnd(statement)
        throw error
      }
      forgive(failure)
      if let handler {
        let hidden = name.map { ($0, thread.variables[$0]) }
        defer { if let hidden { thread.variables[hidden.0] = hidden.1 } }
        if let name { thread.variables[name] = Message(Frame(error.code.rawValue)) }
        thread.captures.append(BlockCapture(hides: hidden?.1))
        defer { thread.captures.removeLast() }
        flow = try run(handler)
      }
    }
    if flow == .next { try conclude(statement, .success(Commands.Output())) }
    return flow
  }

  /// Runs another file here.
  func source(_ statement: Statement, _ path: Template) throws(Stop) -> Flow {
    let loaded = attempt { () throws(CommandError) -> (String, Script) in
      try checkInterrupt()
      guard thread.depth < Session.maximumSourceDepth else {
        throw CommandError(
          .limit,
          "files source each other more than \(Session.maximumSourceDepth) deep; "
            + "does one of them source itself?")
      }
      let name = FileName.text(try path.bytes(thread.lookup))
      return try SourceFile.load(
        name, from: thread.file, within: session.options.root, limits: thread.limits)
    }
    guard case .success(let (file, script)) = loaded else {
      try conclude(statement, loaded.map { _ in Commands.Output() })
      return .next
    }
    let before = thread.file
    thread.file = file
    thread.depth += 1
    // From where is part of where the thread stands.
    thread.rounds.append(statement.range.line << 16 + statement.range.column)
    defer { thread.rounds.removeLast() }
    // What is written down of a `source` are the lines of its file.
    let isNoted = session.observer?.keepsResults == true
    if isNoted { thread.groups.append(LineGroup([statement], .noted)) }
    var lines: [ResultLine] = []
    do {
      defer {
        thread.file = before
        thread.depth -= 1
        if isNoted { lines = thread.groups.popLast()?.results.map(\.line) ?? [] }
      }
      _ = try run(Block(statements: script.statements))
    }
    restoreStatus(statement)
    session.observer?.sourceEnded(statement, thread, lines)
    try compare(statement, lines, .success(Commands.Output()), [])
    return .next
  }

  /// After its block a loop is what the thread is doing again.
  private func restoreStatus(_ statement: Statement) {
    let file = thread.file
    thread.status.withLock { status in
      status.statement = statement
      status.file = file
    }
  }
}
