import Inproc
internal import InprocText

/// Makes a ``Script`` of a text.
///
/// The parser reads line by line and keeps the open blocks in a list of its own, so that no text
/// can overflow its stack. After an error it goes on at the next line, and reports all it finds.
package enum Parser {
  package enum Mode: Hashable, Sendable {
    /// A scenario: an expectation follows a command of the file.
    case file
    /// What is typed: expectations may come first, and stand for what was typed before.
    case prompt
  }

  /// How deep blocks may be nested; each `else if` counts as one inside of the `if` before it.
  package static let maximumNesting = 100

  /// Parses a text in UTF-8, with or without a byte order mark. Time is linear in its length.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - mode: where it comes from.
  ///   - limits: the memory that parsing may take, which is some hundred times the text's length at
  ///     worst; nil for no limit.
  ///   - commands: the commands that may stand in it.
  /// - Returns: the parsed text.
  /// - Throws: all findings; `limit` if a limit was exceeded.
  package static func parse(
    _ bytes: [UInt8], mode: Mode = .file, limits: RunLimits? = nil,
    commands: CommandTable = .standard
  ) throws(SyntaxError) -> Script {
    // Scalars take four times as much memory as bytes, and an array grows by copying.
    if let passed = limits?.reserving(8 * bytes.count) {
      throw SyntaxError([
        SyntaxDiagnostic(
          code: .limit, line: 1, column: 1, length: 1, message: passed.text, sourceLine: "")
      ])
    }
    var state = ParserState(try SourceText(bytes), mode: mode, commands: commands)
    state.limits = limits
    return try state.parse()
  }

  /// Parses a text.
  package static func parse(_ text: String, mode: Mode = .file) throws(SyntaxError) -> Script {
    try parse(Array(text.utf8), mode: mode)
  }
}

/// A parser on its way through a text.
struct ParserState {
  let mode: Parser.Mode
  let commands: CommandTable
  var lexer: Lexer
  var stack: [OpenBlock] = [OpenBlock(.script)]
  var directives = Directives()
  var seenDirectives: Set<String> = []
  var hasCommand = false
  var leading: [Expectation] = []
  var diagnostics: [SyntaxDiagnostic] = []
  /// Whether an error was found after which parsing makes no sense.
  var isHopeless = false
  /// The position at which the last word that was read ends.
  var wordEnd = 0
  /// The last `}` that was read.
  var lastBrace: SourceRange?
  /// Whether an `inproc>` was dropped and no command was parsed since.
  var isBehindPrompt = false
  /// The roles of the lines, if the text is the saved screen of a prompt.
  var screen: Screen
  /// The limits of parsing; nil for none.
  var limits: RunLimits?
  private var itemsSinceCheck = 0
  private var checkedAt = 0

  init(_ source: SourceText, mode: Parser.Mode, commands: CommandTable = .standard) {
    self.mode = mode
    self.commands = commands
    lexer = Lexer(source)
    screen = Screen(source, commands: commands)
  }

  mutating func parse() throws(SyntaxError) -> Script {
    parseLines(upTo: lexer.source.lines.count)
    if !isHopeless { reportOpenBlocks() }
    if !diagnostics.isEmpty { throw SyntaxError(diagnostics) }
    let source = lexer.source
    var script = Script(
      directives: directives, statements: stack[0].statements,
      lines: source.lines.map { source.text($0) })
    script.commands = commands
    script.leadingExpectations = leading
    script.threadErrors = screen.threadErrors
    script.endsAtPrompt = screen.endsAtPrompt
    return script
  }

  /// Parses up to the line with this number, from 0.
  mutating func parseLines(upTo end: Int) {
    while !isHopeless, lexer.line + 1 < end, lexer.advanceLine() {
      if screen.skipped.contains(lexer.line) { continue }
      if let refused = screen.refused[lexer.line] {
        parseRefused(refused)
      } else if let entry = screen.interrupted[lexer.line] {
        parseInterrupted(entry)
      } else {
        parseLine()
      }
    }
  }

