internal import InprocText

/// A piece of a line, as the formatter sees it.
struct FormatToken {
  enum Kind { case word, open, close, semicolon, comment }
  var kind: Kind
  var text: String
}

/// Cuts lines that parse into pieces. A piece is kept as it is; the blanks between two pieces are
/// the formatter's.
struct FormatScanner {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var tokens: [FormatToken] = []
  /// The words of the statement so far.
  private var words: [String] = []

  /// - Parameter line: the scalars of one line, without its end.
  init(_ line: some Sequence<Unicode.Scalar>) { scalars = Array(line) }

  /// All pieces of the line.
  mutating func scan() -> [FormatToken] {
    while let scalar = next {
      switch scalar {
      case _ where scalar.isBlank: index += 1
      case "#": add(.comment, upTo: scalars.count)
      case ";": single(.semicolon)
      case "{": single(.open)
      case "}": single(.close)
      default: word()
      }
    }
    return tokens
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func single(_ kind: FormatToken.Kind) {
    add(kind, upTo: index + 1)
    words = []
  }

  private mutating func add(_ kind: FormatToken.Kind, upTo end: Int) {
    var last = end
    while last > index, scalars[last - 1].isBlank || scalars[last - 1] == "\r" { last -= 1 }
    tokens.append(FormatToken(kind: kind, text: text(index..<last)))
    index = end
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  /// Patterns may hold regular expressions and `|`.
  private var isPattern: Bool {
    switch words.first {
    case "=>", "=!", "@acceptable", "@interesting", "@forbidden": true
    default: false
    }
  }

  private mutating func word() {
    let start = index
    if isPattern, next == "|" {
      index += 1
    } else if isPattern, next == "/" {
      skipRegex()
    } else if isErrorText {
      // The text up to the line's end is not compared, and the formatter leaves it alone.
      index = scalars.count
    } else {
      while let scalar = next, !scalar.isBlank {
        if scalar == ";" || scalar == "{" || scalar == "}" || (isPattern && scalar == "|") { break }
        skipPart()
      }
    }
    let end = index
    index = start
    var word = text(start..<end)
    if word.hasPrefix("bytes("), word.hasSuffix(")") { word = FormatScanner.bytes(word) }
    add(.word, upTo: end)
    tokens[tokens.count - 1].text = word.trimmingBlanks
    words.append(word)
    splitError(word)
  }

  /// `=! CODE: text`: whether the text comes next.
  private var isErrorText: Bool {
    followsErrorSign && words[words.count - 1].hasSuffix(":") && next != "/"
  }

  /// Whether the last word is an error's code.
  private var followsErrorSign: Bool {
    guard words.count >= 2, ["=!", "|"].contains(words[words.count - 2]) else { return false }
    return words.last { $0 == "=>" || $0 == "=!" } == "=!"
  }

  /// `CODE:/regex/` without a blank is two words.
  private mutating func splitError(_ word: String) {
    guard followsErrorSign,
      let colon = word.firstIndex(of: ":"), word.index(after: colon) < word.endIndex
    else { return }
    let code = String(word[...colon])
    let length = word[word.index(after: colon)...].unicodeScalars.count
    index -= length
    tokens[tokens.count - 1].text = code
    words[words.count - 1] = code
  }

  private mutating func skipPart() {
    switch next {
    case "\"": skipString(escapes: true, quote: "\"")
    case "'": skipString(escapes: false, quote: "'")
    case "$" where index + 1 < scalars.count && scalars[index + 1] == "{":
      skip(to: "}")
    case "(": skip(to: ")")
    default: index += 1
    }
  }

  private mutating func skip(to end: Unicode.Scalar) {
    while let scalar = next, scalar != end { index += 1 }
    index = min(index + 1, scalars.count)
  }

  private mutating func skipString(escapes: Bool, quote: Unicode.Scalar) {
    index += 1
    while let scalar = next, scalar != quote { index += escapes && scalar == "\\" ? 2 : 1 }
    index = min(index + 1, scalars.count)
  }

  private mutating func skipRegex() {
    index += 1
    var isInClass = false
    while let scalar = next, scalar != "/" || isInClass {
      if scalar == "[" { isInClass = true }
      if scalar == "]" { isInClass = false }
      index += scalar == "\\" ? 2 : 1
    }
    index = min(index + 1, scalars.count)
  }

  /// `bytes(4KiB, 0xAA)`, with that one blank.
  private static func bytes(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars where !scalar.isBlank {
      text.unicodeScalars.append(scalar)
      if scalar == "," { text += " " }
    }
    return text
  }
}

extension String {
  /// Without blanks at its ends.
  var trimmingBlanks: String {
    var view = unicodeScalars[...]
    while let first = view.first, first.isBlank || first == "\r" { view.removeFirst() }
    while let last = view.last, last.isBlank || last == "\r" { view.removeLast() }
    return String(view)
  }
}
