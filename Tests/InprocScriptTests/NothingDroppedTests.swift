import Testing

@testable import InprocScript

@Suite("Nothing is dropped in silence")
struct NothingDroppedTests {
  @Test("every command of the table becomes a statement", arguments: CommandTable.standard.keywords)
  func becomesAStatement(_ keyword: String) throws {
    let command = try #require(CommandTable.standard.description(of: keyword))
    let example = try Parser.parse(command.example)
    #expect(words(of: example.statements).contains(keyword), "its example holds it")
    let simplest = simplestForm(of: command)
    #expect(words(of: try Parser.parse(simplest).statements).contains(keyword))
  }

  @Test("every option of the table becomes an option", arguments: CommandTable.standard.keywords)
  func becomesAnOption(_ keyword: String) throws {
    let command = try #require(CommandTable.standard.description(of: keyword))
    for option in command.options {
      let text = simplestForm(of: command, with: option)
      let statement = try #require(try Parser.parse(text).statements.last)
      #expect(statement.options.first?.name == option.name, "\(text)")
    }
  }

  @Test("every command is run by someone", arguments: CommandTable.standard.keywords)
  func isRun(_ keyword: String) async throws {
    let command = try #require(CommandTable.standard.description(of: keyword))
    let result = try await replay("try { \(simplestForm(of: command)) } catch e { fail $e }")
    #expect(result.failure?.contains("defect") != true)
  }

  @Test("a command that only the table knows is a mistake of the text, and not nothing")
  func onlyInTheTable() throws {
    let error = #expect(throws: SyntaxError.self) {
      try Parser.parse(Array("wink".utf8), commands: CommandTable([WinkCommand.self]))
    }
    #expect(
      error?.diagnostics.first?.summary.contains("'wink' is in the table of commands") == true)
  }

  private func words(of statements: [Statement]) -> [String] {
    statements.flatMap { statement in
      [statement.firstWord] + statement.blocks.flatMap { words(of: $0.statements) }
    }
  }

  /// The command with all operands that it must have and none that it may.
  private func simplestForm(
    of command: CommandDescription, with option: OptionDescription? = nil
  ) -> String {
    var words = [command.keyword]
    for operand in command.operands {
      switch operand.occurrence {
      case .optional, .any: continue
      case .one, .several: words.append(operand.words.first ?? sample(of: operand.kind))
      }
    }
    switch option.map({ ($0.name, $0.kind) }) {
    case nil: break
    case (let name, .name)?: words.append("\(name) x")
    case (let name, .flag)?: words.append(name)
    case (let name, .integer)?: words.append("\(name)=1")
    case (let name, .frame)?: words.append("\(name)=x")
    case (let name, .handle)?: words.append("\(name)=c1")
    case (let name, .duration)?: words.append("\(name)=1ms")
    }
    // That option is one of a topic.
    if option?.name == "retain" { words.append("topic") }
    if command.hasBlock { words.append("{ }") }
    let text = words.joined(separator: " ")
    switch command.keyword {
    case "break": return "repeat 1 { break }"
    case "return": return "define name { return }"
    default: return text
    }
  }

  private func sample(of kind: OperandDescription.Kind) -> String {
    switch kind {
    case .endpoint: "inproc://a"
    case .handle, .thread, .variable, .mutex, .definition, .parameter: "name"
    case .frame, .path, .topic, .word: "word"
    case .integer: "1"
    case .duration: "1ms"
    case .condition: "$name == 1"
    case .value: "word"
    case .literal(let word): word
    }
  }
}

extension Statement {
  fileprivate var firstWord: String { String(text.prefix { $0 != " " }) }
}

/// A command that its own initializer never makes.
private struct WinkCommand: SimpleCommand {
  static let description = CommandDescription(
    "wink", group: .session, summary: "nothing", details: "Nothing.", example: "wink")
  static let traits = CommandTraits(results: .none, changesState: false, isDrawn: false)

  init?(_ parsed: ParsedCommand) { nil }

  var operands: [CommandOperand] { [] }
  var access: CommandAccess { .nothing }
  var role: WaitRole { .none }

  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput {
    CommandOutput()
  }

  func phrase(_ step: StepWords) -> String { step.plain }
}
