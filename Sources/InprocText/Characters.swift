import Inproc

// Which characters stand where in words, names and numbers, as messages are written in text.

extension Unicode.Scalar {
  package var isBlank: Bool { self == " " || self == "\t" }

  package var isASCIILetter: Bool {
    switch value {
    case 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  package var isASCIIDigit: Bool { 0x30...0x39 ~= value }

  /// Whether it can stand in `$name`, without braces.
  package var isVariableCharacter: Bool { isASCIILetter || isASCIIDigit || self == "_" }

  /// Whether it can stand in a name.
  package var isNameCharacter: Bool { isVariableCharacter || self == "-" }

  package var hexDigitValue: Int? {
    switch value {
    case 0x30...0x39: Int(value) - 0x30
    case 0x41...0x46: Int(value) - 0x41 + 10
    case 0x61...0x66: Int(value) - 0x61 + 10
    default: nil
    }
  }

  package var isASCIIPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// Whether it can stand in a bare word: letters, digits, some punctuation, and what is printable
  /// outside ASCII but for its spaces, which no one could tell from the blank between two words.
  package var isBare: Bool {
    if value < 0x80 {
      if isNameCharacter { return true }
      switch self {
      case ".", "/", ":", "+", "@", "%", "~": return true
      default: return false
      }
    }
    return isPrintable && properties.generalCategory != .spaceSeparator
  }

  /// How a diagnostic names it: `'!'`, `U+200B`.
  package var named: String {
    if isPrintable && (value < 0x80 || properties.generalCategory != .spaceSeparator) {
      return "'\(self)'"
    }
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
