internal import Inproc
internal import InprocExploration

/// Subscribes to a topic: `subscribe inproc://news as mine latest=16`.
struct SubscribeCommand: SimpleCommand {
  static let description = CommandDescription(
    "subscribe", group: .endpoints, operands: [.endpoint],
    options: [
      .asName, .capacity, .latest, OptionDescription("prefix", .frame, "FRAME"),
      OptionDescription("wait", .duration(orWord: "forever"), "DURATION|forever"),
    ],
    mayBeName: true,
    summary: "subscribe to a topic",
    details: "NAME (default: the lowest free of s1, s2, …) receives all that is sent to the "
      + "topic from now on, from a queue of its own: unbounded, or 'capacity', which "
      + "makes senders wait for it, or the 'latest' N. 'prefix': only messages whose "
      + "first frame begins with these bytes.",
    results: "the handle's name",
    errors: [
      ErrorDescription(.invalidEndpoint, "the text is no 'inproc://NAME'"),
      ErrorDescription(.invalidValue, "the capacity is negative; 'latest' is under 1"),
      ErrorDescription(.nameInUse, "a handle, thread or mutex has this name"),
      ErrorDescription(.notFound, "the endpoint is not bound"),
      ErrorDescription(.timedOut, "it was not bound within 'wait'"),
      ErrorDescription(.notATopic, "the endpoint is no topic"),
    ],
    example: """
      bind inproc://news as news topic retain=1
      send news first
      subscribe inproc://news as mine
      recv mine
      """)

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  static func declare(_ words: [String], in names: inout SessionNames) {
    guard let name = named(in: words) else { return }
    names.handles.append(name)
    names.receivers.append(name)
  }

  let endpoint: Template

  init?(_ parsed: ParsedCommand) {
    guard let endpoint = parsed.words.first else { return nil }
    self.endpoint = endpoint
  }

  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)? {
    let names = parsed.options.map(\.name)
    return names.contains("capacity") && names.contains("latest")
      ? ("'capacity' and 'latest' say different things of one queue", "leave one of them out") : nil
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
    let (registry, capacity) = (session.registry, arguments.capacity ?? .unbounded)
    var receiver: Receiver?
    if let wait = arguments.wait {
      if let name = arguments.name { try session.requireFree(name) }
      let limit = try context.beginConnecting(to: endpoint, wait)
      receiver = try context.library { () throws(InprocError) in
        try registry.subscribe(
          to: endpoint, capacity: capacity, prefix: arguments.prefix, waiting: limit)
      }
    }
    let handle = try session.add(arguments.name, prefix: "s") {
      (name, number) throws(InprocError) -> Handle in
      let end: Receiver
      if let receiver {
        end = receiver
      } else {
        end = try registry.subscribe(to: endpoint, capacity: capacity, prefix: arguments.prefix)
      }
      return Handle(name: name, number: number, endpoint: endpoint, end: .subscription(end))
    }
    return CommandOutput(word: handle.name)
  }

  func phrase(_ step: StepWords) -> String { "subscribes to \(step.name) as \(step.result)" }
}