  mutating func parseLine() {
    isBehindPrompt = lexer.dropPrompt()
    if isThreadReport() { return }
    while !isHopeless {
      let start = lexer.position
      if let passed = passedLimit(at: start) {
        // The limit is the only finding that is reported: it is why the text is not read any
        // further.
        diagnostics = [passed]
        isHopeless = true
        return
      }
      do throws(SyntaxDiagnostic) {
        guard try parseItem() else { break }
      } catch {
        record(error)
        recover(from: start)
      }
    }
  }

  /// Checks the limits now and then.
  private mutating func passedLimit(at position: Int) -> SyntaxDiagnostic? {
    guard let limits else { return nil }
    itemsSinceCheck += 1
    guard itemsSinceCheck >= 1_024 || position - checkedAt >= 1 << 16 else { return nil }
    (itemsSinceCheck, checkedAt) = (0, position)
    return limits.check().map {
      lexer.error($0.text, at: lexer.range(from: position), code: .limit)
    }
  }

  /// Parses one statement, expectation or directive of the line. Returns false at the end of the
  /// line.
  private mutating func parseItem() throws(SyntaxDiagnostic) -> Bool {
    lexer.skipBlanks()
    let start = lexer.position
    switch lexer.next {
    case nil: return false
    case "#":
      lexer.skipLine()
      return false
    case ";": lexer.position += 1
    case "}":
      lexer.position += 1
      try closeBlock(at: start)
    case "{":
      throw lexer.error(
        "a block belongs to a command", at: start..<(start + 1),
        hint: "such as 'repeat 3 { … }' or 'spawn { … }'")
    case "=" where lexer.starts(with: "=>") || lexer.starts(with: "=!"): try parseExpectation()
    case "@": try parseDirective()
    default: try parseStatement()
    }
    return true
  }

  /// Refuses whatever can't follow a statement.
  mutating func expectStatementEnd() throws(SyntaxDiagnostic) {
    lexer.skipBlanks()
    switch lexer.next {
    case nil, ";", "}", "#": return
    default:
      let start = lexer.position
      var end = start
      while let scalar = lexer.peek(end - start), !scalar.isBlank, scalar != ";" { end += 1 }
      throw lexer.error(
        "this does not belong to the command before it", at: start..<end,
        hint: "write ';' or a new line between two commands")
    }
  }

  /// Whether the rest of the line is what another thread printed: `[worker] => x`.
  private func isThreadReport() -> Bool {
    var lexer = lexer
    return lexer.skipThreadReport()
  }

  // MARK: Errors

  mutating func record(_ diagnostic: SyntaxDiagnostic) {
    diagnostics.append(diagnostic)
    if diagnostics.count >= SyntaxError.maximumCount { isHopeless = true }
  }

  /// Skips the rest of the line after an error, keeping count of the braces in it.
  private mutating func recover(from start: Int) {
    stack[stack.count - 1].lastIsInvalid = true
    lexer.position = start
    lexer.skipBlanks()
    let start = lexer.position
    hasCommand = true
    var scanner = BraceScanner()
    while let scalar = lexer.next {
      if scalar == "}" && scanner.isCode && scanner.depth == 0 { break }
      scanner.take(scalar)
      lexer.position += 1
    }
    for _ in 0..<scanner.depth { open(OpenBlock(.invalid)) }
    // A '}' that closes a block of an earlier line is parsed as ever, but not if that '}' itself
    // was wrong.
    if lexer.position == start, lexer.next == "}" { lexer.position += 1 }
  }

  private mutating func reportOpenBlocks() {
    for block in stack.dropFirst() {
      guard let brace = block.brace, !isHopeless else { continue }
      record(unclosedBlock(at: brace))
    }
  }

  func unclosedBlock(at brace: SourceRange) -> SyntaxDiagnostic {
    lexer.error("this block is not closed", at: brace, hint: "write '}' at its end")
  }
}
