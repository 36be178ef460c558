// What a text may not hold where it is shown: on a terminal, in a report, in an error's text.

extension Unicode.Scalar {
  /// Whether a terminal shows this scalar as text: no control character, and none of the invisible
  /// ones that reorder, join or separate what stands around them.
  package var isPrintable: Bool {
    switch value {
    case 0x20..<0x7F: true
    case 0..<0x20, 0x7F..<0xA0: false
    case 0x061C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: false
    default: true
    }
  }

  /// Itself, or its escape where it is not printable.
  package var escapedIfUnprintable: String {
    if isPrintable { return String(self) }
    switch self {
    case "\n": return "\\n"
    case "\r": return "\\r"
    case "\t": return "\\t"
    case "\0": return "\\0"
    default: return hexadecimalEscape
    }
  }

  /// Its escape by its number: `\u{FFFE}`.
  package var hexadecimalEscape: String {
    "\\u{" + String(value, radix: 16, uppercase: true) + "}"
  }

  /// Whether Unicode sets it apart as no character: texts for exchange are to hold none.
  package var isNoncharacter: Bool {
    value & 0xFFFE == 0xFFFE || 0xFDD0...0xFDEF ~= value
  }
}

extension String {
  /// With everything unprintable escaped, so that it takes one line and hides nothing.
  package var escapingUnprintable: String {
    escaping { !$0.isPrintable }
  }

  /// With everything unprintable escaped but for line ends: for a text of whole lines.
  package var escapingUnprintableInLines: String {
    escaping { !$0.isPrintable && $0 != "\n" }
  }

  /// With all escaped that is unprintable or no character: for formats that can't hold either.
  package var escapingForExchange: String {
    escapingUnprintable.escaping(\.isNoncharacter)
  }

  /// In single quotes, with everything unprintable escaped, for a message that names it.
  package var quoted: String { "'\(escapingUnprintable)'" }

  private func escaping(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      if isEscaped(scalar) {
        result += scalar.isPrintable ? scalar.hexadecimalEscape : scalar.escapedIfUnprintable
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
