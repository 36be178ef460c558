/// How an entry is one line of a file.
enum HistoryFormat {
  /// `\` and line breaks as `\\`, `\n` and `\r`; everything else as it is.
  case plain
  /// Files that libedit itself has written, which begin with ``mark``: bytes as `vis(3)` has them.
  /// Lines of the plain format may follow, and are read as they were meant.
  case libedit

  /// The first line of libedit's files.
  static let mark = Array("_HiStOrY_V2_\n".utf8)

  func entry(_ line: ArraySlice<UInt8>) -> String {
    guard line.contains(UInt8(ascii: "\\")) else { return String(decoding: line, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = line
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let code = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      switch code {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      default:
        switch self {
        case .plain: bytes.append(code)
        case .libedit: bytes += Self.unvis(code, &rest)
        }
      }
    }
    var text = String(decoding: bytes, as: UTF8.self)
    // libedit keeps the line break that ended the line.
    if case .libedit = self, text.utf8.last == 10 { text = String(text.dropLast()) }
    return text
  }

  func line(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What stands behind `\` and this character in the encoding of `vis(3)`.
  private static func unvis(_ code: UInt8, _ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    switch code {
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = Int(code) - 0x30
      for _ in 0..<2 {
        guard let digit = rest.first, (0x30...0x37).contains(digit) else { break }
        value = value * 8 + Int(digit) - 0x30
        rest.removeFirst()
      }
      return [UInt8(truncatingIfNeeded: value)]
    case UInt8(ascii: "^"): return rest.popFirst().map { [control($0)] } ?? []
    case UInt8(ascii: "M"):
      switch rest.popFirst() {
      case UInt8(ascii: "-"): return rest.popFirst().map { [$0 | 0x80] } ?? []
      case UInt8(ascii: "^"): return rest.popFirst().map { [control($0) | 0x80] } ?? []
      case let other: return [code] + (other.map { [$0] } ?? [])
      }
    case UInt8(ascii: "a"): return [7]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "v"): return [11]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "s"): return [32]
    case UInt8(ascii: "E"): return [27]
    default: return [code]
    }
  }

  private static func control(_ byte: UInt8) -> UInt8 {
    byte == UInt8(ascii: "?") ? 127 : byte & 0x1F
  }
}
