import Inproc
import InprocDiagram
import InprocScript
import LineEditor

/// A command that only the prompt has: all that is known of it stands in the file of its type.
///
/// A type that conforms is entered in ``PromptCommands/all``. What is typed is parsed according to its
/// description, by the lexer and the parser of the language; `help` and completion read the same
/// description. Its keyword is no keyword of the language, so that files may use it as a name.
protocol PromptCommand: DescribedCommand {
  /// Performs the command, and prints its results.
  ///
  /// - Throws: what went wrong, which is then printed.
  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding
}

/// How a typed text ended.
enum PromptEnding { case done, failed, interrupted, quit }

/// The parts of the prompt that its commands work with.
struct PromptContext {
  let session: Session
  let output: PromptOutput
  let editor: LineEditor
  /// Records the events that `diagram` draws.
  let recorder: SequenceRecorder
  /// The recording that `record` begins and ends.
  let recording: PromptRecording
  /// The outcomes that the last `explore` has found.
  let explored: ExploredRuns

  /// The path that a word stands for, with the variables of `main`.
  func path(_ template: Template) throws(CommandError) -> String {
    let path = FileName.text(try template.bytes(session.variables))
    if path.isEmpty { throw CommandError(.invalidValue, "a path can't be empty") }
    return path
  }
}

/// The commands that only the prompt has, each listed once.
struct PromptCommands: Sendable {
  /// All commands of the prompt, in the order of `help`.
  static let all = PromptCommands([
    DiagramCommand.self, ExploreCommand.self, HistoryCommand.self, RecordCommand.self,
    TraceCommand.self, WatchCommand.self,
  ])

  /// The commands of the language, and these.
  let table: CommandTable
  private let byKeyword: [String: any PromptCommand.Type]

  init(_ types: [any PromptCommand.Type]) {
    table = CommandTable.standard.adding(prompt: types.map { $0 })
    byKeyword = Dictionary(
      types.map { ($0.description.keyword, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The command that a text is; nil where it begins with the keyword of none.
  ///
  /// - Throws: what is wrong with it.
  func parse(_ text: String) throws(SyntaxError) -> (any PromptCommand)? {
    try Parser.promptCommand(text, of: table) { parsed in
      byKeyword[parsed.description.keyword]?.init(parsed)
    }
  }

  /// Whether a text begins with the keyword of one.
  func begin(_ text: some StringProtocol) -> Bool {
    Parser.promptKeyword(of: text, table) != nil
  }
}

extension CommandTable {
  /// The commands of the language, and those that only the prompt has: a saved screen may hold both.
  static let prompt = PromptCommands.all.table
}
