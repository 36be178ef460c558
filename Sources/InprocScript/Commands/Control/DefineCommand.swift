internal import Inproc

/// Names a block: `define twice x { … }`.
struct DefineCommand: Command {
  static let description = CommandDescription(
    "define", group: .control,
    operands: [
      OperandDescription(.definition, "NAME", role: .new),
      OperandDescription(.parameter, "PARAM", .any, role: .new),
    ],
    blocks: "{ … }", body: .definition, mayBeName: true,
    summary: "name a block",
    details: "'call NAME FRAME…' runs it, with one frame for each parameter. It sees the "
      + "variables of its caller and changes none of them, shared ones apart. The "
      + "definitions of a file are known from its first line on.",
    errors: [ErrorDescription(.nameInUse, "another block has this name")],
    example: "define greet who { echo hello $who }\ncall greet world")

  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: false)

  let name: Template
  let parameters: [Template]
  let block: Block

  init?(_ parsed: ParsedCommand) {
    guard let name = parsed.words.first, let block = parsed.blocks.first else { return nil }
    (self.name, self.block) = (name, block)
    parameters = Array(parsed.words.dropFirst())
  }

  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)? {
    let parameters = parsed.words.dropFirst()
    if let variable = parameters.first(where: { $0.constantName == nil }) {
      return (
        "the parameter \(Excerpt(variable.text)) is no plain name",
        "write parameters without '$'; 'call' gives them their values"
      )
    }
    let names = parameters.compactMap(\.constantName)
    guard Set(names).count < names.count else { return nil }
    return ("two parameters have one name", "give each a name of its own")
  }

  var operands: [CommandOperand] { [.word(name)] + parameters.map { .word($0) } }

  var blocks: [Block] { [block] }

  var access: CommandAccess { .nothing }

  var role: WaitRole { .none }

  /// Its name, where that does not depend on variables.
  var constantName: String? { name.constantName }

  func definition(as statement: Statement) -> Definition {
    Definition(
      parameters: parameters.compactMap(\.constantName), block: block, text: statement.wholeText)
  }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    let outcome = executor.attempt { () throws(CommandError) -> CommandOutput in
      try executor.checkInterrupt()
      let name = try name.name(executor.context.values)
      try executor.session.define(name, definition(as: statement))
      return CommandOutput()
    }
    try executor.conclude(statement, outcome)
    return .next
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
