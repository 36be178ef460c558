package import Inproc

/// The variables that expressions are evaluated with.
package protocol VariableLookup {
  func message(named name: String) -> Message?
}

/// What a message may hold.
enum MessageLimit {
  static let bytes = 1 << 30
  static let frames = 65_536

  static func check(bytes: Int, frames: Int) throws(CommandError) {
    if bytes > MessageLimit.bytes {
      throw CommandError(.limit, "a message of \(bytes) bytes is too large; at most 1 GiB is")
    }
    if frames > MessageLimit.frames {
      throw CommandError(
        .limit, "a message of \(frames) frames is too large; at most \(MessageLimit.frames) are")
    }
  }
}

extension VariableLookup {
  func required(_ name: String) throws(CommandError) -> Message {
    guard let message = message(named: name) else {
      throw CommandError(
        .unknownName, "no variable \(Excerpt(name)); 'let \(name) = …' or 'as \(name)' sets one")
    }
    return message
  }
}

extension Template {
  /// Its bytes, every variable replaced by its frames joined by a space.
  ///
  /// - Throws: `unknown-name`, `invalid-value` for an index past the end, `limit`.
  package func bytes(_ values: some VariableLookup) throws(CommandError) -> [UInt8] {
    if let literal { return literal }
    var bytes: [UInt8] = []
    for segment in segments {
      switch segment {
      case .literal(let literal): bytes += literal
      case .variable(let name, let index, _):
        let message = try values.required(name)
        if let index {
          bytes += try message.frame(at: index, of: name)
        } else {
          try MessageLimit.check(bytes: bytes.count + message.byteCount + message.count, frames: 1)
          bytes += message.joined(separator: CollectionOfOne(UInt8(ascii: " ")))
        }
      }
      try MessageLimit.check(bytes: bytes.count, frames: 1)
    }
    return bytes
  }

  /// Its text.
  ///
  /// - Throws: as ``bytes(_:)``; `invalid-value` where the bytes are not UTF-8.
  package func text(_ values: some VariableLookup) throws(CommandError) -> String {
    guard let text = String(validating: try bytes(values), as: UTF8.self) else {
      throw CommandError(.invalidValue, "what \(Excerpt(self.text)) stands for is not UTF-8")
    }
    return text
  }

  /// The name of a handle, thread or variable.
  ///
  /// - Throws: as ``bytes(_:)``; `invalid-value` where that is no name.
  package func name(_ values: some VariableLookup) throws(CommandError) -> String {
    let bytes = try bytes(values)
    if let problem = Name.problem(with: bytes) { throw CommandError(.invalidValue, problem) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Message {
  fileprivate func frame(at index: Int, of name: String) throws(CommandError) -> Frame {
    guard indices.contains(index) else {
      throw CommandError(
        .invalidValue,
        "the variable '\(name)' has \(count) frame\(count == 1 ? "" : "s"), "
          + "so there is no '$\(name)[\(index)]'; the first is '$\(name)[0]'")
    }
    return self[index]
  }
}

extension FrameExpression {
  /// Adds the frames it stands for.
  fileprivate func append(
    to message: inout Message, _ size: inout Int, _ values: some VariableLookup
  ) throws(CommandError) {
    switch self {
    case .constant(let frame, _): message.append(frame)
    case .template(let template):
      if template.segments.count == 1, case .variable(let name, let index?, _) = template.segments[0]
      {
        // A frame of a variable is shared, not copied.
        message.append(try values.required(name).frame(at: index, of: name))
      } else {
        message.append(Frame(try template.bytes(values)))
      }
    case .bytes(let count, let fill):
      let count = try count.value(values)
      try MessageLimit.check(bytes: size.addingReportingOverflow(count).partialValue, frames: 1)
      message.append(Frame([UInt8](repeating: fill, count: count)))
    case .splice(let name, _):
      let frames = try values.required(name)
      try MessageLimit.check(bytes: 0, frames: message.count + frames.count)
      message.append(contentsOf: frames)
      size += frames.byteCount
      return try MessageLimit.check(bytes: size, frames: message.count)
    }
    size += message[message.count - 1].count
    try MessageLimit.check(bytes: size, frames: message.count)
  }

  /// The one frame it stands for.
  ///
  /// - Throws: `invalid-value` where it stands for none or several.
  package func single(_ values: some VariableLookup) throws(CommandError) -> Frame {
    let message = try [self].message(values)
    guard message.count == 1 else {
      throw CommandError(
        .invalidValue, "one frame belongs here, not \(message.count); choose one, as in '$name[0]'")
    }
    return message[0]
  }
}

extension [FrameExpression] {
  /// The message that they make.
  ///
  /// - Throws: `unknown-name`, `invalid-value`, `limit`.
  package func message(_ values: some VariableLookup) throws(CommandError) -> Message {
    if count == 1, case .constant(let frame, _) = self[0] { return Message(frame) }
    var message = Message()
    var size = 0
    for expression in self { try expression.append(to: &message, &size, values) }
    return message
  }
}

extension Quantity<Int> {
  /// The number or size.
  ///
  /// - Throws: `invalid-value` where what variables gave is none.
  package func value(_ values: some VariableLookup) throws(CommandError) -> Int {
    switch self {
    case .literal(let value, _): return value
    case .template(let template):
      let bytes = try template.bytes(values)
      if let value = try? QuantityText.integer(bytes) { return value }
      if let value = try? QuantityText.size(bytes) { return value }
      throw CommandError(
        .invalidValue,
        "\(Excerpt(String(decoding: bytes.prefix(400), as: UTF8.self))) is no number of 64 bits")
    }
  }
}

extension Quantity<Duration> {
  /// The duration.
  ///
  /// - Throws: `invalid-value` where what variables gave is none.
  package func value(_ values: some VariableLookup) throws(CommandError) -> Duration {
    switch self {
    case .literal(let value, _): return value
    case .template(let template):
      let bytes = try template.bytes(values)
      if let value = try? QuantityText.duration(bytes) { return value }
      throw CommandError(
        .invalidValue,
        "\(Excerpt(String(decoding: bytes.prefix(400), as: UTF8.self))) is no duration; "
          + "write 500us, 250ms, 2s or 1m")
    }
  }
}

extension Int {
  /// An integer of 64 bits, as the language writes it.
  init?(strictly text: String) {
    guard let value = try? QuantityText.integer(Array(text.utf8)) else { return nil }
    self = value
  }
}

extension Comparison {
  /// Compares bytes for equality, integers for order.
  ///
  /// - Throws: `invalid-value` where an order is asked of what is no integer.
  func holds(_ left: Frame, _ right: Frame) throws(CommandError) -> Bool {
    switch self {
    case .equal: return left == right
    case .unequal: return left != right
    case .less: return try integer(left) < integer(right)
    case .lessOrEqual: return try integer(left) <= integer(right)
    case .greater: return try integer(left) > integer(right)
    case .greaterOrEqual: return try integer(left) >= integer(right)
    }
  }

  private func integer(_ frame: Frame) throws(CommandError) -> Int {
    guard let text = String(frame), let value = Int(strictly: text) else {
      throw CommandError(
        .invalidValue, "\(frame.printed) is no integer of 64 bits; '\(rawValue)' compares integers")
    }
    return value
  }
}

/// A duration as the language writes it, or nil.
package func parseDuration(_ text: String) -> Duration? {
  try? QuantityText.duration(Array(text.utf8))
}
