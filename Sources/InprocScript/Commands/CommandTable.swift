/// The commands of the language, each listed once.
package struct CommandTable: Sendable {
  /// What the parser knows, in the order of `help`.
  package static let standard = CommandTable(
    [
      BindCommand.self, ConnectCommand.self, CloseCommand.self, UnbindCommand.self,
      ListCommand.self,
      SendCommand.self, RecvCommand.self, ReplyCommand.self, SelectCommand.self, DrainCommand.self,
      SpawnCommand.self, JoinCommand.self, StopCommand.self, SleepCommand.self,
      ForCommand.self, RepeatCommand.self, BreakCommand.self, IfCommand.self, TryCommand.self,
      LetCommand.self, IncrCommand.self, EchoCommand.self, ObserveCommand.self, FailCommand.self,
      SourceCommand.self, HelpCommand.self, QuitCommand.self,
    ], prompt: [.diagram, .explore, .history, .record, .trace, .watch])

  let commands: [any Command.Type]
  /// Their descriptions, in the same order.
  package let descriptions: [CommandDescription]
  /// The commands that only the prompt has, sorted by their words.
  package let promptCommands: [PromptCommandDescription]
  /// Words that begin a further block of a command, such as `else`.
  let continuations: Set<String>
  private let byKeyword: [String: any Command.Type]

  init(_ commands: [any Command.Type], prompt: [PromptCommandDescription] = []) {
    self.commands = commands
    promptCommands = prompt
    descriptions = commands.map { $0.description }
    continuations = Set(descriptions.compactMap { $0.continuation?.word })
    byKeyword = Dictionary(
      commands.map { ($0.description.keyword, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package var keywords: [String] { descriptions.map(\.keyword) }

  func command(_ keyword: String) -> (any Command.Type)? { byKeyword[keyword] }

  /// The description of a command.
  package func description(of keyword: String) -> CommandDescription? {
    byKeyword[keyword]?.description
  }
}

// The same of the standard table.
extension CommandTable {
  /// All descriptions, in the order of `help`.
  package static var all: [CommandDescription] { standard.descriptions }

  /// All keywords, in the order of `help`.
  package static let keywords: [String] = standard.keywords

  package static func description(of keyword: String) -> CommandDescription? {
    standard.description(of: keyword)
  }

  package static func isKeyword(_ word: String) -> Bool { standard.command(word) != nil }

  /// The words of the commands that only the prompt has, sorted.
  package static let promptWords: [String] = standard.promptCommands.map(\.word)

  /// The description of a command that only the prompt has.
  package static func promptCommand(_ word: String) -> PromptCommandDescription? {
    standard.promptCommands.first { $0.word == word }
  }

  static let longestKeyword = keywords.map(\.utf8.count).max() ?? 0
}
