/// A text to parse, cut into lines of Unicode scalars.
///
/// Places in it are offsets into `scalars`; a line's column is the distance from its start.
struct SourceText: Sendable {
  /// The longest line, in bytes.
  static let maximumLineLength = 1 << 20

  let scalars: [Unicode.Scalar]
  /// Each line, without its end (LF or CRLF).
  let lines: [Range<Int>]
  /// The number of the first line: of a text that comes in pieces, not 1.
  let firstLine: Int

  /// Checks line lengths and UTF-8.
  init(_ bytes: [UInt8], firstLine: Int = 1) throws(SyntaxError) {
    self.firstLine = firstLine
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var lines: [Range<Int>] = []
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count - start)
    var lineStart = 0
    var byteOfLine = start
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes[start...].makeIterator()
    var offset = start
    var invalid: SyntaxDiagnostic?
    decoding: while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        offset += encoded.count
        if scalar == "\n" {
          if offset - 1 - byteOfLine > SourceText.maximumLineLength { break decoding }
          let hasReturn = scalars.count > lineStart && scalars[scalars.count - 1] == "\r"
          lines.append(lineStart..<(scalars.count - (hasReturn ? 1 : 0)))
          scalars.append(scalar)
          lineStart = scalars.count
          byteOfLine = offset
        } else {
          scalars.append(scalar)
        }
      case .error:
        let lineEnd = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.count
        invalid = SyntaxDiagnostic(
          line: lines.count + firstLine, column: scalars.count - lineStart + 1, length: 1,
          message: "this is not UTF-8",
          sourceLine: String(decoding: bytes[byteOfLine..<lineEnd], as: UTF8.self),
          hint: "write such bytes as '0x…' or as '\\xHH' in a string")
        break decoding
      case .emptyInput: break decoding
      }
    }
    if let invalid { throw SyntaxError([invalid]) }
    if offset - byteOfLine > SourceText.maximumLineLength {
      throw SyntaxError([
        SyntaxDiagnostic(
          code: .limit, line: lines.count + firstLine, column: 1, length: 1,
          message: "this line is over 1 MiB", sourceLine: SourceText.text(scalars[lineStart...]),
          hint: "use bytes(SIZE) for large frames, or several lines")
      ])
    }
    if lineStart < scalars.count { lines.append(lineStart..<scalars.count) }
    self.scalars = scalars
    self.lines = lines
  }

  func text(_ range: Range<Int>) -> String { SourceText.text(scalars[range]) }

  static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(decoding: utf8(scalars), as: UTF8.self)
  }

  static func utf8(_ scalars: ArraySlice<Unicode.Scalar>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.count)
    for scalar in scalars {
      if scalar.value < 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    return bytes
  }
}
