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

  private var values: ThreadVariables { ThreadVariables(variables: thread.variables) }

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
      let named = try self.handle(handle)
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
      let text = try frames.message(values).map { String($0) ?? $0.printed }
        .joined(separator: " ")
      throw CommandError(.failed, text)
    case .sleep(let duration): output.yields = try sleep(try duration.duration(values))
    case .help(let topic): try help(topic)
    case .for, .repeat, .if, .try, .source, .break, .quit: break  // the executor's
    }
    return output
  }

  private func line(_ message: Message) -> ResultLine { .fields(message.map { .frame($0) }) }
  private func word(_ text: String) -> ResultLine { .fields([.frame(Frame(text))]) }

  /// The library's errors, in the words of the language.
  private func library<Value>(
    _ body: () throws(InprocError) -> Value
  ) throws(CommandError) -> Value {
    do { return try body() } catch { throw CommandError(error) }
  }

  // MARK: Operands

  private func endpoint(_ template: Template) throws(CommandError) -> Endpoint {
    let text = try template.text(values)
    let endpoint = try library { () throws(InprocError) in try Endpoint(text) }
    session.touch(.endpoint(endpoint.name), writes: true)
    return endpoint
  }

  private func handle(_ template: Template) throws(CommandError) -> Handle {
    let handle = try session.handle(try template.name(values))
    session.touch(.endpoint(handle.endpoint.name), writes: true)
    return handle
  }

  func receivingHandle(_ template: Template) throws(CommandError) -> Handle {
    try receiving(try handle(template))
  }

  private func receiving(_ handle: Handle) throws(CommandError) -> Handle {
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
    let arguments = try Arguments(options, values)
    let capacity: Capacity = arguments.capacity.map { .bounded($0) } ?? .unbounded
    let registry = session.registry
    let handle = try session.add(arguments.name, prefix: "b") {
      (name) throws(InprocError) -> Handle in
      if arguments.isBidirectional {
        let server = try registry.bindBidirectional(endpoint, capacity: capacity)
        return Handle(name: name, endpoint: endpoint, end: .server(server))
      }
      let receiver = try registry.bind(endpoint, capacity: capacity)
      return Handle(
        name: name, endpoint: endpoint,
        end: .receiver(receiver, ownHalf: receiver.makeSender()))
    }
    return word(handle.name)
  }

  private func connect(
    _ template: Template, _ options: [Option]
  ) throws(CommandError) -> ResultLine {
    let endpoint = try endpoint(template)
    let arguments = try Arguments(options, values)
    let registry = session.registry
    // A connect that waits takes its name when it completes.
    var end: Handle.End?
    if let wait = arguments.wait {
      if let name = arguments.name { try session.requireFree(name) }
      let limit: Duration? = if case .after(let duration) = wait { duration } else { nil }
      end = try library { () throws(InprocError) -> Handle.End in
        arguments.isBidirectional
          ? .client(try registry.connectBidirectional(to: endpoint, waiting: limit))
          : .sender(try registry.connect(to: endpoint, waiting: limit))
      }
    }
    let handle = try session.add(arguments.name, prefix: "c") {
      (name) throws(InprocError) -> Handle in
      if let end { return Handle(name: name, endpoint: endpoint, end: end) }
      if arguments.isBidirectional {
        let client = try registry.connectBidirectional(to: endpoint)
        return Handle(name: name, endpoint: endpoint, end: .client(client))
      }
      let sender = try registry.connect(to: endpoint)
      return Handle(name: name, endpoint: endpoint, end: .sender(sender))
    }
    return word(handle.name)
  }

  private func close(_ template: Template) throws(CommandError) {
    try session.remove(try template.name(values)).close()
  }

  // MARK: Messages

  private func send(
    _ template: Template, _ frames: [FrameExpression], _ options: [Option]
  ) throws(CommandError) {
    let handle = try handle(template)
    let message = try frames.message(values)
    let arguments = try Arguments(options, values)
    let client = try arguments.to.map { (name) throws(CommandError) in try session.handle(name) }
    switch handle.end {
    case .server(let server):
      try send(message, on: server, of: handle, to: client)
    case .receiver(_, let sender):
      try refuse(client, on: handle)
      try send(message, over: sender, arguments.patience)
    case .sender(let sender):
      try refuse(client, on: handle)
      try send(message, over: sender, arguments.patience)
    case .client(let sender):
      try refuse(client, on: handle)
      try send(message, over: sender, arguments.patience)
    }
  }

  private func refuse(_ client: Handle?, on handle: Handle) throws(CommandError) {
    if client != nil {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' has no clients to choose from; 'to=' is for the handle of a 'bidi' bind")
    }
  }

  private func send(
    _ message: Message, over sender: some SendingEnd, _ patience: Arguments.Patience
  ) throws(CommandError) {
    try library { () throws(InprocError) in
      switch patience {
      case .forever: try sender.send(message)
      case .after(let timeout): try sender.send(message, timeout: timeout)
      case .now:
        if try !sender.trySend(message) {
          throw InprocError(
            .wouldBlock,
            "'\(sender.endpoint)' has no room and no receiver waits; receive there first, "
              + "or send without 'timeout=now'")
        }
      }
    }
  }

  /// A message to one client, not as an answer.
  private func send(
    _ message: Message, on server: Server, of handle: Handle, to client: Handle?
  ) throws(CommandError) {
    if let client {
      guard case .client(let peer) = client.end, server.clients.contains(peer.id) else {
        throw CommandError(
          .noPeer,
          "'\(client.name)' is no bidirectional client of '\(handle.name)'; connect it with 'bidi'")
      }
      return try library { () throws(InprocError) in try server.send(message, to: peer.id) }
    }
    let clients = server.clients
    guard clients.count == 1, let only = clients.first else {
      throw CommandError(
        .noPeer,
        clients.isEmpty
          ? "no client is connected to '\(handle.name)'; connect one with 'bidi' first"
          : "\(clients.count) clients are connected to '\(handle.name)'; say which with 'to='")
    }
    try library { () throws(InprocError) in try server.send(message, to: only) }
  }

  func receive(_ handle: Handle, _ patience: Arguments.Patience) throws(CommandError) -> Message {
    session.touch(.endpoint(handle.endpoint.name), writes: true)
    switch handle.end {
    case .receiver(let receiver, _): return try receive(from: receiver, patience)
    case .client(let client): return try receive(from: client, patience)
    case .server(let server):
      let request = try receive(from: server, patience)
      thread.requests[ObjectIdentifier(handle)] = request
      return request.message
    case .sender: throw CommandError(.notBidirectional, "'\(handle.name)' only sends")
    }
  }

  private func receive<End: ReceivingEnd>(
    from end: End, _ patience: Arguments.Patience
  ) throws(CommandError) -> End.Received {
    try library { () throws(InprocError) -> End.Received in
      switch patience {
      case .forever: return try end.receive()
      case .after(let timeout): return try end.receive(timeout: timeout)
      case .now:
        if let message = try end.tryReceive() { return message }
        throw InprocError(
          .wouldBlock,
          "nothing is queued at '\(end.endpoint)'; send there first, "
            + "or receive without 'timeout=now'")
      }
    }
  }

  private func reply(_ template: Template, _ frames: [FrameExpression]) throws(CommandError) {
    let handle = try handle(template)
    let message = try frames.message(values)
    guard case .server = handle.end else {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' takes no requests; 'reply' is for the handle of a 'bidi' bind")
    }
    guard let request = thread.requests[ObjectIdentifier(handle)] else {
      throw CommandError(
        .noPeer,
        "this thread has received nothing at '\(handle.name)'; receive a request before replying")
    }
    try library { () throws(InprocError) in try request.reply(message) }
  }

  private func select(
    _ templates: [Template], _ options: [Option]
  ) throws(CommandError) -> ResultLine {
    var handles: [Handle] = []
    for template in templates { handles.append(try handle(template)) }
    let arguments = try Arguments(options, values)
    for handle in handles { _ = try receiving(handle) }
    let ends = handles.compactMap(\.receivingEnd)
    let index = try library { () throws(InprocError) -> Int in
      var timeout: Duration?
      if case .after(let limit) = arguments.patience { timeout = limit }
      let ready = try selectReady(
        ends, waitingNot: arguments.patience == .now, timeout: timeout)
      guard let ready else {
        throw InprocError(
          .wouldBlock,
          "none of '\(handles.map(\.name).joined(separator: " "))' has a message; "
            + "send one first, or select without 'timeout=now'")
      }
      return ready
    }
    if let name = arguments.name { thread.variables[name] = Message(Frame(handles[index].name)) }
    return word(handles[index].name)
  }

  private func drain(_ handle: Handle) throws(CommandError) -> [Message] {
    switch handle.end {
    case .receiver(let receiver, _): return receiver.drain()
    case .client(let client): return client.drain()
    case .server(let server):
      let requests = server.drain()
      if let last = requests.last { thread.requests[ObjectIdentifier(handle)] = last }
      return requests.map(\.message)
    case .sender: return []
    }
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
    }
    let (session, thread, fixed) = (session, thread, named)
    let targets: @Sendable () -> [SessionThread] = {
      fixed.isEmpty ? session.joinable(by: thread) : fixed
    }
    let wait = ConditionWait { targets().allSatisfy(\.isFinished) }
    guard session.wait(in: wait, as: thread) else {
      throw CommandError(.interrupted, "the join was interrupted; no thread was joined")
    }
    // Only now: how long it waited is nothing that others can see.
    if named.isEmpty { session.touch(.threads, writes: true) }
    let failed = session.join(targets())
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
    while wait.reason == nil {
      thread.status.withLock { $0.parker }?.park(in: wait, until: deadline)
    }
    if wait.reason == .interrupted {
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
  func message(named name: String) -> Message? { variables[name] }
}

/// The options of a command, evaluated from left to right.
struct Arguments {
  enum Patience: Equatable {
    case forever, now
    case after(Duration)
  }
  enum Wait {
    case forever
    case after(Duration)
  }
  var name: String?
  var isBidirectional = false
  var capacity: Int?
  var wait: Wait?
  var patience = Patience.forever
  var to: String?

  init(_ options: [Option], _ values: ThreadVariables) throws(CommandError) {
    for option in options {
      switch option {
      case .name(let template): name = try template.name(values)
      case .bidirectional: isBidirectional = true
      case .capacity(let count):
        let value = try count.integer(values)
        if value < 0 {
          throw CommandError(
            .invalidValue, "the capacity \(value) is negative; use 0 (a rendezvous) or more")
        }
        capacity = value
      case .wait(let limit):
        if case .after(let duration) = try limit.resolved(values) {
          wait = .after(duration)
        } else {
          wait = .forever
        }
      case .timeout(let timeout):
        if case .after(let duration) = try timeout.resolved(values) {
          patience = .after(duration)
        } else {
          patience = .now
        }
      case .to(let template): to = try template.name(values)
      }
    }
  }
}
