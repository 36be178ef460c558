package import Inproc
internal import InprocText

/// Where the variables of a text are looked up when it runs.
package protocol VariableLookup {
  func message(named name: String) -> Message?

  /// Reserves bytes that are about to be allocated.
  ///
  /// - Throws: `limit` if the run must not allocate so much.
  func reserve(_ bytes: Int) throws(CommandError)

  /// Checks the limits of the run. Long operations call it now and then.
  ///
  /// - Throws: `limit` if the run has exceeded a limit.
  func checkLimits() throws(CommandError)
}

extension VariableLookup {
  package func reserve(_ bytes: Int) throws(CommandError) {}
  package func checkLimits() throws(CommandError) {}
}

/// The limits of a message.
package enum MessageLimit {
  package static let bytes = 1 << 30
  package static let frames = 65_536

  static let tooManyBytes = CommandError(
    .limit, "this makes more than 1 GiB; send it in smaller messages")
  static let tooManyFrames = CommandError(
    .limit, "this makes more than 65,536 frames; send it in smaller messages")
}

extension VariableLookup {
  func required(_ name: String) throws(CommandError) -> Message {
    guard let message = message(named: name) else {
      throw CommandError(
        .unknownName, "there is no variable \(Excerpt(name)); set it with 'let \(name) = …'")
    }
    return message
  }

  /// The frame or frames that `$name` or `$name[index]` stands for.
  func frames(_ name: String, _ index: Int?) throws(CommandError) -> Message {
    let message = try required(name)
    guard let index else { return message }
    guard index < message.count else {
      let count = counted(message.count, "frame")
      throw CommandError(
        .invalidValue, "variable '\(name)' holds \(count); index \(index) is past the end")
    }
    return Message(message[index])
  }
}

