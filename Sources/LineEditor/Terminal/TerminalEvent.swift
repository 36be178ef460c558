/// An event that a terminal has sent, decoded by ``TerminalDecoder``.
enum TerminalEvent: Equatable {
  /// A character that was typed, or a control character: Enter is U+000D, Escape U+001B.
  case text(Unicode.Scalar)
  /// A key that terminals send an escape sequence for: the character that ``KeyTable`` gives it.
  case key(Unicode.Scalar)
  /// The beginning of a bracketed paste.
  case pasteBegin
  /// Bytes of a paste, as many as are there.
  case pasted([UInt8])
  /// The end of a paste.
  case pasteEnd
  /// Input that nobody typed, such as a reply of the terminal or a mouse report, or a key without a
  /// meaning here.
  case report
}
