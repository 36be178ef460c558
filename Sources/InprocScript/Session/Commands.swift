internal import Inproc

/// What each command that is no block does.
struct Commands {
  let session: Session
  let thread: SessionThread

  struct Output {
    var lines: [ResultLine] = []
    /// The thread goes behind the others: `sleep 0s`.
    var yields = false
  }

  var values: ThreadVariables { thread.lookup }

  func perform(_ statement: Statement) throws(CommandError) -> Output {
    var output = Output()
    switch statement.command {
    case .bind(let endpoint):
      output.lines = [try bind(endpoint, statement.options)]
    case .connect(let endpoint):
      output.lines = [try connect(endpoint, statement.options)]
    case .send(let handle, let frames):
      try send(handle, frames, statement.options)
    case .recv(let handle):
      let named = try self.handle(handle, touches: false)
      let options = try Arguments(statement.options, values)
      let source = try receiving(named)
      let message = try receive(source, options.patience)
      if let name = options.name { thread.variables[name] = message }
      output.lines = [line(message)]
    case .reply(let handle, let frames):
      try reply(handle, frames)
    case .select(let handles):
      output.lines = [try select(handles, statement.options)]
    case .drain(let handle):
      let messages = try drain(try receivingHandle(handle))
      output.lines = messages.isEmpty ? [.none] : messages.map(line)
    case .close(let handle): try close(handle)
    case .unbind(let endpoint):
      let endpoint = try self.endpoint(endpoint)
      session.touchQueue(.endpoint(endpoint.name), .disturbing)
      try library { () throws(InprocError) in try session.registry.unbind(endpoint) }
    case .list(let scope):
      session.touch(.everything, writes: true)
      output.lines = Listing(session: session).lines(scope)
    case .spawn(let name, let block):
      output.lines = [word(try session.spawn(try name?.name(values), block, from: thread).name)]
    case .join(let names): try join(names)
    case .stop(let names):
      var threads: [SessionThread] = []
      for name in names { threads.append(try session.thread(try name.name(values))) }
      for thread in threads { session.touch(.thread(thread.name), writes: true) }
      for thread in threads where !thread.isFinished {
        thread.status.withLock { $0.parker }?.interrupt()
      }
    case .let(let variable, let frames):
      let name = try variable.name(values)
      thread.variables[name] = try frames.message(values)
    case .incr(let variable, let amount): try increment(variable, amount)
    case .echo(let frames): output.lines = [line(try frames.message(values))]
    case .observe(let frames): thread.observed.append(contentsOf: try frames.message(values))
    case .fail(let frames):
      let message = try frames.message(values)
      try values.reserve(2 * message.byteCount)
      let text = message.map { String($0) ?? $0.printed }
        .joined(separator: " ")
      throw CommandError(.failed, text)
    case .sleep(let duration): output.yields = try sleep(try duration.duration(values))
    case .help(let topic): try help(topic)
    case .for, .repeat, .if, .try, .source, .break, .quit:
      // The executor runs these itself. One that came here would pass without having run.
      throw CommandError(
        .failed, "\(Excerpt(statement.text)) was not run; this is a defect of inproc, report it")
    }
    return output
  }

  private func line(_ message: Message) -> ResultLine { .fields(message.map { .frame($0) }) }
  func word(_ text: String) -> ResultLine { .fields([.frame(Frame(text))]) }

  /// The library's errors, in the words of the language.
  func library<Value>(
    _ body: () throws(InprocError) -> Value
  ) throws(CommandError) -> Value {
    do { return try body() } catch { throw CommandError(error) }
  }

  // MARK: Operands

  private func endpoint(
    _ template: Template, touches: Bool = true
  ) throws(CommandError) -> Endpoint {
    let text = try template.text(values)
    let endpoint = try library { () throws(InprocError) in try Endpoint(text) }
    if touches { session.touch(.endpoint(endpoint.name), writes: true) }
    return endpoint
  }

  func handle(_ template: Template, touches: Bool = true) throws(CommandError) -> Handle {
    let handle = try session.handle(try template.name(values))
    thread.named.append(handle.number)
    if touches { session.touch(handle.object, writes: true) }
    return handle
  }

  func receivingHandle(
    _ template: Template, touches: Bool = true
  ) throws(CommandError) -> Handle {
    try receiving(try handle(template, touches: touches))
  }

