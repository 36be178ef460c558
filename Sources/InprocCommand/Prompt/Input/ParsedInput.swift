import InprocScript

/// A text that was entered, parsed into the commands to run and the way to show their results.
enum ParsedInput {
  /// There is nothing to run.
  case nothing
  /// A piece of a screen. Each command is shown again behind a prompt, before its results.
  case transcript(Transcript)
  /// A command that only the prompt has.
  case own(any PromptCommand)
  case script(Script, how: Showing)
  case broken(SyntaxError)

  /// How the screen shows which results belong to which command.
  enum Showing {
    /// The text stands above the results as it was typed, as at most one of its commands gives
    /// results.
    case typed
    /// Several commands on one line give results: each is repeated before its results, as a
    /// comment.
    case noted([[String]])
    /// Several lines of several commands: the text is taken off the screen, and each command is
    /// shown behind a prompt, as if typed alone.
    case echoed([[String]])
  }

  init(_ text: String, commands: PromptCommands = .all) {
    let isBlock = text.utf8.contains(10)
    let line = TranscriptLine(text[...])
    if !isBlock {
      if line.kind == .report || line.kind == .empty {
        self = .nothing
        return
      }
      if line.prompt == .continuation {
        self = ParsedInput(line.text, commands: commands)
        return
      }
    }
    if isBlock || line.prompt == .first, let transcript = Transcript(text) {
      self = .transcript(transcript)
      return
    }
    if isBlock, let pasted = PastedCommands.parse(text, commands) {
      self = pasted
      return
    }
    do throws(SyntaxError) {
      if let own = try commands.parse(text) {
        self = .own(own)
        return
      }
      let script = try Parser.parse(Array(text.utf8), mode: .prompt, commands: commands.table)
      let statements = script.statements
      if isBlock, statements.count > 1 {
        self = .script(script, how: .echoed(Self.parts(of: script)))
      } else if statements.count(where: \.givesLines) > 1 {
        self = .script(script, how: .noted(Self.parts(of: script)))
      } else {
        self = .script(script, how: .typed)
      }
    } catch {
      self = .broken(error)
    }
  }

  /// Whether the text is taken off the screen, to be shown command by command.
  var isShownInParts: Bool {
    switch self {
    case .transcript(let transcript): !transcript.entries.isEmpty
    case .script(_, .echoed): true
    default: false
    }
  }

  /// The lines of each statement, with the comments above it and without expectations.
  static func parts(of script: Script) -> [[String]] {
    var parts: [[String]] = []
    // The first line that belongs to no statement so far, from 0.
    var free = 0
    for (index, statement) in script.statements.enumerated() {
      let next = script.statements.dropFirst(index + 1).first?.range
      let first = statement.range.line - 1
      var part = script.lines[min(free, first)..<first].filter { line in
        line.drop { $0 == " " || $0 == "\t" }.first == "#"
      }
      var blocks = OpenBlocks()
      var row = first
      repeat {
        var line = script.lines[row].unicodeScalars[...]
        if let next, next.line - 1 == row { line = line.prefix(next.column - 1) }
        // The columns before the statement are dropped, and as many blanks of its further lines.
        let margin = statement.range.column - 1
        line = line.dropFirst(
          row == first ? margin : min(margin, line.prefix { $0 == " " }.count))
        while let last = line.last, last == " " || last == "\t" || last == ";" || last == "\r" {
          line.removeLast()
        }
        part.append(String(line))
        blocks.take(String(line))
        row += 1
      } while blocks.areOpen && row < script.lines.count
      free = row
      parts.append(part)
    }
    return parts
  }
}
