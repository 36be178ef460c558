internal import Inproc
internal import InprocExploration

/// Lets time pass: `sleep 10ms`.
struct SleepCommand: SimpleCommand {
  static let description = CommandDescription(
    "sleep", group: .threads, operands: [OperandDescription(.duration, "DURATION")],
    summary: "let time pass",
    details: "A duration is 500us, 250ms, 2s or 1m; 'sleep 0s' only lets other threads go first.",
    errors: [.waitInterrupted],
    example: "sleep 10ms")

  static let traits = CommandTraits(
    results: .none, changesState: false, isDrawn: true, waitsForClock: true)

  let time: Quantity<Duration>

  init?(_ parsed: ParsedCommand) {
    guard let time = parsed.duration else { return nil }
    self.time = time
  }

  var operands: [CommandOperand] { [.word(time.template)] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .sleeps(time) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let duration = try time.duration(context.values)
    if context.thread.atomicDepth > 0 {
      throw CommandError(.wouldBlock, "no time passes in 'atomic'; sleep before or after it")
    }
    guard duration > .zero else { return CommandOutput(yields: true) }
    let wait = SleepWait()
    let deadline = context.session.scheduler.now.adding(duration)
    context.session.registry.noteWait(.blocked(.sleep))
    while wait.reason == nil {
      context.thread.status.withLock { $0.parker }?.park(in: wait, until: deadline)
    }
    let isInterrupted = wait.reason == .interrupted
    context.session.registry.noteWait(.woken(.sleep, isInterrupted ? .interrupted : .timedOut))
    if isInterrupted {
      throw CommandError(.interrupted, "the sleep was interrupted")
    }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "wakes up" }
}
