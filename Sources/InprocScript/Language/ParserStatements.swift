import Inproc
internal import InprocText

extension ParserState {
  mutating func parseStatement() throws(SyntaxDiagnostic) {
    let start = lexer.position
    var parsed = ParsedCommand(try parseKeyword())
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
    guard description.hasBlock else {
      try expectStatementEnd()
      try finish(parsed)
      return
    }
    try openBlock(.body(parsed), after: description.keyword)
  }

  private mutating func parseKeyword() throws(SyntaxDiagnostic) -> any Command.Type {
    let start = lexer.position
    while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    let word = lexer.text(from: start)
    if let command = commands.command(word) {
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
      throw lexer.error("'\(word)' stands on the line of the '}' before it", at: range)
    }
    let hint = nearest(word, among: commands.keywords).map { "did you mean '\($0)'?" }
    throw lexer.error(
      "unknown command \(Excerpt(word))", at: range, hint: hint ?? "'help' lists the commands")
  }
}
