/// Runs a block on a new thread: `spawn worker { … }`.
struct SpawnCommand: SimpleCommand {
  static let description = CommandDescription(
    "spawn", group: .threads,
    operands: [OperandDescription(.thread, "NAME", .optional, role: .new)],
    blocks: "{ … }", body: .thread,
    summary: "run a block on a new thread",
    details: "The thread's name is NAME (default t1, t2, …). It starts with a copy of the "
      + "variables; handles belong to all threads.",
    results: "the thread's name",
    errors: [
      .nameTaken,
      ErrorDescription(.limit, "over 1,000 threads are alive"),
    ],
    example:
      "bind inproc://jobs as inbox\nspawn worker { send inbox done }\nrecv inbox\njoin worker")

  static let traits = CommandTraits(results: .name, changesState: true, isDrawn: true)

  let name: Template?
  let block: Block

  init?(_ parsed: ParsedCommand) {
    guard let block = parsed.blocks.first else { return nil }
    name = parsed.words.first
    self.block = block
  }

  var operands: [CommandOperand] { name.map { [.name($0)] } ?? [] }

  var blocks: [Block] { [block] }

  var access: CommandAccess { .threadSet }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let name = try name?.name(context.values)
    return CommandOutput(
      word: try context.session.spawn(name, block, from: context.thread).name)
  }

  func phrase(_ step: StepWords) -> String { "spawns \(step.result)" }
}