  func receiving(_ handle: Handle) throws(CommandError) -> Handle {
    guard handle.receivingEnd != nil else {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' is a plain connection and only sends; connect with 'bidi' to receive "
          + "replies, or receive on the handle of the bind")
    }
    return handle
  }

  // MARK: Endpoints

  private func bind(_ template: Template, _ options: [Option]) throws(CommandError) -> ResultLine {
    let endpoint = try endpoint(template)
    session.touchQueue(.endpoint(endpoint.name), .disturbing)
    let arguments = try Arguments(options, values)
    let capacity: Capacity = arguments.capacity.map { .bounded($0) } ?? .unbounded
    let registry = session.registry
    let handle = try session.add(arguments.name, prefix: "b") {
      (name, number) throws(InprocError) -> Handle in
      if arguments.isBidirectional {
        let server = try registry.bindBidirectional(endpoint, capacity: capacity)
        return Handle(name: name, number: number, endpoint: endpoint, end: .server(server))
      }
      let receiver = try registry.bind(endpoint, capacity: capacity)
      return Handle(
        name: name, number: number, endpoint: endpoint,
        end: .receiver(receiver, ownHalf: receiver.makeSender()))
    }
    return word(handle.name)
  }

  private func connect(
    _ template: Template, _ options: [Option]
  ) throws(CommandError) -> ResultLine {
    let endpoint = try endpoint(template, touches: false)
    // Only when it is through: how long it waited is nothing that others can see.
    defer { session.touch(.endpoint(endpoint.name), writes: true) }
    let arguments = try Arguments(options, values)
    let registry = session.registry
    // A connect that waits takes its name when it completes.
    var end: Handle.End?
    if let wait = arguments.wait {
      if let name = arguments.name { try session.requireFree(name) }
      session.scheduler.divide(waitingAt: nil, for: .endpoint(endpoint.name))
      session.scheduler.disableReduction()
      let limit: Duration? = if case .after(let duration) = wait { duration } else { nil }
      end = try library { () throws(InprocError) -> Handle.End in
        arguments.isBidirectional
          ? .client(try registry.connectBidirectional(to: endpoint, waiting: limit))
          : .sender(try registry.connect(to: endpoint, waiting: limit))
      }
    }
    let handle = try session.add(arguments.name, prefix: "c") {
      (name, number) throws(InprocError) -> Handle in
      if let end { return Handle(name: name, number: number, endpoint: endpoint, end: end) }
      if arguments.isBidirectional {
        let client = try registry.connectBidirectional(to: endpoint)
        return Handle(name: name, number: number, endpoint: endpoint, end: .client(client))
      }
      let sender = try registry.connect(to: endpoint)
      return Handle(name: name, number: number, endpoint: endpoint, end: .sender(sender))
    }
    return word(handle.name)
  }

  private func close(_ template: Template) throws(CommandError) {
    let handle = try session.remove(try template.name(values))
    thread.requests[handle.number] = nil
    handle.close()
  }

  // MARK: Threads and time

  private func join(_ templates: [Template]) throws(CommandError) {
    var named: [SessionThread] = []
    for template in templates {
      let other = try session.thread(try template.name(values))
      if thread.descends(from: other) {
        throw CommandError(
          .invalidValue,
          other === thread
            ? "'\(other.name)' can't join itself"
            : "'\(thread.name)' can't join '\(other.name)', which it descends from")
      }
      named.append(other)
      thread.named.append(-other.number)
    }
    let (session, thread, fixed) = (session, thread, named)
    let wait = ConditionWait {
      fixed.isEmpty ? session.allEnded(joinableBy: thread) : fixed.allSatisfy(\.isFinished)
    }
    session.scheduler.divide(waitingAt: nil, for: nil)
    guard session.wait(in: wait, as: thread) else {
      throw CommandError(.interrupted, "the join was interrupted; no thread was joined")
    }
    // Only now: how long it waited is nothing that others can see.
    if named.isEmpty { session.touch(.threads, writes: true) }
    let failed = session.join(named.isEmpty ? session.joinable(by: thread) : named)
    if let first = failed.first {
      throw CommandError(
        .threadFailed, "'\(first.name)' ended with an error: \(first.error)",
        failedThreads: failed.map(\.name))
    }
  }

  /// Returns whether the thread only goes behind the others.
  private func sleep(_ duration: Duration) throws(CommandError) -> Bool {
    guard duration > .zero else { return true }
    let wait = SleepWait()
    let deadline = session.scheduler.now.adding(duration)
    session.registry.noteWait(.blocked(.sleep))
    while wait.reason == nil {
      thread.status.withLock { $0.parker }?.park(in: wait, until: deadline)
    }
    let isInterrupted = wait.reason == .interrupted
    session.registry.noteWait(.woken(.sleep, isInterrupted ? .interrupted : .timedOut))
    if isInterrupted {
      throw CommandError(.interrupted, "the sleep was interrupted")
    }
    return false
  }

  // MARK: Variables

  private func increment(
    _ template: Template, _ amount: Quantity<Int>?
  ) throws(CommandError) {
    let name = try template.name(values)
    guard let message = thread.variables[name] else {
      throw CommandError(.unknownName, "no variable '\(name)'; set it with 'let \(name) = 0'")
    }
    let step = try amount?.integer(values) ?? 1
    guard message.count == 1, let text = String(message[0]), let value = Int(strictly: text) else {
      throw CommandError(
        .invalidValue, "the variable '\(name)' holds no integer; 'incr' needs one of 64 bits")
    }
    let (sum, overflows) = value.addingReportingOverflow(step)
    guard !overflows else {
      throw CommandError(
        .invalidValue, "\(value) + \(step) is past 64 bits; the variable '\(name)' stays")
    }
    thread.variables[name] = Message(Frame(String(sum)))
  }

  private func help(_ topic: String?) throws(CommandError) {
    guard let topic else { return session.output.text(Help.overview()) }
    guard let text = Help.topic(topic) else {
      throw CommandError(
        .unknownName, "no command \(Excerpt(topic)); 'help' lists what there is")
    }
    session.output.text(text)
  }
}

extension CommandError {
  init(_ error: InprocError) {
    let code = ErrorCode(rawValue: error.code.rawValue) ?? .interrupted
    self.init(code, error.description)
  }
}

/// The variables of a thread, as expressions see them.
struct ThreadVariables: VariableLookup {
  let variables: [String: Message]
  /// What evaluating them may take; nil for as much as it takes.
  var limits: RunLimits?

  func message(named name: String) -> Message? { variables[name] }
  func reserve(_ bytes: Int) throws(CommandError) { try limits?.reserve(bytes) }
  func checkLimits() throws(CommandError) {
    if let passed = limits?.check() { throw passed }
  }
}
