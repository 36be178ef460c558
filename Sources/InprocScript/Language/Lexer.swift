import Inproc
internal import InprocText

/// A word of a line: one thing between blanks.
struct Word {
  enum Form {
    /// A bare word, with or without variables.
    case bare
    /// `"…"` or `'…'`.
    case string
    /// `0x…`
    case hexadecimal([UInt8])
    /// `bytes(SIZE)` and `bytes(SIZE, 0xAA)`.
    case bytes(count: Quantity<Int>, fill: UInt8?)
  }
  var form: Form
  var template: Template

  var text: String { template.text }
  var range: SourceRange { template.range }

  /// A bare word without variables: what can be a keyword.
  var keyword: String? {
    if case .bare = form, template.literal != nil { template.text } else { nil }
  }
}

/// Reads the words of a text, line by line. The parser says which kind of word it wants next,
/// because the meaning of `/`, `=` and `|` depends on their place.
struct Lexer {
  /// What ends a word, besides blanks, `;` and braces.
  enum Context {
    case command
    /// A bare word may contain `=`; `|` ends a word.
    case expectation
    /// In the parentheses of `bytes(…)`.
    case parentheses
  }

  let source: SourceText
  /// The line that is read, from 0.
  private(set) var line = -1
  var position = 0
  private(set) var end = 0
  private(set) var lineStart = 0

  init(_ source: SourceText) {
    self.source = source
  }

  /// Goes to the next line. Returns false at the end of the text.
  mutating func advanceLine() -> Bool {
    guard line + 1 < source.lines.count else { return false }
    line += 1
    lineStart = source.lines[line].lowerBound
    position = lineStart
    end = source.lines[line].upperBound
    return true
  }

  /// Skips lines, so that the next one is the line with this number, from 0.
  mutating func skipLines(upTo next: Int) {
    guard next > line, next <= source.lines.count else { return }
    line = next - 1
    position = source.lines[line].upperBound
    end = position
    lineStart = source.lines[line].lowerBound
  }

  /// Whether a line is the prompt's note of a command: `# recv inbox`.
  func notes(_ command: String, on line: Int) -> Bool {
    source.text(source.lines[line]).hasPrefix("# " + command)
  }

  /// The next scalar of this line.
  var next: Unicode.Scalar? { position < end ? source.scalars[position] : nil }

  func peek(_ distance: Int) -> Unicode.Scalar? {
    position + distance < end ? source.scalars[position + distance] : nil
  }

  mutating func skipBlanks() {
    while position < end, source.scalars[position].isBlank { position += 1 }
  }

  mutating func skipLine() { position = end }

