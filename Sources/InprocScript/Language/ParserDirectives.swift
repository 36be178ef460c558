import Inproc
internal import InprocText

extension ParserState {
  private static let directiveNames = [
    "@title", "@explore", "@seed", "@steps", "@timers", "@expect", "@acceptable", "@interesting",
    "@forbidden", "@always", "@finally",
  ]
  /// Those that may be given more than once, the grades apart.
  private static let repeatableNames = ["@always", "@finally"]

  mutating func parseDirective() throws(SyntaxDiagnostic) {
    let start = lexer.position
    while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    let range = start..<lexer.position
    let name = lexer.text(from: start)
    guard ParserState.directiveNames.contains(name) else {
      let near = nearest(name, among: ParserState.directiveNames)
      throw lexer.error(
        "unknown directive \(Excerpt(name))", at: range,
        hint: near.map { "did you mean '\($0)'?" })
    }
    if hasCommand || stack.count > 1 {
      throw lexer.error("'\(name)' must stand before the first command", at: range)
    }
    let grade = Directives.Grade(rawValue: String(name.dropFirst()))
    if grade == nil, !ParserState.repeatableNames.contains(name),
      !seenDirectives.insert(name).inserted
    {
      throw lexer.error("'\(name)' is given twice", at: range)
    }
    lexer.skipBlanks()
    switch name {
    case "@title": directives.title = try parseTitle(range)
    case "@explore": directives.explores = true
    case "@always": directives.always.append(try parseDirectiveCondition(name, range))
    case "@finally": directives.finally.append(try parseDirectiveCondition(name, range))
    case "@seed":
      let word = try directiveValue(range, "a number")
      guard let bytes = word.template.literal, !bytes.isEmpty,
        bytes.allSatisfy({ Unicode.Scalar($0).isASCIIDigit }), let seed = UInt64(word.text)
      else { throw lexer.error("'@seed' takes a number from 0 to 2^64-1", at: word.range) }
      directives.seed = seed
    case "@steps":
      let word = try directiveValue(range, "a number")
      guard case .literal(let steps, _) = try word.integer(lexer), steps >= 1 else {
        throw lexer.error("'@steps' takes a number from 1 on", at: word.range)
      }
      directives.steps = steps
    case "@timers":
      let word = try directiveValue(range, "'idle' or 'racing'")
      guard let timers = word.keyword.flatMap(Directives.Timers.init) else {
        throw lexer.error("'@timers' takes 'idle' or 'racing'", at: word.range)
      }
      directives.timers = timers
    case "@expect":
      let word = try directiveValue(range, "'deadlock'")
      guard word.keyword == "deadlock" else {
        throw lexer.error("'@expect' takes 'deadlock'", at: word.range)
      }
      directives.expectsDeadlock = true
      directives.deadlockRange = lexer.range(range.lowerBound..<lexer.position)
    default:
      guard let grade else {
        throw lexer.error(
          "'\(name)' is in the list of directives, and nothing can be made of it", at: range,
          hint: SyntaxDiagnostic.defect)
      }
      return try parseOutcome(grade, range)
    }
    try expectStatementEnd()
  }

  private mutating func directiveValue(
    _ directive: Range<Int>, _ what: String
  ) throws(SyntaxDiagnostic) -> Word {
    switch lexer.next {
    case nil, ";", "#", "{", "}":
      let name = lexer.source.text(directive)
      throw lexer.error("'\(name)' needs \(what)", at: directive)
    default: return try lexer.word(.command)
    }
  }

  private mutating func parseDirectiveCondition(
    _ name: String, _ directive: Range<Int>
  ) throws(SyntaxDiagnostic) -> Condition {
    let condition = try parseCondition(of: name)
    if condition.variables.isEmpty {
      throw lexer.error(
        "'\(name)' names no variable, so nothing can change it",
        at: directive.lowerBound..<lexer.position,
        hint: "write a shared variable with its '$', such as '\(name) $n < 3'")
    }
    return condition
  }

  private mutating func parseTitle(_ directive: Range<Int>) throws(SyntaxDiagnostic) -> String {
    let word = try directiveValue(directive, "a string")
    guard case .string = word.form else {
      throw lexer.error("'@title' takes a string", at: word.range, hint: "write it in quotes")
    }
    guard let bytes = word.template.literal else {
      throw lexer.error(
        "a title can't hold variables", at: word.range, hint: "write '\\$' for the character")
    }
    guard let title = String(validating: bytes, as: UTF8.self) else {
      throw lexer.error("a title must be UTF-8", at: word.range)
    }
    return title
  }

  private mutating func parseOutcome(
    _ grade: Directives.Grade, _ directive: Range<Int>
  ) throws(SyntaxDiagnostic) {
    let start = lexer.position
    var fields: [FieldPattern] = []
    if !lexer.take("(none)") { fields = try parseFields(from: directive.lowerBound) }
    let end = lexer.position
    try expectStatementEnd()
    var comment: String?
    if lexer.next == "#" {
      lexer.position += 1
      lexer.skipBlanks()
      var last = lexer.end
      while last > lexer.position, lexer.source.scalars[last - 1].isBlank { last -= 1 }
      comment = lexer.source.text(lexer.position..<last)
      lexer.skipLine()
    }
    directives.outcomes.append(
      Directives.OutcomePattern(
        grade: grade, fields: fields, comment: comment,
        range: lexer.range(directive.lowerBound..<end),
        text: lexer.source.text(start..<end)))
  }
}
