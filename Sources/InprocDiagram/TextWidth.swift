/// How many columns a text takes in a font of fixed width: 0 for what combines with what stands
/// before it, 2 for what East Asian scripts and emoji take, else 1.
package func columns(of text: some StringProtocol) -> Int {
  text.unicodeScalars.reduce(0) { $0 + columns(of: $1) }
}

package func columns(of scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}

/// A text that takes no more columns than that; what is cut off becomes `…`.
package func cut(_ text: String, to width: Int) -> String {
  guard columns(of: text) > width else { return text }
  var kept = ""
  var used = 1
  for character in text {
    used += columns(of: String(character))
    if used > width { break }
    kept.append(character)
  }
  return kept + "…"
}