  /// Takes this text if it comes next.
  mutating func take(_ text: StaticString) -> Bool {
    guard starts(with: text) else { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  /// Whether this word of the table of commands comes next.
  func starts(withWord word: String) -> Bool {
    position + word.unicodeScalars.count <= end
      && source.scalars[position..<end].starts(with: word.unicodeScalars)
  }

  /// Whether this ASCII text comes next.
  func starts(with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position + count <= end else { return false }
    return text.withUTF8Buffer { bytes in
      for index in 0..<count
      where source.scalars[position + index].value != UInt32(bytes[index]) { return false }
      return true
    }
  }

  func range(from start: Int) -> SourceRange { range(start..<position) }

  func range(_ range: Range<Int>) -> SourceRange {
    SourceRange(
      line: line + source.firstLine, column: range.lowerBound - lineStart + 1,
      length: max(1, range.count))
  }

  func text(from start: Int) -> String { source.text(start..<position) }

  /// An error at a place of this line.
  func error(
    _ message: String, at range: Range<Int>, code: ErrorCode = .syntax, hint: String? = nil
  ) -> SyntaxDiagnostic {
    let place = self.range(range)
    return error(message, at: place, code: code, hint: hint)
  }

  func error(
    _ message: String, at range: SourceRange, code: ErrorCode = .syntax, hint: String? = nil
  ) -> SyntaxDiagnostic {
    SyntaxDiagnostic(
      code: code, line: range.line, column: range.column, length: range.length, message: message,
      sourceLine: source.text(source.lines[range.line - source.firstLine]), hint: hint)
  }
}

extension Lexer {
  /// Reads a word, which must come next.
  mutating func word(_ context: Context) throws(SyntaxDiagnostic) -> Word {
    let start = position
    var segments = TemplateBuilder()
    var form = Word.Form.string
    switch next {
    case "\"": try string(into: &segments)
    case "'": try rawString(into: &segments)
    default:
      form = .bare
      try bare(context, into: &segments)
      if position - start == 5, next == "(", text(from: start) == "bytes" {
        form = try bytes(from: start)
        segments = TemplateBuilder()
        segments.append(contentsOf: source.scalars[start..<position])
      } else if let bytes = try hexadecimal(from: start) {
        form = .hexadecimal(bytes)
      }
    }
    try expectWordEnd(context, from: start)
    let template = Template(
      segments: segments.finish(), range: range(from: start), text: text(from: start))
    return Word(form: form, template: template)
  }

  private mutating func bare(
    _ context: Context, into segments: inout TemplateBuilder
  ) throws(SyntaxDiagnostic) {
    let start = position
    while let scalar = next {
      if scalar == "$" {
        try variable(into: &segments)
      } else if scalar.isBare || (scalar == "=" && context == .expectation) {
        segments.append(scalar)
        position += 1
      } else {
        break
      }
    }
    guard position == start else { return }
    guard let scalar = next else {
      throw error("something is missing at the end of this line", at: position..<position)
    }
    throw unexpected(scalar)
  }

  private func unexpected(_ scalar: Unicode.Scalar) -> SyntaxDiagnostic {
    let quoted = scalar.isASCII && scalar.isPrintable && scalar != "\\" ? "'…'" : "\"…\""
    return error(
      "\(scalar.named) can't stand here", at: position..<(position + 1),
      hint: "quote a word that contains it: \(quoted)")
  }

  private func expectWordEnd(
    _ context: Context, from start: Int
  ) throws(SyntaxDiagnostic) {
    guard let scalar = next, !scalar.isBlank else { return }
    switch scalar {
    case ";", "{", "}": return
    case "|" where context == .expectation: return
    case ",", ")": if context == .parentheses { return }
    case "\"", "'", "$":
      throw error("a blank is missing between two words", at: position..<(position + 1))
    case "#":
      throw error(
        "'#' can't stand here", at: position..<(position + 1),
        hint: "put a blank before a comment, or quote the word")
    case "=":
      throw error(
        "'=' can't stand in a bare word", at: position..<(position + 1),
        hint: "quote a frame that contains it")
    default: break
    }
    let last = source.scalars[position - 1]
    if last == "\"" || last == "'" || last == ")" {
      throw error("a blank is missing between two words", at: position..<(position + 1))
    }
    throw unexpected(scalar)
  }

  /// The bytes of a word that is `0x` and hex digits; nil for another.
  private func hexadecimal(from start: Int) throws(SyntaxDiagnostic) -> [UInt8]? {
    guard position - start >= 2, source.scalars[start] == "0", source.scalars[start + 1] == "x"
    else { return nil }
    var bytes: [UInt8] = []
    var high: Int?
    for scalar in source.scalars[(start + 2)..<position] {
      guard let digit = scalar.hexDigitValue else { return nil }
      if let first = high {
        bytes.append(UInt8(truncatingIfNeeded: first << 4 | digit))
        high = nil
      } else {
        high = digit
      }
    }
    if high != nil {
      throw error(
        "'0x' is followed by an odd number of hex digits", at: start..<position,
        hint: "write two for each byte, or quote the word")
    }
    return bytes
  }

  /// Reads the parentheses that follow `bytes`.
  private mutating func bytes(from start: Int) throws(SyntaxDiagnostic) -> Word.Form {
    position += 1
    skipBlanks()
    guard let first = next, first != ")", first != "," else {
      throw error(
        "'bytes' needs a size", at: start..<position,
        hint: "write it as 'bytes(64)' or 'bytes(4KiB, 0xAA)'")
    }
    let count = try word(.parentheses).size(self)
    skipBlanks()
    var fill: UInt8?
    if take(",") {
      skipBlanks()
      let fillStart = position
      guard next != nil, next != ")",
        case .hexadecimal(let bytes) = try word(.parentheses).form, bytes.count == 1
      else {
        throw error(
          "'bytes' is filled with one byte", at: fillStart..<max(position, fillStart + 1),
          hint: "write it as '0xAA'")
      }
      fill = bytes[0]
      skipBlanks()
    }
    guard take(")") else { throw error("'bytes(' is not closed; write ')'", at: start..<position) }
    return .bytes(count: count, fill: fill)
  }
}
