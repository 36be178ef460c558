import Inproc
internal import InprocText

extension ParserState {
  /// Whether a statement's words are over.
  var isAtEnd: Bool {
    switch lexer.next {
    case nil, ";", "{", "}", "#": true
    default: false
    }
  }

  mutating func parseOperand(
    _ operand: OperandDescription, into parsed: inout ParsedCommand
  ) throws(SyntaxDiagnostic) {
    switch operand.occurrence {
    case .one:
      try requireOperand(operand, of: parsed)
      try parseOne(operand, into: &parsed)
    case .optional:
      if try operandFollows(parsed) { try parseOne(operand, into: &parsed) }
    case .several:
      try requireOperand(operand, of: parsed)
      repeat { try parseOne(operand, into: &parsed) } while try operandFollows(parsed)
    case .any:
      while try operandFollows(parsed) { try parseOne(operand, into: &parsed) }
    }
  }

  private mutating func requireOperand(
    _ operand: OperandDescription, of parsed: ParsedCommand
  ) throws(SyntaxDiagnostic) {
    let word = if case .literal(let word) = operand.kind { word } else { "" }
    lexer.skipBlanks()
    if word == "=" && lexer.next == "=" { return }
    if operand.kind == .condition || operand.kind == .value { return }
    guard try !operandFollows(parsed) else { return }
    let what = word.isEmpty ? operand.placeholder : "'\(word)'"
    throw lexer.error(
      "'\(parsed.description.keyword)' needs \(what) here",
      at: lexer.position..<(lexer.position + 1),
      hint: "write it as '\(parsed.description.syntax)'")
  }

  /// Whether one more operand comes, and not the end or an option.
  mutating func operandFollows(_ parsed: ParsedCommand) throws(SyntaxDiagnostic) -> Bool {
    lexer.skipBlanks()
    if isAtEnd { return false }
    if parsed.description.option(named: "as") != nil, isWord("as") { return false }
    guard let end = optionKeyEnd() else { return true }
    let key = lexer.source.text(lexer.position..<end)
    if parsed.description.option(named: key) != nil { return false }
    throw unknownOption(key, at: lexer.position..<end, of: parsed)
  }

  /// Whether exactly this word comes next.
  private func isWord(_ word: String) -> Bool {
    guard lexer.starts(withWord: word) else { return false }
    guard let after = lexer.peek(word.unicodeScalars.count) else { return true }
    return !after.isBare && after != "$"
  }

  /// Where the key of `key=` ends, if one comes next.
  private func optionKeyEnd() -> Int? {
    var distance = 0
    while let scalar = lexer.peek(distance), scalar.isBare { distance += 1 }
    return distance > 0 && lexer.peek(distance) == "=" ? lexer.position + distance : nil
  }

  private func unknownOption(
    _ key: String, at range: Range<Int>, of parsed: ParsedCommand
  ) -> SyntaxDiagnostic {
    let description = parsed.description
    if description.operands.contains(.word("=")), parsed.frames.isEmpty {
      return lexer.error(
        "a blank is missing before '='", at: range.upperBound..<(range.upperBound + 1),
        hint: "write it as '\(description.syntax)'")
    }
    let names = description.options.filter { $0.name != "as" && $0.kind != .flag }.map(\.name)
    let hint =
      nearest(key, among: names).map { "did you mean '\($0)='?" }
      ?? (description.operands.contains { $0.kind == .frame }
        ? "quote a frame that contains '='"
        : "write it as '\(description.syntax)'")
    return lexer.error(
      "'\(description.keyword)' has no option \(Excerpt(key))", at: range, hint: hint)
  }

  private mutating func parseOne(
    _ operand: OperandDescription, into parsed: inout ParsedCommand
  ) throws(SyntaxDiagnostic) {
    let start = lexer.position
    if operand.kind != .word, let word = operand.words.first(where: isWord) {
      parsed.word = word
      lexer.position += word.unicodeScalars.count
      wordEnd = lexer.position
      return
    }
    switch operand.kind {
    case .literal(let word): try parseLiteral(word, of: parsed)
    case .word: try parseWord(of: operand, into: &parsed)
    case .condition: parsed.condition = try parseCondition(of: parsed.description.keyword)
    case .value: try parseValue(into: &parsed)
    case .endpoint, .path: parsed.words.append(try lexer.word(.command).template)
    case .handle, .thread, .variable, .mutex, .definition, .parameter:
      parsed.words.append(try lexer.word(.command).name(lexer))
    case .frame: parsed.frames.append(try lexer.word(.command).frame)
    case .integer: parsed.integer = try lexer.word(.command).integer(lexer)
    case .duration: parsed.duration = try lexer.word(.command).duration(lexer)
    case .topic: parsed.topic = try lexer.word(.command).text
    }
    wordEnd = max(lexer.position, start)
  }

