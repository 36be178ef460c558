internal import Inproc

/// Waits until one of several handles has a message: `select a b as ready`.
struct SelectCommand: SimpleCommand {
  static let description = CommandDescription(
    "select", group: .messages,
    operands: [OperandDescription(.handle, "HANDLE", .several, role: .receiver)],
    options: [.timeout, .asVariable],
    summary: "wait for one of some handles",
    details: "It waits until one has a message or is closed, and takes nothing. The first named "
      + "wins a tie. 'as VAR' keeps the name in a variable.",
    results: "the handle's name",
    errors: [
      .noHandle,
      .nothingCame,
      .nothingThere,
      .receivesNothing,
      .waitInterrupted,
    ],
    example: """
      bind inproc://a as a
      bind inproc://b as b
      send b hello
      select a b as ready
      recv $ready
      """)

  static let traits = CommandTraits(results: .received, changesState: false, isDrawn: true)

  let names: [Template]

  init?(_ parsed: ParsedCommand) { names = parsed.words }

  var operands: [CommandOperand] { .names(names) }

  var access: CommandAccess { .handles(names) }

  var role: WaitRole { .selects(names) }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    var handles: [Handle] = []
    for template in names { handles.append(try context.handle(template)) }
    let arguments = try context.arguments(options)
    for handle in handles { _ = try context.receiving(handle) }
    let ends = handles.compactMap(\.receivingEnd)
    let index = try context.library { () throws(InprocError) -> Int in
      var timeout: Duration?
      if case .after(let limit) = arguments.patience { timeout = limit }
      let ready = try selectReady(
        ends, waitingNot: arguments.patience == .now, timeout: timeout)
      guard let ready else {
        throw InprocError(
          .wouldBlock,
          "none of '\(handles.map(\.name).joined(separator: " "))' has a message; "
            + "send one first, or select without 'timeout=now'")
      }
      return ready
    }
    if let name = arguments.name {
      context.set(name, Message(Frame(handles[index].name)))
    }
    return CommandOutput(word: handles[index].name)
  }

  func phrase(_ step: StepWords) -> String { "sees that \(step.result) is ready" }
}
