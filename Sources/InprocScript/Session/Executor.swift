internal import Inproc

/// Why a thread stops what it is doing.
enum Stop: Error {
  /// An error that nothing has expected or caught so far.
  case failure(Failure)
  /// The run is over for everyone; its reason is recorded.
  case runEnded
  case quit
}

/// Runs the statements of one thread.
struct Executor {
  let session: Session
  let thread: SessionThread

  enum Flow { case next, leaveLoop }

  // MARK: From beginning to end

  /// `main` of a file: at the end it joins what it has not joined.
  func runToEnd(_ script: Script) {
    let lastLine = script.lines.count
    do {
      _ = try run(Block(statements: script.statements))
      try joinRemaining(lastLine)
    } catch {
      switch error {
      case .failure(let failure): session.endRun(with: failure)
      case .quit: session.quit()
      case .runEnded: break
      }
    }
    thread.status.withLock { $0.phase = .finished }
  }

  func runLine(_ script: Script) -> Session.LineEnding {
    do {
      _ = try run(Block(statements: script.statements))
      return .finished
    } catch {
      guard case .failure(let failure) = error else { return .quit }
      forgive(failure)
      return .failed(failure)
    }
  }

  /// A spawned thread.
  func runSpawned(_ block: Block) {
    var ending: Failure?
    do {
      _ = try run(block)
    } catch {
      switch error {
      case .failure(var failure):
        failure.others = session.situations(but: thread)
        ending = failure
        let (thread, failure) = (thread, failure)
        session.record.withLock { $0.threadFailures.append((thread, failure)) }
        session.output.threadFailed(failure)
      case .quit:
        session.output.threadQuit()
        session.quit()
      case .runEnded: break
      }
    }
    thread.status.withLock { status in
      status.phase = ending == nil ? .finished : .failed
      status.failure = ending
      status.statement = nil
    }
    session.threadEnded(thread)
  }

  // MARK: Statements

  func run(_ block: Block) throws(Stop) -> Flow {
    for statement in block.statements where try run(statement) == .leaveLoop {
      return .leaveLoop
    }
    return .next
  }

  private func run(_ statement: Statement) throws(Stop) -> Flow {
    let file = thread.file
    thread.status.withLock { status in
      status.statement = statement
      status.file = file
    }
    try step(statement)
    if statement.isChoice { session.scheduler.choose() }
    try checkEnd(statement)

    switch statement.command {
    case .break, .quit:
      if case .failure(let error) = attempt({ () throws(CommandError) in try checkInterrupt() }) {
        try conclude(statement, .failure(error))
        return .next
      }
      if statement.command == .quit { throw .quit }
      return .leaveLoop
    case .source(let path): return try source(statement, path)
    case .repeat(let count, let body): return try repeatBlock(statement, count, body)
    case .for(let variable, let handle, let body):
      return try forEach(statement, variable, handle, body)
    case .if(let left, let comparison, let right, let then, let otherwise):
      return try ifBlock(statement, left, comparison, right, then, otherwise)
    case .try(let body, let variable, let handler):
      return try tryBlock(statement, body, variable, handler)
    default:
      let outcome = attempt { () throws(CommandError) in
        try checkInterrupt()
        return try Commands(session: session, thread: thread).perform(statement)
      }
      let endsThread = statement.expectations.isEmpty && thread.tryDepth == 0
      if case .failure(let error) = outcome, error.code == .wouldBlock, !endsThread {
        // The expectation is checked first, then the others go.
        defer { session.scheduler.yield() }
        try conclude(statement, outcome)
      } else {
        try conclude(statement, outcome)
      }
      if case .success(let output) = outcome, output.yields { session.scheduler.yield() }
      return .next
    }
  }

  /// One command or one round of a loop.
  private func step(_ statement: Statement) throws(Stop) {
    try checkEnd(statement)
    guard session.countStep() else {
      session.endRun(
        with: failure(
          statement,
          .error(
            CommandError(
              .limit,
              "the run took more than \(session.options.maximumSteps) steps; "
                + "end its loops, or allow more with '@steps N'"))))
      throw .runEnded
    }
  }

  private func checkEnd(_ statement: Statement) throws(Stop) {
    if session.scheduler.isAborting { throw .runEnded }
    if thread.isMain, session.isLineInterrupted {
      _ = thread.status.withLock { $0.parker }?.takeInterrupt()
      let error = CommandError(.interrupted, "the line was interrupted; threads go on")
      throw .failure(failure(statement, .error(error)))
    }
  }

