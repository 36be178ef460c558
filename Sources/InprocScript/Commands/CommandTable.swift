/// The commands that a text may hold, each listed once.
package final class CommandTable: Sendable {
  /// The commands of the language, in the order of `help`.
  package static let standard = CommandTable([
    BindCommand.self, ConnectCommand.self, SubscribeCommand.self, CloseCommand.self,
    UnbindCommand.self, ListCommand.self,
    SendCommand.self, RecvCommand.self, ReplyCommand.self, SelectCommand.self, DrainCommand.self,
    SpawnCommand.self, JoinCommand.self, StopCommand.self, SleepCommand.self,
    ForCommand.self, RepeatCommand.self, BreakCommand.self, IfCommand.self, TryCommand.self,
    LetCommand.self, IncrCommand.self, ChooseCommand.self, EchoCommand.self, ObserveCommand.self,
    FailCommand.self, AssertCommand.self, DefineCommand.self, CallCommand.self, ReturnCommand.self,
    SharedCommand.self, AtomicCommand.self, AwaitCommand.self, MutexCommand.self, LockCommand.self,
    WaitCommand.self, NotifyCommand.self,
    SourceCommand.self, HelpCommand.self, QuitCommand.self,
  ])

  let commands: [any Command.Type]
  /// The descriptions of the language's commands, in the order of `help`.
  package let descriptions: [CommandDescription]
  /// The keywords of the language's commands, in the order of `help`.
  package let keywords: [String]
  /// The keywords of the commands that only a prompt has. They may be names, so that files need not
  /// know them.
  package let promptKeywords: [String]
  /// Words that begin a further block of a command, such as `else`.
  let continuations: Set<String>
  private let byKeyword: [String: any Command.Type]
  private let promptByKeyword: [String: any DescribedCommand.Type]
  /// The most bytes that the keyword of a prompt's command has.
  let longestPromptKeyword: Int

  /// - Parameters:
  ///   - commands: those of the language.
  ///   - prompt: those that only a prompt has.
  init(_ commands: [any Command.Type], prompt: [any DescribedCommand.Type] = []) {
    self.commands = commands
    descriptions = commands.map { $0.description }
    keywords = descriptions.map(\.keyword)
    promptKeywords = prompt.map { $0.description.keyword }
    longestPromptKeyword = promptKeywords.map(\.utf8.count).max() ?? 0
    continuations = Set(descriptions.compactMap { $0.continuation?.word })
    byKeyword = Dictionary(zip(keywords, commands), uniquingKeysWith: { first, _ in first })
    promptByKeyword = Dictionary(
      zip(promptKeywords, prompt), uniquingKeysWith: { first, _ in first })
  }

  /// The same table with further commands, which only a prompt has.
  package func adding(prompt: [any DescribedCommand.Type]) -> CommandTable {
    CommandTable(commands, prompt: promptKeywords.compactMap { promptByKeyword[$0] } + prompt)
  }

  /// A command of the language.
  func command(_ keyword: String) -> (any Command.Type)? { byKeyword[keyword] }

  /// A command of the language, or one that only a prompt has.
  package func described(_ keyword: String) -> (any DescribedCommand.Type)? {
    byKeyword[keyword] ?? promptByKeyword[keyword]
  }

  /// The description of a command of the language.
  package func description(of keyword: String) -> CommandDescription? {
    byKeyword[keyword]?.description
  }

  /// The description of a command that only a prompt has.
  package func promptDescription(of keyword: String) -> CommandDescription? {
    promptByKeyword[keyword]?.description
  }

  /// All keywords, sorted.
  package var allKeywords: [String] { (keywords + promptKeywords).sorted() }
}

// Tables with the same keywords are the same.
extension CommandTable: Hashable {
  package static func == (left: CommandTable, right: CommandTable) -> Bool {
    left === right || left.keywords == right.keywords && left.promptKeywords == right.promptKeywords
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(keywords)
    hasher.combine(promptKeywords)
  }
}

extension CommandTable {
  /// Whether a command of the language is called so.
  package static func isKeyword(_ word: String) -> Bool { standard.command(word) != nil }

  static let longestKeyword = standard.keywords.map(\.utf8.count).max() ?? 0
}
