import InprocScript

/// Reads pasted lines among which are commands that only the prompt has.
enum PastedCommands {
  /// The lines as a transcript whose commands run one by one, provided that all commands of the
  /// language parse. Nil if no line holds a command that only the prompt has.
  static func parse(_ text: String, _ commands: PromptCommands) -> ParsedInput? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: commands.begin) else { return nil }
    var rest = ""
    var command = ""
    var blocks = OpenBlocks()
    var found = false
    var count = 0
    for line in lines {
      command += command.isEmpty ? String(line) : "\n" + line
      blocks.take(String(line))
      if blocks.areOpen { continue }
      let isOwn = commands.begin(command)
      if command.contains(where: { !$0.isWhitespace }) { count += 1 }
      found = found || isOwn
      // Blank lines take its place, so that the others keep their line numbers.
      rest += isOwn ? command.filter { $0 == "\n" } + "\n" : command + "\n"
      (command, blocks) = ("", OpenBlocks())
    }
    guard found, count > 1 else { return nil }
    do throws(SyntaxError) {
      _ = try Parser.parse(Array((rest + command).utf8), mode: .prompt, commands: commands.table)
    } catch {
      return .broken(error)
    }
    return .transcript(Transcript(commands: text))
  }
}
