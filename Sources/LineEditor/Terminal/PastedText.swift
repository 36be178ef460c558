internal import CEditLine

/// A bracketed paste that is coming in.
struct PastedText {
  /// Bytes beyond this many are dropped; no paste is as long.
  static let limit = 64 << 20

  private(set) var bytes: [UInt8] = []
  /// How often libedit was given the character that begins a paste.
  var announcements = 1

  mutating func take(_ more: [UInt8]) {
    bytes += more.prefix(Self.limit - bytes.count)
  }

  /// Takes the bytes that have come. Of a paste that is not whole, line breaks and an incomplete
  /// character at the end stay, as their meaning depends on the bytes that follow.
  mutating func takeText(isWhole: Bool) -> [UInt8] {
    var end = bytes.count
    if !isWhole {
      let lead = bytes.indices.suffix(3).last { bytes[$0] >= 0xC0 }
      if let lead, UTF8Scalar.decode(bytes[lead...], isAtEnd: false) == nil { end = lead }
      while end > 0, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    }
    defer { bytes.removeFirst(end) }
    return Array(bytes[..<end])
  }

  /// The pasted bytes as text, ended by 0: line breaks as `\n`, none at the end; tabs as blanks, no
  /// control characters.
  static func text(of bytes: [UInt8]) -> [wchar_t] {
    var result: [wchar_t] = []
    result.reserveCapacity(bytes.count + 1)
    var index = 0
    bytes.withUnsafeBufferPointer { bytes in
      while index < bytes.count {
        let byte = bytes[index]
        switch byte {
        case 32..<127: result.append(wchar_t(byte))
        case 13: result.append(10)
        case 10: if index == 0 || bytes[index - 1] != 13 { result.append(10) }
        case 9: result += [32, 32]
        case 0..<32, 127: break
        default:
          var end = index + 1
          while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
          for scalar in String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars
          where scalar.value >= 160 {
            result.append(wchar_t(bitPattern: scalar.value))
          }
          index = end - 1
        }
        index += 1
      }
    }
    while result.last == 10 { result.removeLast() }
    result.append(0)
    return result
  }

  /// The pasted bytes as keys: Enter for each line break, and no key that does anything else.
  static func keys(of bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 10: if index == 0 || bytes[index - 1] != 13 { result.append(13) }
      case 9: result += [32, 32]
      case 13, 32..<127, 128...255: result.append(byte)
      default: break
      }
    }
    return result
  }
}
