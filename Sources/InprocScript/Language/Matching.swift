package import Inproc

extension Expectation {
  /// Whether one of the alternatives is this line.
  ///
  /// - Throws: what the variables in it may give: `unknown-name`, `invalid-value`, `limit`.
  package func matches(
    _ line: ResultLine, variables: some VariableLookup
  ) throws(CommandError) -> Bool {
    try mismatch(with: line, variables: variables) == nil
  }

  /// The difference between a line and an expectation.
  package struct Mismatch: Hashable, Sendable {
    /// The alternative that comes closest, from 0.
    package var alternative: Int
    /// The first field of the line that differs, from 0: its number of fields where one is missing;
    /// nil where the line is of another kind, or an error.
    package var field: Int?
  }

  /// How a line differs from the alternative that comes closest; nil where one matches.
  package func mismatch(
    with line: ResultLine, variables: some VariableLookup
  ) throws(CommandError) -> Mismatch? {
    var closest: Mismatch?
    for (index, alternative) in alternatives.enumerated() {
      switch (alternative, line) {
      case (.none, .none): return nil
      case (.error(let code, let regex), .error(let error)):
        guard code == error.code.rawValue else { break }
        guard let regex else { return nil }
        let matches = try regex.matches(error.text, wholly: false) { () throws(CommandError) in
          try variables.checkLimits()
        }
        if matches { return nil }
      case (.fields(let patterns), .fields), (.fields(let patterns), .none):
        let fields = line.fields
        let same = try patterns.firstDifference(
          from: fields, isNone: line == .none, variables: variables)
        guard let same else { return nil }
        if closest?.field.map({ $0 < same }) ?? true {
          closest = Mismatch(alternative: index, field: same)
        }
        continue
      default: break
      }
      if closest == nil { closest = Mismatch(alternative: index, field: nil) }
    }
    return closest ?? Mismatch(alternative: 0, field: nil)
  }
}

extension ResultLine {
  fileprivate var fields: [Field] {
    switch self {
    case .fields(let fields): fields
    case .none: [.text("(none)")]
    case .error: []
    }
  }
}

extension ResultLine.Field {
  fileprivate var bytes: Frame {
    switch self {
    case .frame(let frame): frame
    case .text(let text): Frame(text)
    }
  }
}

extension [FieldPattern] {
  /// Whether these patterns match frames, such as those of a run's outcome.
  package func matches(
    _ frames: [Frame], variables: some VariableLookup
  ) throws(CommandError) -> Bool {
    let fields = frames.map { ResultLine.Field.frame($0) }
    return try firstDifference(from: fields, isNone: false, variables: variables) == nil
  }

  /// The first field that differs, or nil where all match.
  ///
  /// To patterns other than values and sizes, the line `(none)` is one field with that text.
  fileprivate func firstDifference(
    from fields: [ResultLine.Field], isNone: Bool, variables: some VariableLookup
  ) throws(CommandError) -> Int? {
    var index = 0
    for pattern in self {
      if case .rest = pattern { return nil }
      if case .value(let expression) = pattern {
        let values = try expression.frames(variables)
        for value in values {
          guard index < fields.count, !isNone, fields[index].bytes == value else { return index }
          index += 1
        }
        continue
      }
      guard index < fields.count else { return index }
      switch pattern {
      case .regex(let regex):
        let bytes = fields[index].bytes
        try variables.reserve(bytes.count)
        guard let text = String(bytes) else { return index }
        let matches = try regex.matches(text, wholly: true) { () throws(CommandError) in
          try variables.checkLimits()
        }
        guard matches else { return index }
      case .size(let size):
        let count = try size.size(variables)
        guard !isNone, fields[index].bytes.count == count else { return index }
      case .any, .rest, .value: break
      }
      index += 1
    }
    return index < fields.count ? index : nil
  }
}
