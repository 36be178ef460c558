internal import Inproc

/// A file name as one writes it in a command line, so that a shell reads the very same name.
///
/// What a shell would not take as it is stands in quotes. A name with something unprintable is written
/// with escapes, `$'a\033.scn'`, as POSIX has them since 2024.
package func shellWord(_ text: String) -> String {
  // A name that begins so would be taken for an option.
  let text = text.hasPrefix("-") && text != "-" ? "./" + text : text
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "_@%+=:,./-".utf8.contains(byte)
    }
  }
  if isPlain && !text.isEmpty { return text }
  guard text.unicodeScalars.allSatisfy(\.isPrintable) else { return escapedShellWord(text) }
  let parts = text.split(separator: "'", omittingEmptySubsequences: false)
  return "'" + parts.joined(separator: "'\\''") + "'"
}

private func escapedShellWord(_ text: String) -> String {
  var word = "$'"
  for scalar in text.unicodeScalars {
    switch scalar {
    case "'", "\\": word += "\\\(scalar)"
    case _ where scalar.isPrintable: word.unicodeScalars.append(scalar)
    default:
      // Octal, always three digits: a digit that follows is no part of it.
      for byte in String(scalar).utf8 {
        let digits = String(byte, radix: 8)
        word += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
  }
  return word + "'"
}
