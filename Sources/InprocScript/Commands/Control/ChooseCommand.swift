internal import Inproc
internal import InprocExploration

/// Sets a variable to one of some frames: `choose answer yes no`.
struct ChooseCommand: SimpleCommand {
  static let description = CommandDescription(
    "choose", group: .control,
    operands: [OperandDescription(.variable, "VAR", role: .new), .frames], mayBeName: true,
    summary: "take one of some frames",
    details: "Under --explore each of them, in runs of their own; a random one under "
      + "--seed, --strategy and when free; the first one otherwise.",
    errors: [ErrorDescription(.unknownName, "no such variable")],
    example: "choose answer yes no\necho $answer")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: true)

  let variable: Template
  let frames: [FrameExpression]

  init?(_ parsed: ParsedCommand) {
    guard let variable = parsed.words.first else { return nil }
    self.variable = variable
    frames = parsed.frames
  }

  var operands: [CommandOperand] { [.word(variable)] + .frames(frames) }

  var writtenVariable: Template? { variable }

  var access: CommandAccess { .variables }

  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    // A step that accesses nothing else is one all the same.
    context.session.access(.thread(context.thread.name))
    let name = try variable.name(context.values)
    let choices = try frames.message(context.values)
    let index =
      if let tracker = context.session.tracker {
        tracker.chooseValue(among: choices.count)
      } else { Int.random(in: 0..<max(1, choices.count)) }
    if choices.count > 1, context.session.tracker?.tracksFootprints != true,
      let line = context.thread.status.withLock({ $0.statement?.range.line })
    {
      context.session.record.withLock { _ = $0.untriedChoices.insert(line) }
    }
    guard choices.indices.contains(index) else {
      throw CommandError(.invalidValue, "there is no frame to choose")
    }
    context.set(name, Message(choices[index]))
    return CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { "chooses \(step.operands)" }
}
