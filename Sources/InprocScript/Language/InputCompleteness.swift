internal import InprocText

/// Tells whether a typed text is complete, or a block of it is still open.
package enum InputCompleteness {
  /// Whether no block is open. A text with an error counts as complete, so that the error shows.
  package static func isComplete(_ text: String) -> Bool { openBlocks(text) == 0 }

  /// How many blocks are open at the text's end; 0 where a string is not closed, or a `}` is too
  /// many.
  package static func openBlocks(_ text: String) -> Int {
    guard let source = try? SourceText(Array(text.utf8)) else { return 0 }
    var lexer = Lexer(source)
    var scanner = BraceScanner()
    while lexer.advanceLine() {
      lexer.dropPrompt()
      var report = lexer
      if report.skipThreadReport() { continue }
      scanner.startLine()
      while let scalar = lexer.next {
        scanner.take(scalar)
        lexer.position += 1
      }
      scanner.endLine()
      if scanner.isBroken { return 0 }
    }
    return scanner.depth
  }
}

/// Follows a text line by line, and knows whether a block is open after the lines so far.
package struct OpenBlocks: Sendable {
  private var scanner = BraceScanner()
  private var isBroken = false

  package init() {}

  /// Whether a block is open, so that the text goes on with another line.
  package var areOpen: Bool { count > 0 }

  /// How many blocks are open; 0 where a string is not closed, or a `}` is too many.
  package var count: Int { isBroken ? 0 : scanner.depth }

  /// Takes the next line, without its line break.
  package mutating func take(_ line: some StringProtocol) {
    scanner.startLine()
    for scalar in line.unicodeScalars { scanner.take(scalar) }
    scanner.endLine()
    if scanner.isBroken { isBroken = true }
  }
}

/// Counts the braces of a line that are neither in a string, nor a comment, nor a pattern.
struct BraceScanner {
  private enum State { case code, string, raw, regex, regexClass, comment }

  private(set) var depth = 0
  /// Whether a string was not closed, or a block closed that was not open.
  private(set) var isBroken = false
  private var state = State.code
  private var isEscaped = false
  private var isWordStart = true
  private var isVariable = false
  private var previous: Unicode.Scalar = " "
  /// The first two scalars of the statement, or of what follows a `|`.
  private var head = ""
  /// `=>` or `=!` within an expectation.
  private var sign: String?
  private var isErrorText = false

  /// Whether the next scalar is none of a string, comment or pattern.
  var isCode: Bool { state == .code && !isVariable }

  mutating func startLine() {
    state = .code
    isWordStart = true
    isVariable = false
    isErrorText = false
    previous = " "
    head = ""
    sign = nil
  }

  mutating func endLine() {
    if state == .string || state == .raw { isBroken = true }
  }

  mutating func take(_ scalar: Unicode.Scalar) {
    defer { previous = scalar }
    if isEscaped {
      isEscaped = false
      return
    }
    switch state {
    case .comment: return
    case .raw: if scalar == "'" { state = .code }
    case .string:
      if scalar == "\\" { isEscaped = true }
      if scalar == "\"" { state = .code }
    case .regex:
      if scalar == "\\" { isEscaped = true }
      if scalar == "[" { state = .regexClass }
      if scalar == "/" { state = .code }
    case .regexClass:
      if scalar == "\\" { isEscaped = true }
      if scalar == "]" { state = .regex }
    case .code: takeCode(scalar)
    }
  }

  private mutating func takeCode(_ scalar: Unicode.Scalar) {
    if isVariable {
      // The braces of '${name}'.
      if scalar == "}" { isVariable = false }
      if !scalar.isBlank { return }
      isVariable = false
    }
    if isErrorText, !scalar.isBlank {
      isErrorText = false
      state = scalar == "/" ? .regex : .comment
      return
    }
    switch scalar {
    case "#" where isWordStart: state = .comment
    case "\"": state = .string
    case "'": state = .raw
    case "/" where isWordStart && sign != nil: state = .regex
    case "{" where previous == "$": isVariable = true
    case "{":
      depth += 1
      endStatement()
    case "}":
      depth -= 1
      endStatement()
      if depth < 0 {
        depth = 0
        isBroken = true
      }
    case ";": endStatement()
    case "|": head = ""
    case ":" where sign == "=!": isErrorText = true
    default:
      if head.utf8.count < 2, !scalar.isBlank { head.unicodeScalars.append(scalar) }
      if head == "=>" || head == "=!" { sign = head }
    }
    isWordStart = scalar.isBlank || scalar == "{" || scalar == "}" || scalar == ";" || scalar == "|"
  }

  private mutating func endStatement() {
    head = ""
    sign = nil
  }
}

extension Lexer {
  /// Drops each leading `inproc> ` or `...> `, so that a transcript parses. Says whether the last of
  /// them is an `inproc>`.
  @discardableResult mutating func dropPrompt() -> Bool {
    var isFirst = false
    while true {
      let start = position
      skipBlanks()
      let isPrompt = take("inproc>")
      guard isPrompt || take("...>"), next?.isBlank ?? true else {
        position = start
        return isFirst
      }
      isFirst = isPrompt
    }
  }

  /// Takes a line that another thread printed: `[worker] => x`.
  mutating func skipThreadReport() -> Bool {
    skipBlanks()
    guard take("[") else { return false }
    let start = position
    while let scalar = next, scalar.isNameCharacter { position += 1 }
    guard position > start, take("]") else { return false }
    skipBlanks()
    guard starts(with: "=>") || starts(with: "=!") else { return false }
    skipLine()
    return true
  }
}