  private mutating func parseLiteral(
    _ word: String, of parsed: ParsedCommand
  ) throws(SyntaxDiagnostic) {
    let start = lexer.position
    if word == "=" {
      lexer.position += 1
    } else {
      while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    }
    guard lexer.text(from: start) == word, lexer.next?.isBlank ?? true else {
      throw lexer.error(
        "'\(parsed.description.keyword)' needs '\(word)' here, between blanks",
        at: start..<max(lexer.position, start + 1),
        hint: "write it as '\(parsed.description.syntax)'")
    }
  }

  mutating func parseComparison(of what: String) throws(SyntaxDiagnostic) -> Comparison {
    let start = lexer.position
    while let scalar = lexer.next, !scalar.isBlank, !scalar.isBare, scalar.isASCIIPunctuation,
      scalar != "\"", scalar != "'", scalar != "$"
    {
      lexer.position += 1
    }
    guard let comparison = Comparison(rawValue: lexer.text(from: start)),
      lexer.next?.isBlank ?? true
    else {
      throw lexer.error(
        "'\(what)' compares two frames here, with blanks around the sign",
        at: start..<max(lexer.position, start + 1), hint: "write ==, !=, <, <=, > or >=")
    }
    return comparison
  }

  private mutating func parseWord(
    of operand: OperandDescription, into parsed: inout ParsedCommand
  ) throws(SyntaxDiagnostic) {
    let word = try lexer.word(.command)
    if let keyword = word.keyword, operand.words.contains(keyword) {
      parsed.word = keyword
      return
    }
    let near = nearest(word.text, among: operand.words)
    throw lexer.error(
      "'\(parsed.description.keyword)' does not know \(Excerpt(word.text))", at: word.range,
      hint: near.map { "did you mean '\($0)'?" }
        ?? "write \(operand.words.joined(separator: " or "))")
  }
}

// MARK: - Options

extension ParserState {
  mutating func parseOptions(into parsed: inout ParsedCommand) throws(SyntaxDiagnostic) {
    var seen: Set<String> = []
    while true {
      lexer.skipBlanks()
      if isAtEnd { return }
      let start = lexer.position
      let (description, keyRange) = try parseOptionName(of: parsed)
      if !seen.insert(description.name).inserted {
        throw lexer.error("option '\(description.name)' is given twice", at: keyRange)
      }
      parsed.options.append(try parseOption(description, from: start))
      wordEnd = lexer.position
    }
  }

  private mutating func parseOptionName(
    of parsed: ParsedCommand
  ) throws(SyntaxDiagnostic) -> (OptionDescription, Range<Int>) {
    let start = lexer.position
    let command = parsed.description
    if let end = optionKeyEnd() {
      let key = lexer.source.text(start..<end)
      guard let option = command.option(named: key), option.kind != .name, option.kind != .flag
      else { throw unknownOption(key, at: start..<end, of: parsed) }
      lexer.position = end + 1
      return (option, start..<end)
    }
    var end = start
    while let scalar = lexer.peek(end - start), !scalar.isBlank, scalar != ";", scalar != "}" {
      end += 1
    }
    let word = lexer.source.text(start..<end)
    if let option = command.option(named: word), option.kind == .name || option.kind == .flag {
      lexer.position = end
      return (option, start..<end)
    }
    if let near = nearest(word, among: command.options.map(\.name)) {
      throw lexer.error(
        "'\(command.keyword)' has no option \(Excerpt(word))", at: start..<end,
        hint: "did you mean '\(near)'?")
    }
    let isValueless = command.option(named: word) != nil
    let message =
      isValueless
      ? "option '\(word)' needs a value"
      : parsed.options.isEmpty
        ? "'\(command.keyword)' takes no \(Excerpt(word)) here"
        : "\(Excerpt(word)) stands after the options"
    throw lexer.error(
      message, at: start..<max(end, start + 1), hint: "write it as '\(command.syntax)'")
  }

  private mutating func parseOption(
    _ option: OptionDescription, from start: Int
  ) throws(SyntaxDiagnostic) -> Option {
    if option.kind == .flag { return Option(name: option.name, value: .flag) }
    if option.kind == .name { lexer.skipBlanks() }
    guard !isAtEnd, let scalar = lexer.next, !scalar.isBlank else {
      throw lexer.error(
        "option '\(option.name)' needs a value", at: start..<lexer.position,
        hint: "write it as '\(option.syntax)'")
    }
    return Option(name: option.name, value: try value(of: option, try lexer.word(.command)))
  }

  private func value(
    of option: OptionDescription, _ word: Word
  ) throws(SyntaxDiagnostic) -> Option.Value {
    switch option.kind {
    case .flag: .flag
    case .name, .handle: .name(try word.name(lexer))
    case .integer: .integer(try word.integer(lexer))
    case .frame: .frame(word.frame)
    case .duration(let other):
      word.keyword == other ? .word : .duration(try duration(word, or: other))
    }
  }

  private func duration(
    _ word: Word, or other: String
  ) throws(SyntaxDiagnostic) -> Quantity<Duration> {
    do {
      return try word.duration(lexer)
    } catch {
      var error = error
      if error.hint != nil { error.hint = "write 500us, 250ms, 2s, 1m or '\(other)'" }
      throw error
    }
  }
}
