internal import Inproc
internal import InprocExploration

/// Interrupts threads: `stop worker`.
struct StopCommand: SimpleCommand {
  static let description = CommandDescription(
    "stop", group: .threads, operands: [OperandDescription(.thread, "NAME", .several)],
    summary: "interrupt threads",
    details: "The thread's wait, or else its next command, ends with 'interrupted'.",
    errors: [.noThread],
    example: """
      bind inproc://jobs as inbox
      spawn worker { try { recv inbox } }
      sleep 100ms
      stop worker
      join worker
      """)

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let names: [Template]

  init?(_ parsed: ParsedCommand) { names = parsed.words }

  var operands: [CommandOperand] { .names(names) }

  var access: CommandAccess { .threads(names) }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let session = context.session
    var threads: [SessionThread] = []
    for name in names { threads.append(try session.thread(try name.name(context.values))) }
    for thread in threads { session.access(.thread(thread.name), writes: true) }
    for thread in threads where !thread.isFinished {
      thread.status.withLock { $0.parker }?.interrupt()
    }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "stops \(step.operands)" }
}
