/// The extent of an escape sequence of one of the forms `ESC [ …` and `ESC O …`, as ECMA-48 and the
/// terminals' habits have them.
enum ControlSequence: Equatable {
  /// The sequence is complete, and has this number of bytes.
  case whole(length: Int)
  /// The byte after this number of bytes belongs to no sequence.
  case broken(length: Int)
  /// There are this many bytes, which is more than any sequence has.
  case tooLong(length: Int)
  /// The bytes so far may be the beginning of a sequence.
  case incomplete

  private static let longest = 64

  /// Parses bytes that begin with `[` or `O`, without the Escape before them.
  static func parse(_ bytes: ArraySlice<UInt8>) -> ControlSequence {
    let start = bytes.startIndex
    let isShort = bytes[start] == UInt8(ascii: "O")
    var index = start + 1
    // The Linux console's function keys are `[[A` to `[[E`.
    if !isShort, index < bytes.endIndex, bytes[index] == UInt8(ascii: "[") { index += 1 }
    let parameters = index
    while index < bytes.endIndex, (isShort ? 0x30...0x3B : 0x20...0x3F).contains(bytes[index]) {
      // rxvt's keys with Shift end in `$`; in answers of the terminal it follows more than a number.
      let isShifted =
        bytes[index] == UInt8(ascii: "$") && index > parameters
        && bytes[parameters..<index].allSatisfy { (0x30...0x39).contains($0) }
      index += 1
      if isShifted { return .whole(length: index - start) }
    }
    guard index < bytes.endIndex else {
      return index - start > longest ? .tooLong(length: index - start) : .incomplete
    }
    let isFinal = (0x40...0x7E).contains(bytes[index])
    return isFinal ? .whole(length: index + 1 - start) : .broken(length: index - start)
  }
}

/// Decodes UTF-8, one scalar at a time.
enum UTF8Scalar {
  /// The first scalar and its length; U+FFFD for bytes that are none. Nil where the bytes are the
  /// beginning of one and more may come.
  static func decode(
    _ bytes: ArraySlice<UInt8>, isAtEnd: Bool
  ) -> (scalar: Unicode.Scalar, length: Int)? {
    guard let first = bytes.first else { return nil }
    let length = length(first)
    let start = bytes.startIndex
    let end = min(start + length, bytes.endIndex)
    var good = start + 1
    while good < end, isValid(bytes[good], at: good - start, after: first) { good += 1 }
    if length > 1, good == end, good - start < length, !isAtEnd { return nil }
    guard length > 1, good - start == length else {
      return (first < 0x80 ? Unicode.Scalar(first) : "\u{FFFD}", good - start)
    }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for byte in bytes[start + 1..<good] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  private static func length(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  private static func isValid(_ byte: UInt8, at index: Int, after first: UInt8) -> Bool {
    guard byte & 0xC0 == 0x80 else { return false }
    guard index == 1 else { return true }
    switch first {
    case 0xE0: return byte >= 0xA0
    case 0xED: return byte < 0xA0
    case 0xF0: return byte >= 0x90
    case 0xF4: return byte < 0x90
    default: return true
    }
  }
}
