/// The path of a history file: bytes, which need not be UTF-8.
struct HistoryPath: Equatable {
  let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  init(_ path: String) { self.init(path.utf8) }

  /// Where the history of a program is kept: the file that `NAME_HISTORY` names in the environment,
  /// with the program's name in capitals; else `$XDG_STATE_HOME/NAME/history`, or
  /// `~/.local/state/NAME/history`.
  ///
  /// - Parameter programName: the name of the folder.
  /// - Returns: the path; an empty one where the variable is set and empty, which keeps no file; nil
  ///   without a home.
  static func standard(programName: String) -> HistoryPath? {
    if let named = Environment.bytes(of: programName.uppercased() + "_HISTORY") {
      return HistoryPath(named)
    }
    if let state = Environment.bytes(of: "XDG_STATE_HOME"), state.first == UInt8(ascii: "/") {
      return HistoryPath(state + Array("/\(programName)/history".utf8))
    }
    guard let home = Environment.bytes(of: "HOME"), !home.isEmpty else { return nil }
    return HistoryPath(home + Array("/.local/state/\(programName)/history".utf8))
  }

  /// The path as system calls want it.
  var system: [CChar] { (bytes + [0]).map { CChar(bitPattern: $0) } }

  /// The path for a message: bytes that are no part of UTF-8 as `\xNN`.
  var shown: String {
    var text = ""
    var rest = bytes[...]
    while let (scalar, length) = UTF8Scalar.decode(rest, isAtEnd: true) {
      let encoded = rest.prefix(length)
      if encoded.elementsEqual(String(scalar).utf8) {
        text.unicodeScalars.append(scalar)
      } else {
        text += encoded.map { "\\x" + String($0, radix: 16, uppercase: true) }.joined()
      }
      rest = rest.dropFirst(length)
    }
    return text
  }

  /// The file that sessions lock while they write.
  var lock: HistoryPath { HistoryPath(bytes + Array(".lock".utf8)) }

  /// The folders that the file lies in, from the outermost.
  var folders: [HistoryPath] {
    bytes.indices.dropFirst().filter { bytes[$0] == UInt8(ascii: "/") }
      .map { HistoryPath(bytes[..<$0]) }
  }
}
