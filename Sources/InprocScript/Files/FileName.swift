internal import CInprocPlatform
internal import Inproc
internal import InprocText

/// Names of files and folders.
///
/// The system's names are bytes and need not be UTF-8. Here they are strings: a byte that is not part
/// of valid UTF-8 stands as a private code point of its own, and so does each byte of a name that
/// holds such a code point itself. Every name of the system therefore has exactly one string, and
/// ``bytes(of:)`` gives the same bytes back.
package enum FileName {
  /// The code point of byte 0; only those of the bytes from 0x80 on are used.
  private static let first: UInt32 = 0x10FE00
  private static let ofBytes = (first + 0x80)...(first + 0xFF)

  /// The string that stands for a name of the system.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var result = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      let count: Int
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        count = encoded.count
        let scalar = Unicode.UTF8.decode(encoded)
        if !ofBytes.contains(scalar.value) {
          result.append(scalar)
          offset += count
          continue
        }
      case .error(let length): count = length
      case .emptyInput: return String(result)
      }
      for byte in bytes[offset..<(offset + count)] {
        if let scalar = Unicode.Scalar(first + UInt32(byte)) { result.append(scalar) }
      }
      offset += count
    }
  }

  /// The bytes that the system knows the file by.
  package static func bytes(of name: String) -> [UInt8] {
    guard name.unicodeScalars.contains(where: { ofBytes.contains($0.value) }) else {
      return Array(name.utf8)
    }
    var bytes: [UInt8] = []
    for scalar in name.unicodeScalars {
      if let byte = byte(scalar) { bytes.append(byte) } else { bytes += encoded(scalar) }
    }
    return bytes
  }

  /// Refuses a name that the system can't have.
  ///
  /// - Throws: `io` for one that holds a NUL, which ends a name where the system reads it.
  static func check(_ name: String) throws(CommandError) {
    guard name.utf8.contains(0) else { return }
    throw CommandError(
      .io, "the path \(quoted(name)) holds a NUL, which no file's name can")
  }

  /// The system's name as its calls want it, with a NUL at its end.
  package static func system(_ name: String) -> [CChar] {
    (bytes(of: name) + [0]).map { CChar(bitPattern: $0) }
  }

  /// The name that a system call gave.
  static func text(_ name: UnsafePointer<CChar>) -> String {
    var bytes: [UInt8] = []
    var next = name
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return text(bytes)
  }

  /// The arguments of the program, as names.
  package static var arguments: [String] {
    let count = inproc_argument_count()
    if count >= 0 { return (0..<count).compactMap { inproc_argument($0).map(text) } }
    return (0..<Int(CommandLine.argc)).compactMap { index in
      CommandLine.unsafeArgv[index].map { text(UnsafePointer($0)) }
    }
  }

  /// The byte that a code point stands for.
  private static func byte(_ scalar: Unicode.Scalar) -> UInt8? {
    ofBytes.contains(scalar.value) ? UInt8(scalar.value - first) : nil
  }
}

// MARK: How names are shown

extension FileName {
  /// On one line, with all that is not printable escaped: bytes that are no UTF-8 as `\xNN`.
  package static func shown(_ name: String) -> String {
    var result = ""
    for scalar in name.unicodeScalars {
      result += byte(scalar).map(escape) ?? scalar.escapedIfUnprintable
    }
    return result
  }

  /// Quoted, and cut where it is long, as error texts quote.
  package static func quoted(_ name: String) -> String { Excerpt(shown(name)).description }

  /// As one word of a command line, so that a shell reads the very same name. A name that begins with
  /// `-` is no option. One with something unprintable stands as `"$(printf 'a\033.scn')"`, which every
  /// shell knows, but for line ends at the very end of a name.
  package static func shellWord(_ name: String) -> String {
    let path = name.utf8.first == UInt8(ascii: "-") && name != "-" ? "./" + name : name
    let isPrintable = path.unicodeScalars.allSatisfy { $0.isPrintable && byte($0) == nil }
    guard isPrintable else {
      var word = "\"$(printf '"
      for scalar in path.unicodeScalars {
        if let byte = byte(scalar) {
          word += octal(byte)
        } else if scalar == "%" {
          word += "%%"
        } else if scalar.isPrintable, scalar != "'", scalar != "\\" {
          word.unicodeScalars.append(scalar)
        } else {
          word += encoded(scalar).map(octal).joined()
        }
      }
      return word + "')\""
    }
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_@%+=:,./-".utf8.contains(byte)
      }
    }
    if isPlain, !path.isEmpty { return path }
    var word = "'"
    for scalar in path.unicodeScalars { word += scalar == "'" ? "'\\''" : String(scalar) }
    return word + "'"
  }

  /// As the command language writes it: a bare word, or a string.
  ///
  /// - Parameters:
  ///   - name: a name.
  ///   - quote: the quote that was typed already; without one, none where none is needed. A `'` gives
  ///     way where the name needs escapes.
  ///   - isWhole: whether a quote ends it, too.
  /// - Returns: one word, or the beginning of one that is a string.
  package static func languageWord(
    _ name: String, quote: Character? = nil, isWhole: Bool = true
  ) -> String {
    let scalars = name.unicodeScalars
    let isText = scalars.allSatisfy { $0.isPrintable && byte($0) == nil }
    let isBare = isText && !scalars.isEmpty && scalars.allSatisfy(\.isBare)
    if quote == nil, isBare, !name.utf8.starts(with: "0x".utf8) { return name }
    if quote == "'", isText, !scalars.contains("'") { return "'\(name)" + (isWhole ? "'" : "") }
    var word = "\""
    for scalar in scalars {
      if let byte = byte(scalar) {
        word += escape(byte)
      } else if "\"\\$".unicodeScalars.contains(scalar) {
        word += "\\\(scalar)"
      } else {
        word += scalar.escapedIfUnprintable
      }
    }
    return word + (isWhole ? "\"" : "")
  }

  /// There are always three digits, so that a digit that follows is not part of the escape.
  private static func octal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static func encoded(_ scalar: Unicode.Scalar) -> [UInt8] {
    Array(String(scalar).utf8)
  }

  private static func escape(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
  }
}

// MARK: Parts of paths

extension FileName {
  /// All up to the last `/`, with it; empty where there is none.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(Substring(path.utf8[...slash]))
  }

  /// The part behind the last `/`.
  package static func last(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(Substring(path.utf8[path.utf8.index(after: slash)...]))
  }

  /// Whether a name ends in these bytes. What Swift takes for one character plays no part.
  package static func hasSuffix(_ name: String, _ suffix: String) -> Bool {
    name.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// Whether two names are the same bytes. Strings are equal, too, where only accents are written
  /// in another way.
  package static func areSame(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
  }
}
