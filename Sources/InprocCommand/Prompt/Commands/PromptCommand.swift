import Inproc
import InprocScript

/// What only the prompt understands. These words are no keywords of the language, so that files may
/// use them as names.
enum PromptCommand: Equatable {
  /// `history [N]`
  case history(last: Int?)
  /// `help [TOPIC]`
  case help(topic: String?)
  /// `trace`, `watch`, `record`
  case tool(ToolCommand)
  /// `explore { … }`, `explore FILE`
  case explore(ExploreCommand)
  /// `history`, and something that it does not take.
  case malformed(String)

  /// Words that complete and are suggested as commands.
  static let words = CommandTable.promptWords

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
    guard text.utf8.count < 200, !text.utf8.contains(UInt8(ascii: ";")) else { return nil }
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
    switch (words.first, words.count) {
    case ("history", 1): self = .history(last: nil)
    case ("history", _) where !text.utf8.contains(10):
      if words.count == 2, let count = Int(words[1]), count >= 0 {
        self = .history(last: count)
      } else {
        self = .malformed("write 'history' or 'history N', alone on the line")
      }
    case ("help", 1): self = .help(topic: nil)
    case ("help", 2): self = .help(topic: words[1])
    default: return nil
    }
  }

  /// The answer to `help`, 21 rows at most; nil for a topic that does not exist.
  static func help(_ topic: String?) -> String? {
    guard let topic else {
      return Help.overview() + """
        Also: \(words.joined(separator: " ")). Tab completes.

        """
    }
    return CommandTable.promptCommand(topic)?.help ?? Help.topic(topic)
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

extension PromptCommand {
  /// Several lines of commands, pasted, some of which are the prompt's own; nil where none is.
  ///
  /// They run one by one, as the commands of a transcript do, once all that belongs to the language
  /// was read without a mistake.
  static func amongOthers(in text: String) -> ParsedInput? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: beginsOwn) else { return nil }
    var rest = ""
    var command = ""
    var blocks = OpenBlocks()
    var found = false
    var count = 0
    for line in lines {
      command += command.isEmpty ? String(line) : "\n" + line
      blocks.take(String(line))
      if blocks.areOpen { continue }
      let isOwn = beginsOwn(command[...]) && PromptCommand(command) != nil
      if command.contains(where: { !$0.isWhitespace }) { count += 1 }
      found = found || isOwn
      // Blank lines in its place: the others keep their line numbers.
      rest += isOwn ? command.filter { $0 == "\n" } + "\n" : command + "\n"
      (command, blocks) = ("", OpenBlocks())
    }
    guard found, count > 1 else { return nil }
    do throws(SyntaxError) {
      _ = try Parser.parse(Array((rest + command).utf8), mode: .prompt)
    } catch {
      return .broken(error)
    }
    return .transcript(Transcript(commands: text))
  }

  private static func beginsOwn(_ line: Substring) -> Bool {
    let word = line.utf8.drop { $0 == 0x20 || $0 == 0x09 }.prefix { (0x61...0x7A).contains($0) }
    return word.count < 10 && words.contains(String(Substring(word)))
  }

  /// What other prompts call it.
  private static let otherWords = [
    "exit": "'quit' leaves", "bye": "'quit' leaves", "logout": "'quit' leaves",
    "q": "'quit' leaves", "clear": "Ctrl-L clears the screen", "cls": "Ctrl-L clears the screen",
    "ls": "'list' shows what there is", "man": "'help' tells of the commands",
    "print": "'echo' prints", "set": "'let' sets a variable",
  ]

  /// A hint where a mistyped command is nearest to a word of the prompt's own.
  static func suggestion(for diagnostic: SyntaxDiagnostic) -> String? {
    guard diagnostic.message.hasPrefix("unknown command ") else { return nil }
    let line = diagnostic.sourceLine.unicodeScalars.dropFirst(diagnostic.column - 1)
    let word = String(String.UnicodeScalarView(line.prefix(diagnostic.length)))
    if let meant = otherWords[word] { return meant }
    if words.contains(word) { return "it stands alone at the prompt, such as 'history 10'" }
    guard let near = nearest(word, among: CommandTable.keywords + words), words.contains(near)
    else { return nil }
    return "did you mean '\(near)'?"
  }
}