extension Template {
  /// The bytes of the template, with the frames of its variables in their places.
  ///
  /// The size is known before anything is allocated.
  package func bytes(_ variables: some VariableLookup) throws(CommandError) -> [UInt8] {
    if let literal { return literal }
    var total = 0
    var parts: [Message] = []
    for segment in segments {
      guard case .variable(let name, let index, _) = segment else {
        if case .literal(let bytes) = segment { parts.append(Message(Frame(bytes))) }
        total += parts.last?.byteCount ?? 0
        if total > MessageLimit.bytes { throw MessageLimit.tooManyBytes }
        continue
      }
      let frames = try variables.frames(name, index)
      total += frames.byteCount + max(0, frames.count - 1)
      if total > MessageLimit.bytes { throw MessageLimit.tooManyBytes }
      parts.append(frames)
    }
    try variables.reserve(total)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(total)
    for part in parts {
      for (index, frame) in part.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: " ")) }
        // The bytes are appended at once; an append of a frame would go byte by byte.
        frame.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
    return bytes
  }

  /// The text of the template; `invalid-value` if that is not UTF-8.
  package func text(_ variables: some VariableLookup) throws(CommandError) -> String {
    let bytes = try bytes(variables)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandError(.invalidValue, "\(Excerpt(self.text)) gives bytes that are not UTF-8")
    }
    return text
  }

  /// The text of the template as the name of a handle, thread or variable; `invalid-value` if it
  /// can't be one.
  package func name(_ variables: some VariableLookup) throws(CommandError) -> String {
    if let constantName { return constantName }
    let bytes = try bytes(variables)
    if let problem = Name.problem(with: bytes) { throw CommandError(.invalidValue, problem) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Quantity where Value == Int {
  /// A number, such as a count or a capacity.
  package func integer(_ variables: some VariableLookup) throws(CommandError) -> Int {
    try value(variables, "a number", QuantityText.integer)
  }

  /// A size, such as that of `bytes(4KiB)`.
  package func size(_ variables: some VariableLookup) throws(CommandError) -> Int {
    try value(variables, "a size", QuantityText.size)
  }
}

extension Quantity where Value == Duration {
  package func duration(_ variables: some VariableLookup) throws(CommandError) -> Duration {
    try value(variables, "a duration", QuantityText.duration)
  }
}

extension Quantity {
  private func value(
    _ variables: some VariableLookup, _ kind: String,
    _ parse: ([UInt8]) throws(QuantityText.Problem) -> Value
  ) throws(CommandError) -> Value {
    switch self {
    case .literal(let value, _): return value
    case .template(let template):
      let bytes = try template.bytes(variables)
      do {
        return try parse(bytes)
      } catch {
        let quoted = Excerpt(String(decoding: bytes.prefix(400), as: UTF8.self))
        throw CommandError(
          .invalidValue,
          error == .tooLarge ? "\(quoted) is too large for \(kind)" : "\(quoted) is not \(kind)")
      }
    }
  }
}

extension FrameExpression {
  /// The frames it stands for: one, but for `$name` as a word of its own.
  package func frames(_ variables: some VariableLookup) throws(CommandError) -> Message {
    try [self].message(variables)
  }

  /// The one frame it stands for; `invalid-value` where there are more or none.
  package func frame(_ variables: some VariableLookup) throws(CommandError) -> Frame {
    let frames = try frames(variables)
    guard frames.count == 1 else {
      let name = if case .splice(let name, _) = self { name } else { "" }
      throw CommandError(
        .invalidValue,
        "variable '\(name)' holds \(frames.count) frames, and one is needed; write '$\(name)[0]'")
    }
    return frames[0]
  }
}

extension [FrameExpression] {
  /// The message that these expressions make, evaluated from left to right.
  package func message(_ variables: some VariableLookup) throws(CommandError) -> Message {
    if count == 1, case .constant(let frame, _) = self[0], frame.count <= MessageLimit.bytes {
      return Message(frame)
    }
    var message: [Frame] = []
    var total = 0
    for expression in self {
      switch expression {
      case .constant(let frame, _): message.append(frame)
      case .splice(let name, _):
        let frames = try variables.required(name)
        if message.count + frames.count > MessageLimit.frames { throw MessageLimit.tooManyFrames }
        total += frames.byteCount
        if total > MessageLimit.bytes { throw MessageLimit.tooManyBytes }
        try variables.reserve(frames.count * MemoryLayout<Frame>.stride)
        message.append(contentsOf: frames)
        continue
      case .template(let template):
        if let frame = try template.singleFrame(variables) {
          message.append(frame)
        } else {
          message.append(Frame(try template.bytes(variables)))
        }
      case .bytes(let count, let fill):
        let size = try count.size(variables)
        if size > MessageLimit.bytes - total { throw MessageLimit.tooManyBytes }
        try variables.reserve(size)
        message.append(Frame([UInt8](repeating: fill, count: size)))
      }
      total += message.last?.count ?? 0
      if total > MessageLimit.bytes { throw MessageLimit.tooManyBytes }
      if message.count > MessageLimit.frames { throw MessageLimit.tooManyFrames }
    }
    return Message(message)
  }
}

extension Template {
  /// `$name[2]` alone: that frame itself, without a copy.
  fileprivate func singleFrame(_ variables: some VariableLookup) throws(CommandError) -> Frame? {
    guard segments.count == 1, case .variable(let name, let index?, _) = segments[0] else {
      return nil
    }
    return try variables.frames(name, index).first
  }
}

/// How long a wait may take, once its variables are replaced.
package enum ResolvedWait: Hashable, Sendable {
  case now
  case after(Duration)
  case forever
}

extension Option.Value {
  /// How long a wait may take, for an option whose value is a duration.
  ///
  /// - Parameters:
  ///   - word: the word that may stand in place of a duration, also in a variable.
  ///   - meaning: what it means.
  ///   - variables: the variables in it.
  /// - Returns: nil for the value of an option that is no duration.
  /// - Throws: what is wrong with the duration or its variables.
  func wait(
    or word: String, _ meaning: ResolvedWait, _ variables: some VariableLookup
  ) throws(CommandError) -> ResolvedWait? {
    switch self {
    case .word: return meaning
    case .duration(.template(let template))
    where try template.bytes(variables).elementsEqual(word.utf8):
      return meaning
    case .duration(let quantity): return .after(try quantity.duration(variables))
    case .flag, .name, .integer, .frame: return nil
    }
  }
}
