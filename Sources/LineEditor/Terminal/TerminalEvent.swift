/// What a terminal has sent, taken apart by ``TerminalDecoder``.
enum TerminalEvent: Equatable {
  /// A character that was typed, or a control character: Enter is U+000D, Escape U+001B.
  case text(Unicode.Scalar)
  /// A key that terminals send an escape sequence for.
  case key(TerminalKey)
  /// The beginning of a bracketed paste.
  case pasteBegin
  /// Bytes of a paste, as many as are there.
  case pasted([UInt8])
  /// The end of a paste.
  case pasteEnd
  /// What nobody typed, such as an answer of the terminal or the report of a mouse, and keys that mean
  /// nothing here.
  case report
}

/// The keys that the editor knows by their escape sequences.
///
/// Each stands for a character of a range that nobody types, which libedit's bindings name.
enum TerminalKey: UInt8, CaseIterable {
  case up = 0x90
  case down, right, left, home, end, delete, nextWord, previousWord

  /// The character that libedit is given.
  var scalar: Unicode.Scalar { Unicode.Scalar(rawValue) }

  /// What libedit is given where a paste begins.
  static let paste: Unicode.Scalar = "\u{99}"

  /// The key of a sequence, which is written without its Escape.
  init?(sequence: ArraySlice<UInt8>) {
    guard sequence.count <= 6, let key = Self.sequences[String(decoding: sequence, as: UTF8.self)]
    else { return nil }
    self = key
  }

  /// The sequences of xterm, rxvt, screen and the Linux console, without Escape.
  static let sequences: [String: TerminalKey] = [
    "[A": .up, "OA": .up, "[B": .down, "OB": .down,
    "[C": .right, "OC": .right, "[D": .left, "OD": .left,
    "[H": .home, "OH": .home, "[1~": .home, "[7~": .home,
    "[F": .end, "OF": .end, "[4~": .end, "[8~": .end,
    "[3~": .delete,
    "[1;5C": .nextWord, "[1;3C": .nextWord, "Oc": .nextWord,
    "[1;5D": .previousWord, "[1;3D": .previousWord, "Od": .previousWord,
  ]
}
