internal import Inproc

/// Two frames and what to do with them: `$n + 1`.
package struct Arithmetic: Hashable, Sendable {
  package enum Sign: String, Hashable, Sendable, CaseIterable {
    case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%"
  }
  var left: FrameExpression
  var sign: Sign
  var right: FrameExpression

  var frames: [FrameExpression] { [left, right] }
}

/// One side of a comparison: a frame, or what arithmetic makes of two.
package enum ConditionSide: Hashable, Sendable {
  case frame(FrameExpression)
  case arithmetic(Arithmetic)

  var frames: [FrameExpression] {
    switch self {
    case .frame(let frame): [frame]
    case .arithmetic(let arithmetic): arithmetic.frames
    }
  }
}

/// What an `if`, an `await` or an `assert` asks: comparisons, joined by `and` and `or`.
package struct Condition: Hashable, Sendable {
  package struct Term: Hashable, Sendable {
    var left: ConditionSide
    var comparison: Comparison
    var right: ConditionSide
  }
  /// It holds where all terms of one of these hold: `and` binds tighter than `or`.
  var alternatives: [[Term]]
  /// As typed.
  var text: String
  var range: SourceRange

  /// Every frame of it, from left to right.
  var frames: [FrameExpression] {
    alternatives.flatMap { $0.flatMap { $0.left.frames + $0.right.frames } }
  }

  /// The variables that it reads, from left to right, as often as it reads them.
  var variables: [String] { frames.flatMap(\.variables) }
}

extension FrameExpression {
  /// The variables that it reads, from left to right.
  var variables: [String] {
    switch self {
    case .constant: []
    case .template(let template): template.variables
    case .bytes(let count, _): count.template.variables
    case .splice(let name, _): [name]
    }
  }
}

extension Template {
  /// The variables that stand in it, from left to right.
  var variables: [String] {
    segments.compactMap { if case .variable(let name, _, _) = $0 { name } else { nil } }
  }
}

// MARK: - Evaluation

extension Condition {
  /// Whether it holds, and what each of its frames was.
  struct Evaluation {
    var holds: Bool
    /// From left to right.
    var values: [Frame]
  }

  /// Reads all variables from left to right, and then compares until it is settled.
  ///
  /// - Throws: `unknown-name` of a variable; `invalid-value` where a side is not one frame, no integer
  ///   where one is needed, past 64 bits, or a division by 0.
  func evaluated(_ variables: some VariableLookup) throws(CommandError) -> Evaluation {
    var values: [Frame] = []
    for frame in frames { values.append(try frame.frame(variables)) }
    var first = 0
    for terms in alternatives {
      var position = first
      var holds = true
      for term in terms {
        holds = try term.holds(values, from: position)
        if !holds { break }
        position += term.frameCount
      }
      if holds { return Evaluation(holds: true, values: values) }
      first += terms.reduce(0) { $0 + $1.frameCount }
    }
    return Evaluation(holds: false, values: values)
  }

  /// Whether it holds.
  func holds(_ variables: some VariableLookup) throws(CommandError) -> Bool {
    try evaluated(variables).holds
  }
}

extension Condition.Term {
  fileprivate var frameCount: Int { left.frames.count + right.frames.count }

  fileprivate func holds(_ values: [Frame], from start: Int) throws(CommandError) -> Bool {
    try comparison.holds(
      try left.value(values, from: start), try right.value(values, from: start + left.frames.count))
  }
}

extension ConditionSide {
  fileprivate func value(_ values: [Frame], from start: Int) throws(CommandError) -> Frame {
    switch self {
    case .frame: values[start]
    case .arithmetic(let arithmetic):
      try arithmetic.sign.result(values[start], values[start + 1])
    }
  }
}

extension Arithmetic {
  /// The result, in decimal digits.
  ///
  /// - Throws: `unknown-name` of a variable; `invalid-value` where a side is no integer, where the
  ///   result is past 64 bits, and where it would be a division by 0.
  func value(_ variables: some VariableLookup) throws(CommandError) -> Frame {
    let left = try left.frame(variables)
    return try sign.result(left, try right.frame(variables))
  }
}

extension Arithmetic.Sign {
  fileprivate func result(_ left: Frame, _ right: Frame) throws(CommandError) -> Frame {
    let (first, second) = (try integer(left), try integer(right))
    let (value, overflows) =
      switch self {
      case .add: first.addingReportingOverflow(second)
      case .subtract: first.subtractingReportingOverflow(second)
      case .multiply: first.multipliedReportingOverflow(by: second)
      case .divide: try divisor(first, second, first.dividedReportingOverflow(by:))
      case .remainder: try divisor(first, second, first.remainderReportingOverflow(dividingBy:))
      }
    if overflows, self != .remainder {
      throw CommandError(.invalidValue, "\(first) \(rawValue) \(second) is past 64 bits")
    }
    return Frame(String(value))
  }

  private func divisor(
    _ first: Int, _ second: Int, _ divide: (Int) -> (partialValue: Int, overflow: Bool)
  ) throws(CommandError) -> (partialValue: Int, overflow: Bool) {
    if second == 0 {
      throw CommandError(.invalidValue, "\(first) \(rawValue) 0 is a division by 0")
    }
    return divide(second)
  }

  private func integer(_ frame: Frame) throws(CommandError) -> Int {
    guard let text = String(frame), let value = Int(strictly: text) else {
      throw CommandError(
        .invalidValue,
        "\(Excerpt(frame.description)) is no integer of 64 bits; '\(rawValue)' reckons with integers"
      )
    }
    return value
  }
}
