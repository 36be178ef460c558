internal import Inproc
internal import InprocExploration

/// Takes an endpoint off the registry: `unbind inproc://jobs`.
struct UnbindCommand: SimpleCommand {
  static let description = CommandDescription(
    "unbind", group: .endpoints, operands: [.endpoint],
    summary: "unbind an endpoint",
    details: "Existing connections stay usable; new ones are refused. The name is free again.",
    errors: [
      .notAnEndpoint,
      .notBound,
    ],
    example: "bind inproc://jobs as inbox\nunbind inproc://jobs")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let endpoint: Template

  init?(_ parsed: ParsedCommand) {
    guard let endpoint = parsed.words.first else { return nil }
    self.endpoint = endpoint
  }

  var operands: [CommandOperand] { [.name(endpoint)] }

  var access: CommandAccess { .endpoint(endpoint) }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let endpoint = try context.endpoint(endpoint)
    let session = context.session
    session.accessQueue(.endpoint(endpoint.name), .disturbing)
    try context.library { () throws(InprocError) in try session.registry.unbind(endpoint) }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "unbinds \(step.operands)" }
}
