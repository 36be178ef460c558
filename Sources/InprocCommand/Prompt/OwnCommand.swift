import Inproc
import InprocScript

/// What only the prompt understands. These words are no keywords of the language, so that files may
/// use them as names.
enum OwnCommand: Equatable {
  /// `history [N]`
  case history(last: Int?)
  /// `help [TOPIC]`
  case help(topic: String?)
  /// `trace`, `watch`, `record`
  case tool(ToolCommand)
  /// `explore { … }`, `explore FILE`
  case explore(ExploreCommand)

  /// Words that complete and are suggested as commands.
  static let words = (["history", "explore"] + ToolCommand.words).sorted()

  /// A text that is one of these commands, or nil.
  init?(_ text: String) {
    if let tool = ToolCommand(text) {
      self = .tool(tool)
      return
    }
    if let explore = ExploreCommand(text) {
      self = .explore(explore)
      return
    }
    guard text.utf8.count < 200 else { return nil }
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
    switch (words.first, words.count) {
    case ("history", 1): self = .history(last: nil)
    case ("history", 2):
      guard let count = Int(words[1]), count >= 0 else { return nil }
      self = .history(last: count)
    case ("help", 1): self = .help(topic: nil)
    case ("help", 2): self = .help(topic: words[1])
    default: return nil
    }
  }

  /// The answer to `help`, 21 rows at most; nil for a topic that does not exist.
  static func help(_ topic: String?) -> String? {
    switch topic {
    case nil:
      return Help.overview() + """
        Also: diagram explore history record trace watch. Tab completes.

        """
    case "explore": return ExploreCommand.help
    case "history":
      return """
        history [N]

          Shows what was typed at this prompt, in this session and in former ones; with N only
          the last N entries. A block is one entry. The arrow keys and Ctrl-R bring entries back.

        Example:
          history 10

        """
    case let topic?: return ToolCommand.help(topic) ?? Help.topic(topic)
    }
  }

  static func noTopic(_ topic: String) -> CommandError {
    let near = nearest(topic, among: CommandTable.keywords + words)
    let hint = near.map { "did you mean '\($0)'?" } ?? "'help' lists what there is"
    return CommandError(.unknownName, "no command \(Excerpt(topic)); \(hint)")
  }

  /// Entries as `history` shows them: numbered, the further lines of a block below the first.
  static func listing(_ entries: [String], last: Int?) -> String {
    let shown = entries.suffix(last ?? entries.count)
    let width = max(4, String(entries.count).count)
    return zip(shown.indices, shown).map { index, entry in
      let number = String(index + 1)
      let margin = String(repeating: " ", count: width - number.count)
      let indent = String(repeating: " ", count: width + 2)
      return margin + number + "  " + entry.replacing("\n", with: "\n" + indent) + "\n"
    }.joined()
  }
}

extension OwnCommand {
  /// A hint where a mistyped command is nearest to a word of the prompt's own.
  static func suggestion(for diagnostic: SyntaxDiagnostic) -> String? {
    guard diagnostic.message.hasPrefix("unknown command ") else { return nil }
    let line = diagnostic.sourceLine.unicodeScalars.dropFirst(diagnostic.column - 1)
    let word = String(String.UnicodeScalarView(line.prefix(diagnostic.length)))
    if ["exit", "bye", "logout", "q"].contains(word) { return "'quit' leaves" }
    if words.contains(word) { return "it stands alone at the prompt, such as 'history 10'" }
    guard let near = nearest(word, among: CommandTable.keywords + words), words.contains(near)
    else { return nil }
    return "did you mean '\(near)'?"
  }
}
