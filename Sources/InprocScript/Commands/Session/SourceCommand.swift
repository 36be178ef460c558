internal import Inproc

/// Runs a file here: `source common.scn`.
struct SourceCommand: Command {
  static let description = CommandDescription(
    "source", group: .session, operands: [OperandDescription(.path, "PATH")],
    summary: "run a file here",
    details: "PATH is relative to the file that names it. Directives in it are ignored. In a "
      + "replay the file must lie below the folder that --root names.",
    results: "the results of its commands",
    errors: [
      ErrorDescription(.io, "it can't be read, is not a regular file, or lies outside of --root"),
      ErrorDescription(.syntax, "the file does not parse"),
      ErrorDescription(.limit, "files source each other over 32 deep"),
    ],
    example: "source common.scn")

  static let traits = CommandTraits(
    results: .ofItsBlock, changesState: false, isDrawn: true, runsFile: true)

  let path: Template
  /// The commands that may stand in the file: those that may in the text that names it.
  let commands: CommandTable

  init?(_ parsed: ParsedCommand) {
    guard let path = parsed.words.first else { return nil }
    self.path = path
    commands = parsed.commands
  }

  var operands: [CommandOperand] { [.word(path)] }

  var blocks: [Block] { [] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let thread = executor.thread
    let loaded = executor.attempt { () throws(CommandError) -> (String, Script) in
      try executor.checkInterrupt()
      guard thread.depth < Session.maximumSourceDepth else {
        throw CommandError(
          .limit,
          "files source each other more than \(Session.maximumSourceDepth) deep; "
            + "does one of them source itself?")
      }
      let name = FileName.text(try path.bytes(executor.context.values))
      return try SourceFile.load(
        name, from: thread.file, within: executor.session.options.root, limits: thread.limits,
        commands: commands)
    }
    guard case .success(let (file, script)) = loaded else {
      try executor.conclude(statement, loaded.map { _ in CommandOutput() })
      return .next
    }
    let before = thread.file
    thread.file = file
    thread.depth += 1
    thread.enterBlock(.file(sourcedBy: statement))
    defer { thread.leaveBlock() }
    // What is written down of a `source` are the lines of its file.
    let isNoted = executor.session.observer?.keepsResults == true
    if isNoted { thread.groups.append(LineGroup([statement], .noted)) }
    var lines: [ResultLine] = []
    do {
      defer {
        thread.file = before
        thread.depth -= 1
        if isNoted { lines = thread.groups.popLast()?.results.map(\.line) ?? [] }
      }
      _ = try executor.run(Block(statements: script.statements))
    }
    executor.restoreStatus(statement)
    executor.session.observer?.sourceEnded(statement, thread, lines)
    try executor.compare(statement, lines, .success(CommandOutput()), [])
    return .next
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
