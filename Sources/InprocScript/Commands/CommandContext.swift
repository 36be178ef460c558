internal import Inproc
internal import InprocExploration

/// The session and the thread in which a command without a block is performed.
struct CommandContext {
  let session: Session
  let thread: SessionThread

  var values: ThreadVariables { thread.lookup }

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

  func receivingHandle(
    _ template: Template, accesses: Bool = true
  ) throws(CommandError) -> Handle {
    try receiving(try handle(template, accesses: accesses))
  }

  func receiving(_ handle: Handle) throws(CommandError) -> Handle {
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

  func message(named name: String) -> Message? { variables[name] }
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
