import Inproc
internal import InprocText

// Conditions and arithmetic: `$n + 1 == 3 and $done == no`.

extension ParserState {
  /// Takes a condition.
  mutating func parseCondition(of what: String) throws(SyntaxDiagnostic) -> Condition {
    lexer.skipBlanks()
    let start = lexer.position
    var alternatives: [[Condition.Term]] = [[]]
    while true {
      let term = try parseTerm(of: what)
      alternatives[alternatives.count - 1].append(term)
      wordEnd = lexer.position
      lexer.skipBlanks()
      if takeWord("and") { continue }
      guard takeWord("or") else { break }
      alternatives.append([])
    }
    lexer.position = wordEnd
    return Condition(
      alternatives: alternatives, text: lexer.source.text(start..<wordEnd),
      range: lexer.range(start..<wordEnd))
  }

  private mutating func parseTerm(of what: String) throws(SyntaxDiagnostic) -> Condition.Term {
    let left = try parseSide(of: what)
    lexer.skipBlanks()
    if isAtEnd {
      throw lexer.error(
        "'\(what)' needs OP here", at: lexer.position..<(lexer.position + 1),
        hint: "write ==, !=, <, <=, > or >= between two frames")
    }
    let comparison = try parseComparison(of: what)
    return Condition.Term(left: left, comparison: comparison, right: try parseSide(of: what))
  }

  private mutating func parseSide(of what: String) throws(SyntaxDiagnostic) -> ConditionSide {
    let left = try parseConditionFrame(of: what)
    let end = lexer.position
    lexer.skipBlanks()
    guard let sign = takeSign() else {
      lexer.position = end
      return .frame(left)
    }
    let right = try parseConditionFrame(of: what)
    return .arithmetic(Arithmetic(left: left, sign: sign, right: right))
  }

  private mutating func parseConditionFrame(
    of what: String
  ) throws(SyntaxDiagnostic) -> FrameExpression {
    lexer.skipBlanks()
    let start = lexer.position
    guard !isAtEnd else {
      throw lexer.error(
        "'\(what)' needs FRAME here", at: start..<(start + 1),
        hint: "a condition compares two frames, such as '$n == 3'")
    }
    if let sign = signAhead {
      throw lexer.error(
        "'\(sign.rawValue)' stands between two frames", at: start..<(start + 1),
        hint: "quote it, or write a frame before it")
    }
    return try lexer.word(.command).frame
  }

  /// The sign of arithmetic that stands alone here.
  var signAhead: Arithmetic.Sign? {
    guard let scalar = lexer.next, let sign = Arithmetic.Sign(rawValue: String(scalar)) else {
      return nil
    }
    switch lexer.peek(1) {
    case nil, ";", "}", "{", "#": return sign
    case let after?: return after.isBlank ? sign : nil
    }
  }

  private mutating func takeSign() -> Arithmetic.Sign? {
    guard let sign = signAhead else { return nil }
    lexer.position += 1
    return sign
  }

  /// Takes the frames after `let VAR =`, or `A + B`.
  mutating func parseValue(into parsed: inout ParsedCommand) throws(SyntaxDiagnostic) {
    lexer.skipBlanks()
    let start = lexer.position
    if let word = parsed.description.reservedValues.first(where: { lexer.starts(withWord: $0) }),
      isEndOfWord(after: word.utf8.count)
    {
      throw lexer.error(
        "'\(word)' is a command, and gives no value here",
        at: start..<(start + word.utf8.count), hint: hint(forValueOf: word))
    }
    var signs: [(sign: Arithmetic.Sign, place: Int, position: Int)] = []
    while true {
      lexer.skipBlanks()
      if isAtEnd { break }
      if let sign = signAhead {
        signs.append((sign, parsed.frames.count, lexer.position))
        lexer.position += 1
      } else {
        guard try operandFollows(parsed) else { break }
        parsed.frames.append(try lexer.word(.command).frame)
      }
      wordEnd = lexer.position
    }
    lexer.position = max(start, wordEnd)
    if parsed.frames.isEmpty, signs.isEmpty {
      throw lexer.error(
        "'\(parsed.description.keyword)' needs FRAME here", at: start..<(start + 1),
        hint: "write it as '\(parsed.description.syntax)'")
    }
    guard let first = signs.first else { return }
    guard signs.count == 1, first.place == 1, parsed.frames.count == 2 else {
      throw lexer.error(
        "'\(first.sign.rawValue)' stands between exactly two frames",
        at: first.position..<(first.position + 1),
        hint: "reckon in steps, one 'let' each, or quote the sign to mean itself")
    }
    parsed.arithmetic = Arithmetic(
      left: parsed.frames[0], sign: first.sign, right: parsed.frames[1])
  }

  /// How to keep in a variable what a command gives.
  private func hint(forValueOf word: String) -> String {
    guard let command = commands.description(of: word), command.option(named: "as") != nil else {
      return "no variable can hold its lines; quote the word to mean itself"
    }
    let operands = command.operands.map { " " + $0.syntax }.joined()
    return "write '\(word)\(operands) as VAR', or quote the word"
  }

  private func isEndOfWord(after length: Int) -> Bool {
    guard let after = lexer.peek(length) else { return true }
    return after.isBlank || after == ";" || after == "}" || after == "#"
  }
}
