/// How the lines of a text end, and whether it begins with a byte order mark.
struct LineEnds {
  static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// Whether most lines end in CRLF.
  let areReturns: Bool
  let hasMark: Bool

  init(of bytes: [UInt8]) {
    hasMark = bytes.starts(with: LineEnds.mark)
    var balance = 0
    var last: UInt8 = 0
    for byte in bytes {
      if byte == 10 { balance += last == 13 ? 1 : -1 }
      last = byte
    }
    areReturns = balance > 0
  }

  /// A text whose lines end in LF, with these ends.
  func applied(to text: String) -> [UInt8] {
    var bytes = hasMark ? LineEnds.mark : []
    for byte in text.utf8 {
      if byte == 10, areReturns { bytes.append(13) }
      bytes.append(byte)
    }
    return bytes
  }
}
