extension String {
  /// Escapes what means something in XML, also between double quotes.
  ///
  /// - Parameter others: what stands for a character without a meaning in XML: itself, or something
  ///   else where XML 1.0 can't hold it.
  /// - Returns: the text as XML holds it.
  package func escapingXML(_ others: (Unicode.Scalar) -> String) -> String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped += others(scalar)
      }
    }
    return escaped
  }
}
