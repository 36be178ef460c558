import Inproc

/// A statement without its blocks.
struct Header {
  enum Blocks {
    case none
    case body(Block)
    case bodies(Block, Block, variable: Template?)
  }
  let description: CommandDescription
  var words: [Template] = []
  var frames: [FrameExpression] = []
  var integer: Quantity<Int>?
  var duration: Quantity<Duration>?
  var scope: ListScope?
  var topic: String?
  var comparison: Comparison?
  var options: [Option] = []
  var range = SourceRange(line: 1, column: 1, length: 1)
  var text = ""
  /// Whether it follows a `;` on the line of the command before it.
  var isJoined = false
  /// Whether it is the first behind an `inproc>`.
  var isTyped = false
  /// The `}` that ended its last block.
  var end: SourceRange?

  init(_ description: CommandDescription) { self.description = description }

  /// The statement, now that its blocks are there; nil for one that stands in the table and is
  /// missing here, which the parser reports.
  func statement(_ blocks: Blocks) -> Statement? {
    guard let command = command(blocks) else { return nil }
    var statement = Statement(command: command, options: options, range: range, text: text)
    statement.isJoined = isJoined
    statement.isTyped = isTyped
    if case .none = blocks {} else { statement.end = end }
    return statement
  }

  private func command(_ blocks: Blocks) -> Statement.Command? {
    let first = words.first
    switch (description.keyword, blocks) {
    case ("list", _): return .list(scope)
    case ("join", _): return .join(threads: words)
    case ("stop", _): return .stop(threads: words)
    case ("select", _): return .select(handles: words)
    case ("break", _): return .break
    case ("quit", _): return .quit
    case ("help", _): return .help(topic: topic)
    case ("echo", _): return .echo(frames)
    case ("observe", _): return .observe(frames)
    case ("fail", _): return .fail(frames)
    case ("sleep", _): return duration.map { .sleep($0) }
    case ("spawn", .body(let body)): return .spawn(name: first, body)
    case ("repeat", .body(let body)): return .repeat(count: integer, body)
    case ("try", .body(let body)): return .try(body, catchVariable: nil, catch: nil)
    case ("try", .bodies(let body, let handler, let variable)):
      return .try(body, catchVariable: variable, catch: handler)
    case ("if", .body(let then)): return condition(then, else: nil)
    case ("if", .bodies(let then, let other, _)): return condition(then, else: other)
    default: break
    }
    guard let first else { return nil }
    switch (description.keyword, blocks) {
    case ("bind", _): return .bind(endpoint: first)
    case ("connect", _): return .connect(endpoint: first)
    case ("unbind", _): return .unbind(endpoint: first)
    case ("close", _): return .close(handle: first)
    case ("drain", _): return .drain(handle: first)
    case ("recv", _): return .recv(handle: first)
    case ("send", _): return .send(handle: first, frames: frames)
    case ("reply", _): return .reply(handle: first, frames: frames)
    case ("let", _): return .let(variable: first, frames: frames)
    case ("incr", _): return .incr(variable: first, by: integer)
    case ("source", _): return .source(path: first)
    case ("for", .body(let body)) where words.count == 2:
      return .for(variable: first, handle: words[1], body)
    default: return nil
    }
  }

  private func condition(_ then: Block, else other: Block?) -> Statement.Command? {
    guard frames.count == 2, let comparison else { return nil }
    return .if(frames[0], comparison, frames[1], then: then, else: other)
  }
}

extension ParserState {
  mutating func parseStatement() throws(SyntaxDiagnostic) {
    let start = lexer.position
    let description = try parseKeyword()
    var header = Header(description)
    header.isJoined = stack[stack.count - 1].joinsNext(on: lexer.line)
    header.isTyped = isBehindPrompt && stack.count == 1
    isBehindPrompt = false
    wordEnd = lexer.position
    for operand in description.operands { try parseOperand(operand, into: &header) }
    try parseOptions(into: &header)
    header.range = lexer.range(start..<wordEnd)
    header.text = lexer.source.text(start..<wordEnd)
    hasCommand = true
    if description.keyword == "break", !stack[stack.count - 1].isInsideLoop {
      throw lexer.error(
        "'break' stands outside of a loop", at: header.range,
        hint: "it leaves a 'repeat' or 'for' of the same thread")
    }
    guard description.hasBlock else {
      try expectStatementEnd()
      try finish(header, .none)
      return
    }
    try openBlock(.body(header), after: description.keyword)
  }

  private mutating func parseKeyword() throws(SyntaxDiagnostic) -> CommandDescription {
    let start = lexer.position
    while let scalar = lexer.next, scalar.isBare { lexer.position += 1 }
    let word = lexer.text(from: start)
    if let description = CommandTable.description(of: word) {
      if let after = lexer.next, !after.isBlank, after != "{", after != ";", after != "}" {
        throw lexer.error(
          "a blank is missing after '\(word)'", at: lexer.position..<(lexer.position + 1))
      }
      return description
    }
    if word.isEmpty {
      throw lexer.error(
        "a command starts with a word", at: start..<(start + 1),
        hint: "'help' lists the commands")
    }
    let range = start..<lexer.position
    if word == "else" || word == "catch" {
      throw lexer.error("'\(word)' stands on the line of the '}' before it", at: range)
    }
    let hint = nearest(word, among: CommandTable.keywords).map { "did you mean '\($0)'?" }
    throw lexer.error(
      "unknown command \(Excerpt(word))", at: range, hint: hint ?? "'help' lists the commands")
  }
}
