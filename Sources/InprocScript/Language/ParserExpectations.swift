import Inproc
internal import InprocText

extension ParserState {
  /// Parses an expectation, `=> …` or `=! …`, and its alternatives after a `|`.
  mutating func parseExpectation() throws(SyntaxDiagnostic) {
    let start = lexer.position
    let top = stack.count - 1
    let isLeading = stack[top].statements.isEmpty && !stack[top].lastIsInvalid
    if isLeading, !(mode == .prompt && top == 0) {
      throw lexer.error(
        Expectation.withoutCommand.message, at: start..<(start + 2),
        hint: Expectation.withoutCommand.hint)
    }
    if stack[top].refusesExpectations {
      throw lexer.error(
        "this expectation follows a line that is not run", at: start..<(start + 2),
        hint: "the line before it does not parse, or was interrupted")
    }
    var alternatives: [Expectation.Alternative] = []
    var isError = false
    var textEnd = lexer.position
    repeat {
      lexer.skipBlanks()
      let sign = lexer.position
      if lexer.take("=>") {
        isError = false
      } else if lexer.take("=!") {
        isError = true
      } else if alternatives.isEmpty {
        break
      }
      if lexer.position > sign, let scalar = lexer.next, !scalar.isBlank {
        throw lexer.error(
          "a blank is missing after '\(lexer.text(from: sign))'",
          at: lexer.position..<(lexer.position + 1))
      }
      let alternative = isError ? try parseExpectedError() : try parseExpectedFields(from: sign)
      alternatives.append(alternative)
      textEnd = lexer.position
      lexer.skipBlanks()
    } while lexer.take("|")
    let expectation = Expectation(
      alternatives: alternatives, range: lexer.range(start..<textEnd),
      text: lexer.source.text(start..<textEnd))
    try expectStatementEnd()
    if isLeading {
      leading.append(expectation)
    } else if !stack[top].lastIsInvalid {
      let last = stack[top].statements.count - 1
      // An expectation on the line of its command speaks of that command alone.
      if stack[top].lastLine == lexer.line { stack[top].statements[last].isJoined = false }
      stack[top].statements[last].expectations.append(expectation)
      stack[top].lastLine = nil
    }
  }

  private var isAtPatternEnd: Bool {
    switch lexer.next {
    case nil, ";", "}", "#", "|": true
    default: false
    }
  }

  private mutating func parseExpectedFields(
    from start: Int
  ) throws(SyntaxDiagnostic) -> Expectation.Alternative {
    lexer.skipBlanks()
    if lexer.take("(none)") {
      let end = lexer.position
      lexer.skipBlanks()
      guard isAtPatternEnd else {
        throw lexer.error("'(none)' must stand alone", at: (end - 6)..<end)
      }
      lexer.position = end
      return .none
    }
    return .fields(try parseFields(from: start))
  }

  /// One or more field patterns. Leaves the position after the last one.
  mutating func parseFields(from start: Int) throws(SyntaxDiagnostic) -> [FieldPattern] {
    var fields: [FieldPattern] = []
    var end = lexer.position
    lexer.skipBlanks()
    while !isAtPatternEnd {
      let fieldStart = lexer.position
      if case .rest = fields.last {
        throw lexer.error("'...' must be the last field", at: (end - 3)..<end)
      }
      if lexer.next == "/" {
        fields.append(.regex(try parseRegex()))
      } else {
        fields.append(try parseField())
      }
      end = max(lexer.position, fieldStart)
      lexer.skipBlanks()
    }
    if fields.isEmpty {
      let place = start == end ? start..<(start + 1) : start..<end
      throw lexer.error(
        "a field is missing here", at: place,
        hint: "write a value, '_', '...', '/regex/', 'bytes(N)' or '(none)'")
    }
    lexer.position = end
    return fields
  }

  private mutating func parseField() throws(SyntaxDiagnostic) -> FieldPattern {
    let word = try lexer.word(.expectation)
    switch word.form {
    case .bare where word.text == "_": return .any
    case .bare where word.text == "...": return .rest
    case .bytes(let count, fill: nil): return .size(count)
    default: return .value(word.frame)
    }
  }

  /// Parses `/regex/`, from its first slash on.
  private mutating func parseRegex() throws(SyntaxDiagnostic) -> Regex {
    let start = lexer.position
    lexer.position += 1
    var isInClass = false
    while let scalar = lexer.next, scalar != "/" || isInClass {
      switch scalar {
      case "\\": lexer.position += 1
      case "[": isInClass = true
      case "]": isInClass = false
      default: break
      }
      lexer.position += 1
    }
    let end = min(lexer.position, lexer.end)
    lexer.position = end
    let pattern = lexer.source.text((start + 1)..<end)
    guard lexer.take("/") else {
      throw lexer.error(
        "this regular expression is not closed", at: start..<end,
        hint: "write '/' at its end, or quote a value that starts with '/'")
    }
    if let scalar = lexer.next, !scalar.isBlank, !isAtPatternEnd {
      throw lexer.error(
        "a blank is missing after the regular expression",
        at: lexer.position..<(lexer.position + 1),
        hint: "escape a '/' in it, or quote a value that starts with '/'")
    }
    do {
      return try Regex(pattern)
    } catch {
      let place = min(start + 1 + error.offset, end)
      throw lexer.error("in this regular expression, \(error.message)", at: place..<(place + 1))
    }
  }

  /// Parses `CODE`, `CODE: /regex/` or `CODE: text`.
  private mutating func parseExpectedError() throws(SyntaxDiagnostic) -> Expectation.Alternative {
    lexer.skipBlanks()
    let start = lexer.position
    while let scalar = lexer.next, scalar.isNameCharacter { lexer.position += 1 }
    let range = start..<max(lexer.position, start + 1)
    let word = lexer.text(from: start)
    let codes = ErrorCode.allCases.map(\.rawValue)
    guard let code = ErrorCode(rawValue: word) else {
      let near = nearest(word, among: codes).map { "did you mean '\($0)'?" }
      throw lexer.error(
        word.isEmpty ? "an error's code is missing here" : "unknown error code \(Excerpt(word))",
        at: range, hint: near ?? "such as 'closed', 'timed-out' or 'not-found'")
    }
    if code == .deadlock {
      throw lexer.error(
        "a command can't expect 'deadlock'", at: range, hint: "write '@expect deadlock'")
    }
    var regex: Regex?
    if lexer.take(":") {
      let end = lexer.position
      lexer.skipBlanks()
      if lexer.next == "/" {
        regex = try parseRegex()
      } else if lexer.next == nil {
        lexer.position = end
      } else {
        lexer.skipLine()
      }
    } else if let scalar = lexer.next, !scalar.isBlank, !isAtPatternEnd {
      throw lexer.error(
        "\(scalar.named) can't follow an error's code", at: lexer.position..<(lexer.position + 1),
        hint: "write '=! \(word)' or '=! \(word): /regex/'")
    }
    return .error(code: word, text: regex)
  }
}
