internal import InprocExploration

/// Shows what exists: `list threads`.
struct ListCommand: SimpleCommand {
  static let description = CommandDescription(
    "list", group: .endpoints,
    operands: [.words(ListScope.allCases.map(\.rawValue), .optional)],
    summary: "show what exists",
    details: "It sorts by name, as words are sorted: t10 stands before t2. Without a word "
      + "it shows endpoints, handles and threads. 'variables' are the shared ones, then "
      + "those of this thread.",
    results: "one line for each, or (none)",
    example: "bind inproc://jobs as inbox\nlist endpoints")

  static let traits = CommandTraits(
    results: .own, changesState: false, isDrawn: true, concernsOthers: false)

  let scope: ListScope?

  init?(_ parsed: ParsedCommand) { scope = parsed.word.flatMap(ListScope.init) }

  var operands: [CommandOperand] { [] }

  var access: CommandAccess { .everything }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    context.session.access(.everything, writes: true)
    return CommandOutput(
      lines: Listing(session: context.session, thread: context.thread).lines(scope))
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
