/// A block whose `}` is still to come.
struct OpenBlock {
  /// What the block belongs to.
  enum Kind {
    case script
    /// A command that failed to parse.
    case invalid
    /// The only block of a command, or the first of several.
    case body(Header)
    case elseBlock(Header, then: Block)
    case catchBlock(Header, Block, variable: Template?)
  }
  var kind: Kind
  var statements: [Statement] = []
  /// Whether the last command in it did not parse, so that its expectations go nowhere.
  var lastIsInvalid = false
  var isInsideLoop = false
  /// The line on which its last command ends, from 0; nil once an expectation has followed.
  var lastLine: Int?
  /// What stands before the next line was not run, so that nothing can be expected of it.
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
    if case .body(let header) = block.kind {
      switch header.description.keyword {
      case "repeat", "for": block.isInsideLoop = true
      case "spawn": block.isInsideLoop = false
      default: break
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

  /// What a `}` ends; it has been taken.
  mutating func closeBlock(at start: Int) throws(SyntaxDiagnostic) {
    guard stack.count > 1, let block = stack.popLast() else {
      throw lexer.error("this '}' closes no block", at: start..<(start + 1))
    }
    lastBrace = lexer.range(start..<(start + 1))
    let body = Block(statements: block.statements)
    switch block.kind {
    case .script: return
    case .invalid: return closeInvalidBlock()
    case .body(let header):
      lexer.skipBlanks()
      switch header.description.keyword {
      case "if":
        if takeWord("else") { return try parseElse(header, then: body) }
        try finish(header, .body(body))
      case "try":
        if takeWord("catch") { return try parseCatch(header, body) }
        try finish(header, .body(body))
      default: try finish(header, .body(body))
      }
    case .elseBlock(let header, let then): try finish(header, .bodies(then, body, variable: nil))
    case .catchBlock(let header, let first, let variable):
      try finish(header, .bodies(first, body, variable: variable))
    }
    try expectStatementEnd()
  }

  private mutating func parseElse(_ header: Header, then: Block) throws(SyntaxDiagnostic) {
    lexer.skipBlanks()
    let start = lexer.position
    guard takeWord("if") else {
      return try openBlock(.elseBlock(header, then: then), after: "else")
    }
    var block = OpenBlock(.elseBlock(header, then: then))
    block.isImplicit = true
    open(block)
    if isHopeless { return }
    do throws(SyntaxDiagnostic) {
      lexer.position = start
      try parseStatement()
    } catch {
      // The outer 'if' can't be completed either.
      stack.removeLast()
      throw error
    }
  }

  private mutating func parseCatch(_ header: Header, _ body: Block) throws(SyntaxDiagnostic) {
    lexer.skipBlanks()
    var variable: Template?
    if let scalar = lexer.next, scalar != "{", scalar != "#", scalar != ";", scalar != "}" {
      variable = try lexer.word(.command).name(lexer)
    }
    try openBlock(.catchBlock(header, body, variable: variable), after: "catch")
  }

  /// The `}` of a block whose command did not parse: so does what follows it on the line.
  private mutating func closeInvalidBlock() {
    stack[stack.count - 1].lastIsInvalid = true
    lexer.skipBlanks()
    guard takeWord("else") || takeWord("catch") else { return }
    while let scalar = lexer.next, scalar != "{", scalar != "}", scalar != "#" {
      lexer.position += 1
    }
    if lexer.take("{") { open(OpenBlock(.invalid)) }
  }

  /// Takes this word if it comes next.
  mutating func takeWord(_ word: StaticString) -> Bool {
    guard lexer.starts(with: word) else { return false }
    if let after = lexer.peek(word.utf8CodeUnitCount), !after.isBlank, after != "{" { return false }
    lexer.position += word.utf8CodeUnitCount
    return true
  }

  /// Adds a complete statement to its block, and completes each `if` that ends with it.
  mutating func finish(_ header: Header, _ blocks: Header.Blocks) throws(SyntaxDiagnostic) {
    try append(header, blocks)
    while stack[stack.count - 1].isImplicit, let block = stack.popLast() {
      guard case .elseBlock(let outer, let then) = block.kind else { continue }
      let body = Block(statements: block.statements)
      try append(outer, .bodies(then, body, variable: nil))
    }
  }

  private mutating func append(
    _ header: Header, _ blocks: Header.Blocks
  ) throws(SyntaxDiagnostic) {
    var header = header
    header.end = lastBrace
    guard var statement = header.statement(blocks) else {
      // A command that is dropped would be one that a verdict speaks of and that never ran.
      let keyword = header.description.keyword
      throw lexer.error(
        "'\(keyword)' is in the table of commands, and no statement can be made of it here",
        at: header.range, hint: "this is a defect of inproc; please report it")
    }
    statement.endsLine = lexer.next == nil || lexer.next == "#"
    stack[stack.count - 1].statements.append(statement)
    stack[stack.count - 1].lastLine = lexer.line
    stack[stack.count - 1].refusesExpectations = false
    stack[stack.count - 1].lastIsInvalid = false
  }
}
