package import Inproc

extension Frame {
  /// Frames over this many bytes print as their size.
  package static let longestPrinted = 256

  /// The frame as scenarios write it, on one line: a bare word where that word means these
  /// bytes both as an operand and as an expectation; else a string where it is text; else `0x…`. A
  /// long one is `bytes(N)`.
  package var printed: String {
    if count > Frame.longestPrinted { return "bytes(\(count))" }
    guard let text = String(self) else { return hexadecimal }
    if Frame.isBareWord(text) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0": result += "\\0"
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "$": result += "\\$"
      default:
        guard scalar.isPrintable else { return hexadecimal }
        result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private var hexadecimal: String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var result = "0x".unicodeScalars
    for byte in self {
      result.append(digits[Int(byte >> 4)])
      result.append(digits[Int(byte & 15)])
    }
    return String(result)
  }

  private static func isBareWord(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, first != "/", scalars.allSatisfy(\.isBare) else {
      return false
    }
    if text == "_" || text == "..." { return false }
    // Bytes, or an odd number of digits that is no word.
    return
      !(text.utf8.starts(with: "0x".utf8)
      && scalars.dropFirst(2).allSatisfy { $0.hexDigitValue != nil })
  }
}

extension Message {
  /// The frames as scenarios write them, with a blank between two.
  package var printed: String {
    map(\.printed).joined(separator: " ")
  }
}
