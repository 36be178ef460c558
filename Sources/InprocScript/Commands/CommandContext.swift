internal import Inproc
internal import InprocExploration

/// The session and the thread in which a command without a block is performed.
struct CommandContext {
  let session: Session
  let thread: SessionThread

  /// The variables, as the command reads them: of shared ones, what was read before it began.
  var values: ThreadVariables {
    ThreadVariables(
      variables: thread.variables, limits: thread.limits, thread: thread, takesReadings: true)
  }

  /// The options, evaluated. Nothing waits in `atomic`.
  func arguments(_ options: [Option]) throws(CommandError) -> Arguments {
    var arguments = try Arguments(options, values)
    if thread.atomicDepth > 0 { arguments.patience = .now }
    return arguments
  }

  /// The library's errors, in the words of the language.
  func library<Value>(
    _ body: () throws(InprocError) -> Value
  ) throws(CommandError) -> Value {
    do { return try body() } catch { throw CommandError(error) }
  }

  // MARK: Operands

  func endpoint(
    _ template: Template, accesses: Bool = true
  ) throws(CommandError) -> Endpoint {
    let text = try template.text(values)
    let endpoint = try library { () throws(InprocError) in try Endpoint(text) }
    if accesses { session.access(.endpoint(endpoint.name), writes: true) }
    return endpoint
  }

  func handle(_ template: Template, accesses: Bool = true) throws(CommandError) -> Handle {
    let handle = try session.handle(try template.name(values))
    thread.named.append(handle.number)
    if accesses { session.access(handle.object, writes: true) }
    return handle
  }

  /// Begins to wait for an endpoint to be bound.
  ///
  /// - Parameters:
  ///   - endpoint: what is waited for.
  ///   - wait: how long.
  /// - Returns: the same as the library takes it; nil for no limit.
  /// - Throws: `would-block` within `atomic`, where the endpoint is not bound.
  func beginConnecting(
    to endpoint: Endpoint, _ wait: ResolvedWait
  ) throws(CommandError) -> Duration? {
    if thread.atomicDepth > 0 {
      if session.registry.endpoints.contains(where: { $0.endpoint == endpoint }) { return .zero }
      throw CommandError(
        .wouldBlock, "\(Excerpt(endpoint.description)) is not bound, and nothing waits in 'atomic'")
    }
    session.tracker?.beginBlocking(on: nil, expecting: .endpoint(endpoint.name))
    session.tracker?.disableReduction()
    guard case .after(let duration) = wait else { return nil }
    return duration
  }

  func receivingHandle(
    _ template: Template, accesses: Bool = true
  ) throws(CommandError) -> Handle {
    try receiving(try handle(template, accesses: accesses))
  }

  func receiving(_ handle: Handle) throws(CommandError) -> Handle {
    if case .topic = handle.end {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' is a topic and only sends; 'subscribe' gives a handle to receive on")
    }
    guard handle.receivingEnd != nil else {
      throw CommandError(
        .notBidirectional,
        "'\(handle.name)' is a plain connection and can only send; connect with 'bidi' to receive "
          + "replies, or receive on the handle of the bind")
    }
    return handle
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
  /// The limits of evaluating them; nil for none.
  var limits: RunLimits?
  /// Whose they are, to see shared ones besides; nil to see none.
  var thread: SessionThread?
  /// Whether a shared one is what the present command has read of it, where it has.
  var takesReadings = false

  func message(named name: String) -> Message? {
    guard let thread, let value = thread.shared.value(name), !thread.hides(name) else {
      return variables[name]
    }
    return takesReadings ? thread.readings.take(name) ?? value : value
  }
  func reserve(_ bytes: Int) throws(CommandError) { try limits?.reserve(bytes) }
  func checkLimits() throws(CommandError) {
    if let passed = limits?.check() { throw passed }
  }
}

/// The results of a command.
struct CommandOutput {
  var lines: [ResultLine] = []
  /// Whether the thread goes behind the others, as `sleep 0s` does.
  var yields = false

  init(lines: [ResultLine] = [], yields: Bool = false) {
    self.lines = lines
    self.yields = yields
  }

  /// One line with one word.
  init(word: String) { self.init(lines: [.fields([.frame(Frame(word))])]) }

  /// One line with the frames of a message.
  init(_ message: Message) { self.init(lines: [CommandOutput.line(message)]) }

  static func line(_ message: Message) -> ResultLine { .fields(message.map { .frame($0) }) }
}
