// The width of a text in cells of equal size: in a terminal, in a plain-text diagram, in a monospaced
// font.

extension Unicode.Scalar {
  /// The width of the character in cells: 0 of a combining one, 2 of East Asian ones and emoji.
  package var cellWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x231A...0x231B, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}

extension Sequence<Unicode.Scalar> {
  /// The width of these characters in cells.
  package var cells: Int { reduce(0) { $0 + $1.cellWidth } }
}

extension StringProtocol {
  /// The width of the text in cells.
  package var cells: Int { unicodeScalars.cells }
}

extension String {
  /// The text, or where it is too wide as many of its characters as fit, and an ellipsis of one cell.
  package func cut(to width: Int, ellipsis: String = "…") -> String {
    guard cells > width else { return self }
    var kept = ""
    var used = 1
    for character in self {
      used += character.unicodeScalars.cells
      if used > width { break }
      kept.append(character)
    }
    return kept + ellipsis
  }

  /// The text with blanks after it up to a width.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - cells))
  }

  /// The text with blanks before it up to a width.
  package func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - cells)) + self
  }

  /// The text without the blanks at its end.
  package var withoutTrailingBlanks: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }
}
