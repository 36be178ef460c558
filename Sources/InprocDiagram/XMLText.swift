extension String {
  /// The text as XML holds it, also between double quotes.
  ///
  /// - Parameter others: what stands for a character without a meaning in XML: itself, or something
  ///   else where XML 1.0 can't hold it.
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
