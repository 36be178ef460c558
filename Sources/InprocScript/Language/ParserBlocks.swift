internal import InprocText

/// A block whose `}` is still to come.
struct OpenBlock {
  /// What the block belongs to.
  enum Kind {
    case script
    /// A command that failed to parse.
    case invalid
    /// A block of a command. The parsed command holds the blocks before it.
    case body(ParsedCommand)
  }
  var kind: Kind
  var statements: [Statement] = []
  /// Whether the last command in it did not parse, so that its expectations go nowhere.
  var lastIsInvalid = false
  var isInsideLoop = false
  var isInsideDefinition = false
  /// The line on which its last command ends, from 0; nil once an expectation has followed.
  var lastLine: Int?
  /// Whether the text before the next line does not run, so that nothing can be expected of it.
  var refusesExpectations = false
  /// Whether it is the `else` of an `else if`, which no brace of its own closes.
  var isImplicit = false
  var brace: SourceRange?

  init(_ kind: Kind) { self.kind = kind }

  /// Whether a command that begins on this line is joined to the one before it.
  func joinsNext(on line: Int) -> Bool { !statements.isEmpty && lastLine == line }
}

extension ParserState {
  /// Takes a `{` and opens a block.
  mutating func openBlock(_ kind: OpenBlock.Kind, after what: String) throws(SyntaxDiagnostic) {
    lexer.skipBlanks()
    let start = lexer.position
    guard lexer.take("{") else {
      throw lexer.error(
        "'\(what)' needs a block here", at: start..<(start + 1), hint: "write '{' on this line")
    }
    var block = OpenBlock(kind)
    block.brace = lexer.range(from: start)
    open(block)
  }

  mutating func open(_ block: OpenBlock) {
    var block = block
    block.isInsideLoop = stack[stack.count - 1].isInsideLoop
    block.isInsideDefinition = stack[stack.count - 1].isInsideDefinition
    if case .body(let parsed) = block.kind {
      switch parsed.description.body {
      case .loop: block.isInsideLoop = true
      case .thread: (block.isInsideLoop, block.isInsideDefinition) = (false, false)
      case .definition: (block.isInsideLoop, block.isInsideDefinition) = (false, true)
      case .inherited, .scenario: break
      }
    }
    if stack.count > Parser.maximumNesting {
      let place = block.brace ?? lexer.range(lexer.position..<lexer.position)
      record(
        lexer.error(
          "blocks are nested over \(Parser.maximumNesting) deep", at: place, code: .limit))
      isHopeless = true
      return
    }
    stack.append(block)
  }

  /// Closes the block that a `}`, which has been read, ends.
  mutating func closeBlock(at start: Int) throws(SyntaxDiagnostic) {
    guard stack.count > 1, let block = stack.popLast() else {
      throw lexer.error("this '}' closes no block", at: start..<(start + 1))
    }
    lastBrace = lexer.range(start..<(start + 1))
    switch block.kind {
    case .script: return
    case .invalid: return closeInvalidBlock()
    case .body(var parsed):
      parsed.blocks.append(Block(statements: block.statements))
      if parsed.blocks.count == 1 {
        lexer.skipBlanks()
        if let continuation = parsed.description.continuation, takeWord(continuation.word) {
          return try parse(continuation, of: parsed)
        }
      }
      try finish(parsed)
    }
    try expectStatementEnd()
  }

  /// Parses what follows a word such as `else`, which has been read.
  private mutating func parse(
    _ continuation: BlockContinuation, of parsed: ParsedCommand
  ) throws(SyntaxDiagnostic) {
    var parsed = parsed
    lexer.skipBlanks()
    let start = lexer.position
    if continuation.repeatsItself, takeWord(parsed.description.keyword) {
      return try parseItself(again: parsed, from: start)
    }
    if continuation.takesVariable, let scalar = lexer.next, scalar != "{", scalar != "#",
      scalar != ";", scalar != "}"
    {
      parsed.blockVariable = try lexer.word(.command).name(lexer)
    }
    try openBlock(.body(parsed), after: continuation.word)
  }

  /// Parses the `if` of an `else if`.
  private mutating func parseItself(
    again parsed: ParsedCommand, from start: Int
  ) throws(SyntaxDiagnostic) {
    var block = OpenBlock(.body(parsed))
    block.isImplicit = true
    open(block)
    if isHopeless { return }
    do throws(SyntaxDiagnostic) {
      lexer.position = start
      try parseStatement()
    } catch {
      // The outer command can't be completed either.
      stack.removeLast()
      throw error
    }
  }

  /// Closes a block whose command did not parse. A block that follows on the line does not parse
  /// either.
  private mutating func closeInvalidBlock() {
    stack[stack.count - 1].lastIsInvalid = true
    lexer.skipBlanks()
    guard commands.continuations.contains(where: { takeWord($0) }) else { return }
    while let scalar = lexer.next, scalar != "{", scalar != "}", scalar != "#" {
      lexer.position += 1
    }
    if lexer.take("{") { open(OpenBlock(.invalid)) }
  }

  /// Takes this word if it comes next.
  mutating func takeWord(_ word: String) -> Bool {
    guard lexer.starts(withWord: word) else { return false }
    if let after = lexer.peek(word.utf8.count), !after.isBlank, after != "{" { return false }
    lexer.position += word.utf8.count
    return true
  }

  /// Adds a complete statement to its block, and completes each `if` that ends with it.
  mutating func finish(_ parsed: ParsedCommand) throws(SyntaxDiagnostic) {
    try append(parsed)
    while stack[stack.count - 1].isImplicit, let block = stack.popLast() {
      guard case .body(var outer) = block.kind else { continue }
      outer.blocks.append(Block(statements: block.statements))
      try append(outer)
    }
  }

  private mutating func append(_ parsed: ParsedCommand) throws(SyntaxDiagnostic) {
    var parsed = parsed
    parsed.end = lastBrace
    guard var statement = parsed.statement() else {
      // If the command were dropped, a verdict would speak of a command that never ran.
      let keyword = parsed.description.keyword
      throw lexer.error(
        "'\(keyword)' is in the table of commands, and no statement can be made of it here",
        at: parsed.range, hint: SyntaxDiagnostic.defect)
    }
    statement.endsLine = lexer.next == nil || lexer.next == "#"
    stack[stack.count - 1].statements.append(statement)
    stack[stack.count - 1].lastLine = lexer.line
    stack[stack.count - 1].refusesExpectations = false
    stack[stack.count - 1].lastIsInvalid = false
  }
}
