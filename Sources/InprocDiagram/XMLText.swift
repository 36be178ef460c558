internal import Inproc

extension String {
  /// The text as XML 1.0 holds it, between tags and between double quotes.
  ///
  /// What is unprintable or no character is shown by its escape: XML can't hold most of it, and would
  /// read some of it as something else.
  ///
  /// - Parameter keepsLineEnds: whether line ends stay, for a text of several lines.
  /// - Returns: the text, which any parser reads.
  package func escapingXML(keepsLineEnds: Bool = false) -> String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n" where keepsLineEnds: escaped += "\n"
      case _ where scalar.isNoncharacter: escaped += scalar.hexadecimalEscape
      default: escaped += scalar.escapedIfUnprintable
      }
    }
    return escaped
  }
}
