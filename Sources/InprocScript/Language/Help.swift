/// The words of `help` and of the manual's reference, from the command table.
package enum Help {
  /// All commands in two columns, grouped: fits a terminal of 80 columns and 24 rows.
  package static func overview(of table: CommandTable = .standard) -> String {
    let groups: [CommandDescription.Group] = [.endpoints, .messages, .threads, .control, .sharing]
    let all = groups.flatMap { section($0, of: table) }
    let height = (all.count + 1) / 2
    var lines: [String] = []
    for row in 0..<height {
      guard row + height < all.count else {
        lines.append(all[row])
        continue
      }
      lines.append(padded(all[row], to: 40) + all[row + height])
    }
    let session = table.descriptions.filter { $0.group == .session }.map(\.keyword)
    let others = session.filter { $0 != "help" } + table.promptKeywords
    lines.append(others.joined(separator: " ") + "; 'help NAME' tells more.")
    return lines.joined(separator: "\n") + "\n"
  }

  /// All about one command; nil where there is none of this name.
  package static func topic(
    _ name: String, of table: CommandTable = .standard
  ) -> String? {
    guard let command = table.described(name)?.description else { return nil }
    var lines = command.forms.isEmpty ? [command.syntax] : command.forms
    lines.append("")
    lines += wrapped(command.details, indentation: 2)
    lines.append("")
    if !command.results.isEmpty { lines.append("Result: \(command.results)") }
    if !command.errors.isEmpty {
      lines.append("Errors:")
      lines += command.errors.map { "  " + padded($0.code.rawValue, to: 18) + $0.when }
    }
    lines.append("Example:")
    lines += command.example.split(separator: "\n").map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The reference of all commands, for the docs.
  package static func markdownReference() -> String {
    var text = ""
    let commands = CommandTable.standard.descriptions
    for group in CommandDescription.Group.allCases
    where commands.contains(where: { $0.group == group }) {
      text += "## \(group.rawValue)\n\n"
      for command in commands where command.group == group {
        text += "### `\(command.keyword)`\n\n    \(command.syntax)\n\n\(command.details)\n\n"
        text += "Result: \(command.results).\n\n"
        if !command.errors.isEmpty {
          text += "| error | when |\n| --- | --- |\n"
          for error in command.errors { text += "| `\(error.code.rawValue)` | \(error.when) |\n" }
          text += "\n"
        }
        text += "```text\n\(command.example)\n```\n\n"
      }
    }
    return text
  }

  private static func section(
    _ group: CommandDescription.Group, of table: CommandTable
  ) -> [String] {
    [group.rawValue]
      + table.descriptions.filter { $0.group == group }
      .map { " " + padded($0.keyword, to: 10) + $0.summary }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.unicodeScalars.count))
  }

  private static func wrapped(_ text: String, indentation: Int) -> [String] {
    let paragraphs = text.split(separator: "\n\n").map { paragraph in
      wrapped(paragraph: paragraph, indentation: indentation)
    }
    return Array(paragraphs.joined(separator: [""]))
  }

  private static func wrapped(paragraph text: Substring, indentation: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if !line.isEmpty && line.count + word.count + 1 > 78 - indentation {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    return lines.map { String(repeating: " ", count: indentation) + $0 }
  }
}
