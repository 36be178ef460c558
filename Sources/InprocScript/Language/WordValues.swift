import Inproc

// The values of words, where a number, a name or a frame is wanted.

extension Word {
  /// `12`, `-3`, `$n`.
  func integer(_ lexer: Lexer) throws(SyntaxDiagnostic) -> Quantity<Int> {
    try quantity(lexer, "a number", "such as 3", QuantityText.integer)
  }

  /// `64`, `4KiB`, `$n`.
  func size(_ lexer: Lexer) throws(SyntaxDiagnostic) -> Quantity<Int> {
    try quantity(lexer, "a size", "such as 64, 4KiB, 1MiB or 1GiB", QuantityText.size)
  }

  /// `250ms`, `${n}ms`.
  func duration(_ lexer: Lexer) throws(SyntaxDiagnostic) -> Quantity<Duration> {
    try quantity(lexer, "a duration", "such as 500us, 250ms, 2s or 1m", QuantityText.duration)
  }

  private func quantity<Value>(
    _ lexer: Lexer, _ kind: String, _ examples: String,
    _ parse: ([UInt8]) throws(QuantityText.Problem) -> Value
  ) throws(SyntaxDiagnostic) -> Quantity<Value> {
    guard let literal = template.literal else { return .template(template) }
    do {
      return .literal(try parse(literal), template)
    } catch {
      let problem =
        error == .tooLarge ? "\(Excerpt(text)) is too large" : "\(Excerpt(text)) is not \(kind)"
      throw lexer.error(
        problem, at: range, hint: error == .tooLarge ? nil : "write \(kind) \(examples)")
    }
  }

  /// The word as the name of a handle, thread or variable.
  func name(_ lexer: Lexer) throws(SyntaxDiagnostic) -> Template {
    if let literal = template.literal, let problem = Name.problem(with: literal) {
      throw lexer.error(problem, at: range)
    }
    return template
  }

  /// The word as a frame expression.
  var frame: FrameExpression {
    switch form {
    case .hexadecimal(let bytes): return .constant(Frame(bytes), text: text)
    case .bytes(let count, let fill): return .bytes(count: count, fill: fill ?? 0)
    case .string: break
    case .bare:
      if template.segments.count == 1,
        case .variable(let name, index: nil, range: _) = template.segments[0]
      {
        return .splice(name: name, range: range)
      }
    }
    if let literal = template.literal { return .constant(Frame(literal), text: text) }
    return .template(template)
  }
}
