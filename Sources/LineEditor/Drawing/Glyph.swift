internal import CEditLine

/// The content of one place of the screen: a character as its user sees it, however many scalars it
/// has, and how many columns it takes.
struct Glyph: Equatable {
  /// The text that is sent to the terminal, with its colours.
  var text: String
  var width: Int
  /// Terminals disagree on the width of emoji that are joined of several: what follows is put
  /// where it belongs explicitly.
  var isUncertain = false

  /// The cells that a terminal keeps it in, each one or two columns wide; a guess where that is
  /// uncertain.
  var cells: [Int] {
    if width <= 2, !isUncertain { return [width] }
    let first = isUncertain ? text.unicodeScalars.first.map { Int(cel_width($0.value)) } : 1
    return [first ?? 1] + Array(repeating: 1, count: max(0, width - (first ?? 1)))
  }

  static let blank = Glyph(text: " ", width: 1)

  /// A text such as a prompt, in which ANSI sequences take no room. What is coloured is one glyph,
  /// from its colour to the reset.
  static func styled(_ text: String) -> [Glyph] {
    var glyphs: [Glyph] = []
    var sequence = ""
    var run = Glyph(text: "", width: 0)
    for character in text {
      if character == "\u{1B}" || !sequence.isEmpty {
        sequence.append(character)
        guard sequence.count > 2, let value = character.asciiValue, (0x40...0x7E).contains(value)
        else { continue }
        run.text += sequence
        let isReset = sequence == "\u{1B}[0m" || sequence == "\u{1B}[m"
        if isReset, run.width > 0 {
          glyphs.append(run)
          run = Glyph(text: "", width: 0)
        }
        sequence = ""
      } else {
        for glyph in of(character) {
          if run.text.isEmpty {
            glyphs.append(glyph)
          } else {
            run.text += glyph.text
            run.width += glyph.width
          }
        }
      }
    }
    if run.width > 0 { glyphs.append(Glyph(text: run.text + "\u{1B}[0m", width: run.width)) }
    return glyphs
  }

  /// Glyphs without their colours, one for each character.
  static func plain(_ glyphs: [Glyph]) -> [Glyph] {
    glyphs.flatMap { glyph -> [Glyph] in
      var text = ""
      var isInSequence = false
      for character in glyph.text {
        if character == "\u{1B}" { isInSequence = true }
        if !isInSequence { text.append(character) }
        if let value = character.asciiValue, character != "[", (0x40...0x7E).contains(value) {
          isInSequence = false
        }
      }
      return text.flatMap(of)
    }
  }

  /// How a character is shown: controls as `^A`, what cannot be printed or would reorder the
  /// line as `\u{202E}`.
  static func of(_ character: Character) -> [Glyph] {
    if let ascii = character.asciiValue, ascii >= 32, ascii < 127 {
      return [Glyph(text: String(character), width: 1)]
    }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return [] }
    if scalars.count == 1 { return of(first) }
    let widths = scalars.map { Int(cel_width($0.value)) }
    if scalars.contains(where: isHidden) || widths.contains(where: { $0 < 0 }) {
      return scalars.flatMap { of($0) }
    }
    let sum = widths.reduce(0, +)
    // A lone mark has nothing to stand on.
    if sum == 0 { return [Glyph(text: "\u{25CC}" + String(character), width: 1)] }
    let hasSelector = scalars.contains("\u{FE0F}")
    let isPlain = widths.filter { $0 > 0 }.count == 1 && !hasSelector
    return [
      Glyph(
        text: String(character), width: hasSelector ? max(2, sum) : sum, isUncertain: !isPlain)
    ]
  }

  private static func of(_ scalar: Unicode.Scalar) -> [Glyph] {
    if scalar.value < 32 || scalar.value == 127 {
      let name = Unicode.Scalar(UInt8(scalar.value) ^ 0x40)
      return [Glyph(text: "^", width: 1), Glyph(text: String(name), width: 1)]
    }
    let width = Int(cel_width(scalar.value))
    if width < 0 || isHidden(scalar) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      return "\\u{\(code)}".map { Glyph(text: String($0), width: 1) }
    }
    if width == 0 { return [Glyph(text: "\u{25CC}" + String(scalar), width: 1)] }
    return [Glyph(text: String(scalar), width: width)]
  }

  /// Marks that nobody sees and that change how the rest is seen.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x61C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
    default: false
    }
  }
}

/// How many columns a text without ANSI sequences takes.
func displayWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + Glyph.of($1).reduce(0) { $0 + $1.width } }
}