  private func checkInterrupt() throws(CommandError) {
    if thread.status.withLock({ $0.parker })?.takeInterrupt() == true {
      throw CommandError(.interrupted, "this thread was stopped; the command did not run")
    }
  }

  private func attempt<Value>(
    _ body: () throws(CommandError) -> Value
  ) -> Result<Value, CommandError> {
    do { return .success(try body()) } catch { return .failure(error) }
  }

  // MARK: Results and expectations

  /// Prints what a command gave and compares it with what the text expects.
  private func conclude(
    _ statement: Statement, _ outcome: Result<Commands.Output, CommandError>
  ) throws(Stop) {
    let lines: [ResultLine]
    var failedThreads: [String] = []
    switch outcome {
    case .success(let output):
      lines = output.lines
    case .failure(let error):
      // A wait that the end of the run has ended is no error of the text.
      try checkEnd(statement)
      lines = [.error(error)]
      failedThreads = error.failedThreads
    }
    printLines(lines, of: statement)
    try compare(statement, lines, outcome, failedThreads)
  }

  private func compare(
    _ statement: Statement, _ lines: [ResultLine],
    _ outcome: Result<Commands.Output, CommandError>, _ failedThreads: [String]
  ) throws(Stop) {
    guard !statement.expectations.isEmpty else {
      if case .failure(let error) = outcome {
        throw .failure(failure(statement, .error(error), failedThreads: failedThreads))
      }
      return
    }
    let lookup = ThreadVariables(variables: thread.variables)
    for index in 0..<max(lines.count, statement.expectations.count) {
      guard index < lines.count, index < statement.expectations.count else {
        return try endRun(
          statement, .mismatch(expected: statement.expectations, actual: lines, line: index))
      }
      let expectation = statement.expectations[index]
      let matches = attempt { () throws(CommandError) in
        try expectation.matches(lines[index], variables: lookup)
      }
      switch matches {
      case .success(true): continue
      case .success(false):
        try endRun(
          statement, .mismatch(expected: statement.expectations, actual: lines, line: index))
      case .failure(let error):
        try endRun(statement, .badExpectation(expectation, error))
      }
    }
    session.forgive(failedThreads)
  }

  /// A mismatch is nobody's to catch: it ends the run, or at the prompt the line.
  private func endRun(_ statement: Statement, _ kind: Failure.Kind) throws(Stop) {
    let failure = failure(statement, kind)
    if session.options.endsRunOnFailure {
      session.endRun(with: failure)
      throw .runEnded
    }
    throw .failure(failure)
  }

  private func printLines(_ lines: [ResultLine], of statement: Statement) {
    if session.options.recordsResults {
      for line in lines where statement.isReceive || line.isError {
        thread.results.append(line.printed)
      }
    }
    if !thread.sourcedLines.isEmpty {
      let results = lines.filter { if case .error = $0 { false } else { true } }
      for level in thread.sourcedLines.indices {
        thread.sourcedLines[level].append(contentsOf: results)
      }
    }
    for line in lines { session.output.line(line, thread: thread.isMain ? nil : thread.name) }
  }

  private func failure(
    _ statement: Statement, _ kind: Failure.Kind, failedThreads: [String] = []
  ) -> Failure {
    Failure(
      kind: kind, thread: thread.name, file: thread.file, range: statement.range,
      command: statement.text, failedThreads: failedThreads)
  }

  private func forgive(_ failure: Failure) { session.forgive(failure.failedThreads) }

  // MARK: Blocks

