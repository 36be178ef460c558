/// Keys that terminals send as escape sequences.
///
/// The input turns each into one character of a range that nobody types, and libedit binds that:
/// so Escape alone keeps its meaning for vi, and a sequence that means nothing is not typed in.
enum KeySequence {
  enum Found: Equatable {
    /// A key, of so many bytes.
    case key(Unicode.Scalar, length: Int)
    /// A sequence that means nothing, of so many bytes.
    case unknown(length: Int)
    /// The bytes so far may be the beginning of one.
    case incomplete
    /// Not a sequence: Escape itself.
    case none
  }

  /// Looks at bytes that begin with Escape.
  static func parse(_ bytes: ArraySlice<UInt8>) -> Found {
    let rest = bytes.dropFirst()
    guard let lead = rest.first else { return .incomplete }
    switch lead {
    case UInt8(ascii: "O"):
      guard let final = rest.dropFirst().first else { return .incomplete }
      return found("O" + String(Unicode.Scalar(final)), length: 3)
    case UInt8(ascii: "["):
      guard let end = rest.dropFirst().firstIndex(where: { !(0x20...0x3F).contains($0) }) else {
        return rest.count > 32 ? .unknown(length: bytes.count) : .incomplete
      }
      return found(
        String(decoding: rest[...end], as: UTF8.self), length: end + 1 - bytes.startIndex)
    default:
      return .none
    }
  }

  private static func found(_ name: String, length: Int) -> Found {
    keys[name].map { .key($0, length: length) } ?? .unknown(length: length)
  }

  private static let keys: [String: Unicode.Scalar] = [
    "[A": "\u{90}", "OA": "\u{90}", "[B": "\u{91}", "OB": "\u{91}",
    "[C": "\u{92}", "OC": "\u{92}", "[D": "\u{93}", "OD": "\u{93}",
    "[H": "\u{94}", "OH": "\u{94}", "[1~": "\u{94}", "[7~": "\u{94}",
    "[F": "\u{95}", "OF": "\u{95}", "[4~": "\u{95}", "[8~": "\u{95}",
    "[3~": "\u{96}", "[1;5C": "\u{97}", "[1;3C": "\u{97}", "[1;5D": "\u{98}", "[1;3D": "\u{98}",
    "[200~": "\u{99}",
  ]
}
