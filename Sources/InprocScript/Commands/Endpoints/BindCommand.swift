internal import Inproc
internal import InprocExploration

/// Binds an endpoint: `bind inproc://jobs as inbox`.
struct BindCommand: SimpleCommand {
  static let description = CommandDescription(
    "bind", group: .endpoints, operands: [OperandDescription(.endpoint, "ENDPOINT", role: .new)],
    options: [
      .asName, OptionDescription("bidi", .flag), .capacity, .latest,
      OptionDescription("topic", .flag), OptionDescription("retain", .integer, "N"),
    ],
    summary: "bind an endpoint",
    details: """
      NAME (default: the lowest free of b1, b2, …) receives what clients send, and is the bind's \
      own sending half. With 'bidi' clients can be replied to. 'capacity' is the most messages \
      that may be queued: unbounded without it, 0 hands each message over directly. 'latest' is \
      the most, too, but the oldest gives way. What is sent to a 'topic' goes to everyone who has \
      subscribed; 'retain' is how many messages a new subscriber first gets.
      """,
    results: "the handle's name",
    errors: [
      .notAnEndpoint,
      ErrorDescription(.invalidValue, "'capacity' or 'retain' is negative; 'latest' is under 1"),
      .nameTaken,
      ErrorDescription(.addressInUse, "the endpoint is bound; that binding is untouched"),
    ],
    example: "bind inproc://jobs as inbox capacity=4")

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  static func declare(_ words: [String], in names: inout SessionNames) {
    guard let name = named(in: words), let endpoint = words.dropFirst().first else { return }
    names.endpoints.append(endpoint)
    names.handles.append(name)
    if words.contains("topic") { return }
    names.receivers.append(name)
    if words.contains("bidi") { names.servers.append(name) }
  }

  let endpoint: Template

  init?(_ parsed: ParsedCommand) {
    guard let endpoint = parsed.words.first else { return nil }
    self.endpoint = endpoint
  }

  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)? {
    let names = parsed.options.map(\.name)
    if names.contains("retain"), !names.contains("topic") {
      return ("'retain' is an option of a topic", "write 'topic' too, or leave 'retain' out")
    }
    if names.contains("topic"),
      let other = names.first(where: { ["bidi", "capacity", "latest"].contains($0) })
    {
      return (
        "a topic has no '\(other)'",
        "each subscriber has a queue of its own: write 'capacity' or 'latest' at 'subscribe'"
      )
    }
    return names.contains("capacity") && names.contains("latest")
      ? ("'capacity' and 'latest' say different things of one queue", "leave one of them out") : nil
  }

  var operands: [CommandOperand] { [.name(endpoint)] }

  var access: CommandAccess { .endpoint(endpoint) }

  var role: WaitRole { .binds(endpoint) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let endpoint = try context.endpoint(endpoint)
    context.session.accessQueue(.endpoint(endpoint.name), .disturbing)
    let arguments = try context.arguments(options)
    let capacity = arguments.capacity ?? .unbounded
    let registry = context.session.registry
    let handle = try context.session.add(arguments.name, prefix: "b") {
      (name, number) throws(InprocError) -> Handle in
      if arguments.isTopic {
        let topic = try registry.bindTopic(endpoint, retaining: arguments.retain)
        return Handle(name: name, number: number, endpoint: endpoint, end: .topic(topic))
      }
      if arguments.isBidirectional {
        let server = try registry.bindBidirectional(endpoint, capacity: capacity)
        return Handle(name: name, number: number, endpoint: endpoint, end: .server(server))
      }
      let receiver = try registry.bind(endpoint, capacity: capacity)
      return Handle(
        name: name, number: number, endpoint: endpoint,
        end: .receiver(receiver, ownHalf: receiver.makeSender()))
    }
    return CommandOutput(word: handle.name)
  }

  func phrase(_ step: StepWords) -> String { "binds \(step.name) as \(step.result)" }
}