  private func repeatBlock(
    _ statement: Statement, _ count: Quantity<Int>?, _ body: Block
  ) throws(Stop) -> Flow {
    let prepared = attempt { () throws(CommandError) -> (limit: Int?, variable: String?) in
      try checkInterrupt()
      let values = ThreadVariables(variables: thread.variables)
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
    var round = 0
    while limit.map({ round < $0 }) ?? true {
      round += 1
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

  private func forEach(
    _ statement: Statement, _ variable: Template, _ handle: Template, _ body: Block
  ) throws(Stop) -> Flow {
    let commands = Commands(session: session, thread: thread)
    let prepared = attempt { () throws(CommandError) -> (Handle, String) in
      try checkInterrupt()
      let values = ThreadVariables(variables: thread.variables)
      let name = try variable.name(values)
      return (try commands.receivingHandle(handle), name)
    }
    guard case .success(let (source, name)) = prepared else {
      try conclude(statement, prepared.map { _ in Commands.Output() })
      return .next
    }
    let hidden = thread.variables[name]
    defer { thread.variables[name] = hidden }
    var isFirst = true
    while true {
      if !isFirst {
        // The receive of each round is a command of its own to the schedule.
        try step(statement)
        session.scheduler.choose()
        try checkEnd(statement)
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

  private func ifBlock(
    _ statement: Statement, _ left: FrameExpression, _ comparison: Comparison,
    _ right: FrameExpression, _ then: Block, _ otherwise: Block?
  ) throws(Stop) -> Flow {
    let holds = attempt { () throws(CommandError) -> Bool in
      try checkInterrupt()
      let values = ThreadVariables(variables: thread.variables)
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

  private func tryBlock(
    _ statement: Statement, _ body: Block, _ variable: Template?, _ handler: Block?
  ) throws(Stop) -> Flow {
    let prepared = attempt { () throws(CommandError) -> String? in
      try checkInterrupt()
      return try variable?.name(ThreadVariables(variables: thread.variables))
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
        flow = try run(handler)
      }
    }
    if flow == .next { try conclude(statement, .success(Commands.Output())) }
    return flow
  }

  /// Runs another file here. Expectations after it are for all its result lines in this thread, and
  /// for the error that ended it.
  private func source(_ statement: Statement, _ path: Template) throws(Stop) -> Flow {
    let loaded = attempt { () throws(CommandError) -> (String, Script) in
      try checkInterrupt()
      guard thread.depth < Session.maximumSourceDepth else {
        throw CommandError(
          .limit,
          "files source each other more than \(Session.maximumSourceDepth) deep; "
            + "does one of them source itself?")
      }
      let words = try path.text(ThreadVariables(variables: thread.variables))
      return try SourceFile.load(words, from: thread.file)
    }
    guard case .success(let (file, script)) = loaded else {
      try conclude(statement, loaded.map { _ in Commands.Output() })
      return .next
    }
    let before = thread.file
    thread.file = file
    thread.depth += 1
    thread.sourcedLines.append([])
    var ending: Result<Commands.Output, CommandError> = .success(Commands.Output())
    var failedThreads: [String] = []
    do {
      defer {
        thread.file = before
        thread.depth -= 1
      }
      _ = try run(Block(statements: script.statements))
    } catch {
      guard case .failure(let failure) = error, case .error(let error) = failure.kind,
        !statement.expectations.isEmpty
      else {
        _ = thread.sourcedLines.popLast()
        throw error
      }
      ending = .failure(error)
      failedThreads = failure.failedThreads
    }
    var lines = thread.sourcedLines.popLast() ?? []
    if case .failure(let error) = ending { lines.append(.error(error)) }
    restoreStatus(statement)
    try compare(statement, lines, ending, failedThreads)
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

  // MARK: The end

  /// `main` waits for every thread that was not joined.
  private func joinRemaining(_ lastLine: Int) throws(Stop) {
    thread.status.withLock { $0.statement = nil }
    let session = session
    let wait = ConditionWait { session.allOthersEnded }
    guard session.wait(in: wait, as: thread) else {
      if session.scheduler.isAborting { throw .runEnded }
      let range = SourceRange(line: max(1, lastLine), column: 1, length: 1)
      let error = CommandError(.interrupted, "the wait for all threads to end was interrupted")
      throw .failure(
        Failure(
          kind: .error(error), thread: thread.name, file: thread.file, range: range,
          command: "join"))
    }
  }
}

extension ResultLine {
  fileprivate var isError: Bool { if case .error = self { true } else { false } }
}

extension Statement {
  /// A place where a schedule chooses: the command touches an endpoint, a handle or a thread.
  var isChoice: Bool {
    switch command {
    case .bind, .connect, .send, .recv, .reply, .select, .drain, .for, .close, .unbind, .list,
      .spawn, .join, .stop:
      true
    default: false
    }
  }

  /// What it gives is part of a run's outcome where nothing is observed.
  var isReceive: Bool {
    switch command {
    case .recv, .select, .drain: true
    default: false
    }
  }

  var nameOption: Template? {
    for case .name(let template) in options { return template }
    return nil
  }
}
