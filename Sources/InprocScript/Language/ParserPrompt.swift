import Inproc
import InprocText

extension Parser {
  /// Parses a text that is one command of a prompt and nothing else.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - commands: the commands of the prompt, and those of the language.
  ///   - make: makes the command of what was parsed; nil where its description let pass what is no
  ///     such command.
  /// - Returns: the command; nil where the text begins with the keyword of none.
  /// - Throws: what is wrong with it.
  package static func promptCommand<Made>(
    _ text: String, of commands: CommandTable, make: (ParsedCommand) -> Made?
  ) throws(SyntaxError) -> Made? {
    guard promptKeyword(of: text, commands) != nil else { return nil }
    var state = ParserState(try SourceText(Array(text.utf8)), mode: .prompt, commands: commands)
    do throws(SyntaxDiagnostic) {
      guard let parsed = try state.parsePromptCommand() else { return nil }
      if let made = make(parsed) { return made }
      throw state.lexer.error(
        "'\(parsed.description.keyword)' can't be written like this", at: parsed.range,
        hint: "write it as '\(parsed.description.syntax)'")
    } catch {
      throw SyntaxError([error])
    }
  }

  /// The keyword of a prompt's command that a text begins with; nil where it begins with none.
  package static func promptKeyword(
    of text: some StringProtocol, _ commands: CommandTable
  ) -> String? {
    // A paste may have a million lines: a word that is no such keyword is seen by its length, or by a
    // few bytes.
    var word: [UInt8] = []
    for byte in text.utf8 {
      let isBlank = byte == 0x20 || byte == 0x09 || byte == 0x0A
      if isBlank, word.isEmpty { continue }
      if isBlank || byte == 0x0D || byte == UInt8(ascii: "{") || byte == UInt8(ascii: ";") { break }
      if word.count == commands.longestPromptKeyword { return nil }
      word.append(byte)
    }
    return commands.promptKeywords.first { $0.utf8.elementsEqual(word) }
  }
}

extension ParserState {
  /// Parses a command of a prompt; nil where the text begins with the keyword of none.
  mutating func parsePromptCommand() throws(SyntaxDiagnostic) -> ParsedCommand? {
    while lexer.next == nil {
      guard lexer.advanceLine() else { return nil }
      lexer.skipBlanks()
    }
    let start = lexer.position
    while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    guard let description = commands.promptDescription(of: lexer.text(from: start)) else {
      return nil
    }
    var parsed = ParsedCommand(description, of: commands)
    wordEnd = lexer.position
    for operand in description.operands { try parseOperand(operand, into: &parsed) }
    parsed.range = lexer.range(start..<wordEnd)
    if description.body == .scenario, parsed.words.isEmpty, parsed.word == nil, lexer.next == "{" {
      parsed.scenario = try parseScenario()
    } else {
      try parseOptions(into: &parsed)
      parsed.range = lexer.range(start..<wordEnd)
    }
    parsed.text = lexer.source.text(0..<lexer.source.scalars.count)
    try expectNothing(after: description.keyword)
    return parsed
  }

  /// The text in braces, with blanks in place of all that stands before it.
  private mutating func parseScenario() throws(SyntaxDiagnostic) -> String {
    let brace = lexer.range(lexer.position..<(lexer.position + 1))
    var lines = [String](repeating: "", count: lexer.line)
    lines.append(String(repeating: " ", count: brace.column))
    var scanner = BraceScanner()
    scanner.startLine()
    scanner.take("{")
    lexer.position += 1
    while true {
      let start = lexer.position
      while let scalar = lexer.next {
        scanner.take(scalar)
        if scanner.depth == 0 {
          lines[lines.count - 1] += lexer.text(from: start)
          lexer.position += 1
          return lines.joined(separator: "\n")
        }
        lexer.position += 1
      }
      lines[lines.count - 1] += lexer.text(from: start)
      scanner.endLine()
      guard lexer.advanceLine() else { break }
      scanner.startLine()
      lines.append("")
    }
    // A string that is not closed hides the end of the block: that is what is wrong with the text.
    if scanner.isBroken, let last = lines.last, let end = last.lastIndex(of: "}") {
      lines[lines.count - 1] = String(last[..<end])
      return lines.joined(separator: "\n")
    }
    throw unclosedBlock(at: brace)
  }

  /// Refuses whatever follows a command that stands alone.
  private mutating func expectNothing(after keyword: String) throws(SyntaxDiagnostic) {
    repeat {
      lexer.skipBlanks()
      guard let next = lexer.next, next != "#" else { continue }
      let start = lexer.position
      throw lexer.error(
        "'\(keyword)' must stand alone, and this follows it", at: start..<(start + 1),
        hint: "type it on a line of its own")
    } while lexer.advanceLine()
  }
}
