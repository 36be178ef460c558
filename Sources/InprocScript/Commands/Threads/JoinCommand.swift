internal import InprocExploration

/// Waits for threads to end: `join worker`.
struct JoinCommand: SimpleCommand {
  static let description = CommandDescription(
    "join", group: .threads, operands: [OperandDescription(.thread, "NAME", .any)],
    summary: "wait for threads to end",
    details: "Without names it waits for every thread not yet joined, except itself and those it "
      + "descends from.",
    errors: [
      .noThread,
      ErrorDescription(.threadFailed, "a thread ended with an unexpected error"),
      ErrorDescription(.invalidValue, "a thread can't join itself or an ancestor"),
      .waitInterrupted,
    ],
    example: "spawn worker { sleep 10ms }\njoin worker")

  static let traits = CommandTraits(results: .none, changesState: true, isDrawn: true)

  let names: [Template]

  init?(_ parsed: ParsedCommand) { names = parsed.words }

  var operands: [CommandOperand] { .names(names) }

  var access: CommandAccess { .threads(names) }

  var role: WaitRole { .joins(names) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    let (session, thread) = (context.session, context.thread)
    var named: [SessionThread] = []
    for template in names {
      let other = try session.thread(try template.name(context.values))
      if thread.descends(from: other) {
        throw CommandError(
          .invalidValue,
          other === thread
            ? "'\(other.name)' can't join itself"
            : "'\(thread.name)' can't join '\(other.name)', which it descends from")
      }
      named.append(other)
      thread.named.append(-other.number)
    }
    let fixed = named
    let wait = ConditionWait {
      fixed.isEmpty ? session.allEnded(joinableBy: thread) : fixed.allSatisfy(\.isFinished)
    }
    if thread.atomicDepth > 0, !wait.holds {
      throw CommandError(.wouldBlock, "a thread has yet to end, and nothing waits in 'atomic'")
    }
    session.tracker?.beginBlocking(on: nil, expecting: nil)
    guard session.wait(in: wait, as: thread) else {
      throw CommandError(.interrupted, "the join was interrupted; no thread was joined")
    }
    // Only now: how long it waited is nothing that others can see.
    if named.isEmpty { session.access(.threads, writes: true) }
    let failed = session.join(named.isEmpty ? session.joinable(by: thread) : named)
    if let first = failed.first {
      throw CommandError(
        .threadFailed, "'\(first.name)' ended with an error: \(first.error)",
        failedThreads: failed.map(\.name))
    }
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String {
    step.operands.isEmpty ? "joins all threads" : "joins \(step.operands)"
  }
}
