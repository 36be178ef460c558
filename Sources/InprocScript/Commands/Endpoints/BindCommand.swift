internal import Inproc
internal import InprocExploration

/// Binds an endpoint: `bind inproc://jobs as inbox`.
struct BindCommand: SimpleCommand {
  static let description = CommandDescription(
    "bind", group: .endpoints, operands: [OperandDescription(.endpoint, "ENDPOINT", role: .new)],
    options: [
      .asName, OptionDescription("bidi", .flag), OptionDescription("capacity", .integer, "N"),
    ],
    summary: "bind an endpoint",
    details: """
      NAME (default: the lowest free of b1, b2, …) receives what clients send, and is the bind's \
      own sending half. With 'bidi' clients can be replied to. 'capacity' is the most messages \
      that may be queued: unbounded without it, 0 hands each message over directly.
      """,
    results: "the handle's name",
    errors: [
      .notAnEndpoint,
      ErrorDescription(.invalidValue, "the capacity is negative"),
      .nameTaken,
      ErrorDescription(.addressInUse, "the endpoint is bound; that binding is untouched"),
    ],
    example: "bind inproc://jobs as inbox capacity=4")

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  static func declare(_ words: [String], in names: inout SessionNames) {
    guard let name = named(in: words), let endpoint = words.dropFirst().first else { return }
    names.endpoints.append(endpoint)
    names.handles.append(name)
    names.receivers.append(name)
    if words.contains("bidi") { names.servers.append(name) }
  }

  let endpoint: Template

  init?(_ parsed: ParsedCommand) {
    guard let endpoint = parsed.words.first else { return nil }
    self.endpoint = endpoint
  }

  var operands: [CommandOperand] { [.name(endpoint)] }

  var access: CommandAccess { .endpoint(endpoint) }

  var role: WaitRole { .binds(endpoint) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let endpoint = try context.endpoint(endpoint)
    context.session.accessQueue(.endpoint(endpoint.name), .disturbing)
    let arguments = try Arguments(options, context.values)
    let capacity: Capacity = arguments.capacity.map { .bounded($0) } ?? .unbounded
    let registry = context.session.registry
    let handle = try context.session.add(arguments.name, prefix: "b") {
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
    return CommandOutput(word: handle.name)
  }

  func phrase(_ step: StepWords) -> String { "binds \(step.name) as \(step.result)" }
}
