import Inproc
import InprocScript
import LineEditor

/// Shows what was typed: `history 10`.
struct HistoryCommand: PromptCommand {
  static let description = CommandDescription(
    "history", group: .prompt, operands: [OperandDescription(.integer, "N", .optional)],
    summary: "show what was typed",
    details: """
      Shows what was typed at this prompt, in this session and in former ones; with N only the last \
      N entries. A block is one entry. The arrow keys and Ctrl-R bring entries back. A line that \
      begins with a blank is not kept. The variable INPROC_HISTORY of the environment names another \
      file to keep the entries in; if it is set and empty, none are kept.
      """,
    results: "", example: "history 10")

  /// How many entries, from the last one on; nil for all.
  let count: Quantity<Int>?

  init?(_ parsed: ParsedCommand) { count = parsed.integer }

  func perform(in prompt: PromptContext) throws(CommandError) -> PromptEnding {
    var last: Int?
    if let count {
      let number = try count.integer(prompt.session.variables)
      if number < 0 {
        throw CommandError(.invalidValue, "the count \(number) is negative; use 0 or more")
      }
      last = number
    }
    let listing = Self.listing(prompt.editor.historyEntries, last: last)
    if !listing.isEmpty { prompt.output.text(listing) }
    return .done
  }

  /// The entries, numbered; the further lines of a block stand below its first.
  private static func listing(_ entries: [String], last: Int?) -> String {
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
