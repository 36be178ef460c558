internal import Inproc
internal import InprocExploration

/// Connects to a bound endpoint: `connect inproc://jobs as alice`.
struct ConnectCommand: SimpleCommand {
  static let description = CommandDescription(
    "connect", group: .endpoints, operands: [.endpoint],
    options: [
      .asName, OptionDescription("bidi", .flag),
      OptionDescription("wait", .duration(orWord: "forever"), "DURATION|forever"),
    ],
    summary: "connect to a bound endpoint",
    details: """
      NAME (default: the lowest free of c1, c2, …) sends to the endpoint; with 'bidi' it also \
      receives the replies to it. 'wait' waits that long for the endpoint to be bound; without \
      it an unbound endpoint is an error at once.
      """,
    results: "the handle's name",
    errors: [
      .notAnEndpoint,
      .nameTaken,
      .notBound,
      ErrorDescription(.timedOut, "it was not bound within 'wait'"),
      ErrorDescription(.notBidirectional, "'bidi' is given, and the bind has none"),
      .waitInterrupted,
    ],
    example: "bind inproc://jobs as inbox\nconnect inproc://jobs as alice")

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  static func declare(_ words: [String], in names: inout SessionNames) {
    guard let name = named(in: words) else { return }
    names.handles.append(name)
    guard words.contains("bidi") else { return }
    names.receivers.append(name)
    names.clients.append(name)
  }

  let endpoint: Template

  init?(_ parsed: ParsedCommand) {
    guard let endpoint = parsed.words.first else { return nil }
    self.endpoint = endpoint
  }

  var operands: [CommandOperand] { [.name(endpoint)] }

  var access: CommandAccess { .endpoint(endpoint) }

  var role: WaitRole { .connects(endpoint) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let session = context.session
    let endpoint = try context.endpoint(endpoint, accesses: false)
    // Only when it is through: how long it waited is nothing that others can see.
    defer { session.access(.endpoint(endpoint.name), writes: true) }
    let arguments = try context.arguments(options)
    let registry = session.registry
    // A connect that waits takes its name when it completes.
    var end: Handle.End?
    if let wait = arguments.wait {
      if let name = arguments.name { try session.requireFree(name) }
      let limit = try context.beginConnecting(to: endpoint, wait)
      end = try context.library { () throws(InprocError) -> Handle.End in
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
    return CommandOutput(word: handle.name)
  }

  func phrase(_ step: StepWords) -> String { "connects to \(step.name) as \(step.result)" }
}
