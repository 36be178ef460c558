import Inproc
internal import InprocText

extension ParserState {
  mutating func parseStatement() throws(SyntaxDiagnostic) {
    let start = lexer.position
    var parsed = ParsedCommand(try parseKeyword(), of: commands)
    let description = parsed.description
    parsed.isJoined = stack[stack.count - 1].joinsNext(on: lexer.line)
    parsed.isTyped = isBehindPrompt && stack.count == 1
    isBehindPrompt = false
    wordEnd = lexer.position
    for operand in description.operands { try parseOperand(operand, into: &parsed) }
    try parseOptions(into: &parsed)
    parsed.range = lexer.range(start..<wordEnd)
    parsed.text = lexer.source.text(start..<wordEnd)
    hasCommand = true
    if description.standsInLoop, !stack[stack.count - 1].isInsideLoop {
      throw lexer.error(
        "'\(description.keyword)' stands outside of a loop", at: parsed.range,
        hint: "it leaves a 'repeat' or 'for' of the same thread")
    }
    if description.standsInDefinition, !stack[stack.count - 1].isInsideDefinition {
      throw lexer.error(
        "'\(description.keyword)' stands outside of a definition", at: parsed.range,
        hint: "it leaves a 'define' of the same thread")
    }
    if let problem = commands.command(description.keyword)?.problem(of: parsed) {
      throw lexer.error(problem.message, at: parsed.range, hint: problem.hint)
    }
    guard description.hasBlock else {
      try expectStatementEnd()
      try finish(parsed)
      return
    }
    try openBlock(.body(parsed), after: description.keyword)
  }

  private mutating func parseKeyword() throws(SyntaxDiagnostic) -> CommandDescription {
    let start = lexer.position
    while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    let word = lexer.text(from: start)
    if let command = commands.description(of: word) {
      if let after = lexer.next, !after.isBlank, after != "{", after != ";", after != "}" {
        throw lexer.error(
          "a blank is missing after '\(word)'", at: lexer.position..<(lexer.position + 1))
      }
      return command
    }
    if word.isEmpty {
      throw lexer.error(
        "a command starts with a word", at: start..<(start + 1),
        hint: "'help' lists the commands")
    }
    let range = start..<lexer.position
    if commands.continuations.contains(word) {
      throw lexer.error("'\(word)' must stand on the line of the '}' before it", at: range)
    }
    throw lexer.error("unknown command \(Excerpt(word))", at: range, hint: hint(for: word))
  }

  /// The hint for a word that begins no statement.
  private func hint(for word: String) -> String {
    let own = mode == .prompt ? commands.promptKeywords : []
    if own.contains(word) { return "'\(word)' stands alone, on a line of the prompt" }
    if mode == .prompt, let meant = Self.otherWords[word] { return meant }
    let near = nearest(word, among: commands.keywords + own)
    return near.map { "did you mean '\($0)'?" } ?? "'help' lists the commands"
  }

  /// Words that other prompts know, and what does the same here.
  private static let otherWords = [
    "exit": "'quit' leaves", "bye": "'quit' leaves", "logout": "'quit' leaves",
    "q": "'quit' leaves", "clear": "Ctrl-L clears the screen", "cls": "Ctrl-L clears the screen",
    "ls": "'list' shows what exists", "man": "'help' explains the commands",
    "print": "'echo' prints", "set": "'let' sets a variable",
  ]
}
