import Inproc
internal import InprocText

/// The names that handles, threads and variables can have: `[A-Za-z_][A-Za-z0-9_-]*`, except `as`
/// and the keywords of statements.
package enum Name {
  /// The message that says why a text can't be a name; nil if it can.
  package static func problem(with bytes: [UInt8]) -> String? {
    let quoted = { Excerpt(String(decoding: bytes.prefix(400), as: UTF8.self)) }
    guard hasForm(bytes) else {
      return
        "\(quoted()) is not a name; a name is a letter or '_', then letters, digits, '_' or '-'"
    }
    guard bytes.count <= CommandTable.longestKeyword else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    if text == "as" { return "'as' can't be a name; it stands before one" }
    if let command = CommandTable.standard.description(of: text), !command.mayBeName {
      return "'\(text)' can't be a name; it is a command"
    }
    return nil
  }

  private static func hasForm(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, !Unicode.Scalar(first).isASCIIDigit, first != UInt8(ascii: "-")
    else { return false }
    return bytes.allSatisfy { Unicode.Scalar($0).isNameCharacter }
  }
}
