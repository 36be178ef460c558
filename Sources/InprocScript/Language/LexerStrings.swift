internal import InprocText

/// Collects the segments of a word.
struct TemplateBuilder {
  private var segments: [Template.Segment] = []
  private var bytes: [UInt8] = []

  mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.value < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }

  mutating func append(contentsOf scalars: ArraySlice<Unicode.Scalar>) {
    for scalar in scalars { append(scalar) }
  }

  mutating func append(byte: UInt8) { bytes.append(byte) }

  mutating func append(variable name: String, index: Int?, range: SourceRange) {
    flush()
    segments.append(.variable(name: name, index: index, range: range))
  }

  private mutating func flush() {
    if !bytes.isEmpty { segments.append(.literal(bytes)) }
    bytes.removeAll()
  }

  mutating func finish() -> [Template.Segment] {
    flush()
    return segments
  }
}

extension Lexer {
  /// Reads a string `"…"`, from its opening quote on.
  mutating func string(into segments: inout TemplateBuilder) throws(SyntaxDiagnostic) {
    let start = position
    position += 1
    while let scalar = next {
      switch scalar {
      case "\"":
        position += 1
        return
      case "$": try variable(into: &segments)
      case "\\": try escape(into: &segments)
      default:
        segments.append(scalar)
        position += 1
      }
    }
    throw error("this string is not closed", at: start..<end, hint: "write '\"' at its end")
  }

  /// Reads a raw string `'…'`, from its opening quote on.
  mutating func rawString(into segments: inout TemplateBuilder) throws(SyntaxDiagnostic) {
    let start = position
    position += 1
    while let scalar = next {
      position += 1
      if scalar == "'" { return }
      segments.append(scalar)
    }
    throw error("this string is not closed", at: start..<end, hint: "write \"'\" at its end")
  }

  /// Reads an escape such as `\n`, from the backslash on.
  private mutating func escape(into segments: inout TemplateBuilder) throws(SyntaxDiagnostic) {
    let start = position
    position += 2
    switch source.scalars[start + 1 < end ? start + 1 : start] {
    case "n": segments.append("\n")
    case "r": segments.append("\r")
    case "t": segments.append("\t")
    case "0": segments.append("\0")
    case "\\" where start + 1 < end: segments.append("\\")
    case "\"": segments.append("\"")
    case "$": segments.append("$")
    case "x":
      guard let high = next?.hexDigitValue, let low = peek(1)?.hexDigitValue else {
        throw error("'\\x' takes two hex digits", at: start..<position, hint: "such as '\\x1F'")
      }
      position += 2
      segments.append(byte: UInt8(truncatingIfNeeded: high << 4 | low))
    case "u": segments.append(try unicodeEscape(from: start))
    default:
      throw error(
        "this is not an escape", at: start..<min(position, end),
        hint: "there are \\n \\r \\t \\0 \\\\ \\\" \\$ \\xHH \\u{H…}, and '…' has none")
    }
  }

  /// Reads the braces that follow `\u`.
  private mutating func unicodeEscape(from start: Int) throws(SyntaxDiagnostic) -> Unicode.Scalar {
    var value: UInt32 = 0
    var digits = 0
    guard take("{") else {
      throw error("'\\u' takes braces", at: start..<position, hint: "such as '\\u{E9}'")
    }
    while let digit = next?.hexDigitValue, digits < 8 {
      value = value << 4 | UInt32(truncatingIfNeeded: digit)
      digits += 1
      position += 1
    }
    guard digits > 0, take("}"), let scalar = Unicode.Scalar(value) else {
      throw error(
        "this is not a Unicode character", at: start..<position,
        hint: "write its number in hex, such as '\\u{E9}'")
    }
    return scalar
  }

  /// Reads a variable, `$name`, `${name}` or `$name[2]`, from the dollar sign on.
  mutating func variable(into segments: inout TemplateBuilder) throws(SyntaxDiagnostic) {
    let start = position
    position += 1
    let isBraced = take("{")
    let nameStart = position
    while let scalar = next, isBraced ? scalar.isNameCharacter : scalar.isVariableCharacter {
      position += 1
    }
    let name = text(from: nameStart)
    guard !name.isEmpty, Name.problem(with: Array(name.utf8)) == nil else {
      throw error(
        name.isEmpty ? "'$' names no variable" : "'\(name)' can't be a variable",
        at: start..<position, hint: "write '\\$' in \"…\" or '$' in '…' for the character")
    }
    var index: Int?
    if isBraced {
      index = subscripted()
      guard take("}") else {
        throw error("'${' is not closed", at: start..<position, hint: "write '${\(name)}'")
      }
    }
    if index == nil { index = subscripted() }
    segments.append(variable: name, index: index, range: range(from: start))
  }

  /// Reads an index such as `[2]`, if one comes next. An index that is too large for any message
  /// stays past the end of all.
  private mutating func subscripted() -> Int? {
    guard next == "[" else { return nil }
    let start = position
    var index = 0
    position += 1
    while let digit = next?.hexDigitValue, digit < 10 {
      let (product, overflows) = index.multipliedReportingOverflow(by: 10)
      let (sum, overflowsToo) = product.addingReportingOverflow(digit)
      index = overflows || overflowsToo ? Int.max / 100 : sum
      position += 1
    }
    guard position > start + 1, take("]") else {
      position = start
      return nil
    }
    return index
  }
}
