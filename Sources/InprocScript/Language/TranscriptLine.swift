internal import InprocText

/// A line of a prompt's screen, without the prompts before it.
///
/// Files, standard input and what is pasted at a prompt are read through it, so that a screen means
/// the same everywhere.
package struct TranscriptLine {
  /// `inproc>` or `...>`.
  package enum Prompt { case first, continuation }
  /// A command, an expectation, a line that the prompt or another thread printed, or an empty line.
  package enum Kind { case text, expectation, report, empty }

  package private(set) var prompt: Prompt?
  /// Whether a prompt stood before a prompt.
  package private(set) var isNested = false
  package let text: String
  /// How many blanks stand before the text, without the one that ends a prompt. A tab is two.
  package private(set) var indentation = 0
  package let kind: Kind

  /// Reads a line, without its end.
  package init(_ line: Substring) {
    var rest = line.utf8[...]
    indentation = rest.dropBlanks()
    while true {
      let found: Prompt
      var after = rest
      if after.drop("inproc>") {
        found = .first
      } else if after.drop("...>") {
        found = .continuation
      } else {
        break
      }
      guard after.isEmpty || after.first == 0x20 || after.first == 0x09 || after.first == 0x0D
      else { break }
      if prompt != nil { isNested = true }
      prompt = found
      rest = after
      indentation = max(0, rest.dropBlanks() - 1)
    }
    text = String(Substring(rest))
    kind = Self.kind(of: text, hasPrompt: prompt != nil)
  }

  /// The text with its indentation, less a number of blanks.
  package func indented(behind blanks: Int) -> String {
    String(repeating: " ", count: max(0, indentation - blanks)) + text
  }

  /// Whether Ctrl-C gave up the text that was typed in this line.
  package var isGivenUp: Bool { text.hasSuffix("^C") }

  /// Whether it is the error with which Ctrl-C ends a running line.
  package var isInterruption: Bool { prompt == nil && text.hasPrefix(Self.interruption) }

  /// How that error begins.
  package static let interruption = "=! interrupted: the line was interrupted"

  /// Whether it is an error, or a line that the prompt or another thread printed: nothing is
  /// compared with its text.
  var isErrorOrReport: Bool {
    prompt == nil && (kind == .report || kind == .expectation && text.hasPrefix("=!"))
  }

  /// Whether it is the error of a text that does not parse.
  package var isSyntaxError: Bool {
    guard prompt == nil, text.hasPrefix("=! syntax") || text.hasPrefix("=! limit") else {
      return false
    }
    return text.utf8.dropFirst(9).first.map { $0 == 0x3A || $0 == 0x20 || $0 == 0x0D } ?? true
  }

  /// How many commands `# 1 more on this line did not run` speaks of.
  package var notRun: Int? {
    guard text.hasPrefix("# "), text.contains(" more on this line did not run") else { return nil }
    return Int(text.dropFirst(2).prefix { $0 != " " })
  }

  /// Whether text without a sign before it may stand below these commands: what `help` prints, and
  /// what a shell prints after a `quit` at the end.
  package static func showsText(_ commands: String) -> Bool {
    let words = commands.split { ";{}\n".contains($0) }.map { part in
      part.split { $0 == " " || $0 == "\t" || $0 == "\r" }.first
    }
    return words.contains("help") || words.last == "quit" && !commands.contains("}")
  }

  private static func kind(of text: String, hasPrompt: Bool) -> Kind {
    if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .empty }
    if text.hasPrefix("=>") || text.hasPrefix("=!") { return .expectation }
    if isThreadLine(text) { return .report }
    if hasPrompt { return .text }
    if text.hasPrefix("#") || text == "^C" || isMark(text) { return .report }
    return .text
  }

  /// `^~~~`, under a word that was wrong.
  private static func isMark(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 == 0x7E || $0 == 0x5E || $0 == 0x20 || $0 == 0x0D }
  }

  /// `[worker] => x`
  private static func isThreadLine(_ text: String) -> Bool { threadLine(text) != nil }

  private static func threadLine(_ text: String) -> (name: String, rest: Substring)? {
    guard text.hasPrefix("["), let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) else {
      return nil
    }
    let name = text[text.index(after: text.startIndex)..<end]
    guard !name.isEmpty, name.unicodeScalars.allSatisfy(\.isNameCharacter) else { return nil }
    let rest = text[text.utf8.index(after: end)...].drop { $0 == " " }
    guard rest.hasPrefix("=>") || rest.hasPrefix("=!") || rest.hasPrefix("#") else { return nil }
    return (String(name), rest)
  }

  /// The thread and the code of `[worker] =! closed: …`.
  package var threadError: ThreadError? {
    guard let (name, rest) = Self.threadLine(text), rest.hasPrefix("=! ") else { return nil }
    let code = rest.dropFirst(3).prefix { $0 == "-" || $0.isLetter }
    return ThreadError(thread: name, code: String(code))
  }
}

/// An error that a screen shows of another thread.
package struct ThreadError: Hashable, Sendable {
  package var thread: String
  package var code: String
}

extension Substring.UTF8View {
  /// Returns how many columns they take.
  @discardableResult fileprivate mutating func dropBlanks() -> Int {
    let blanks = prefix { $0 == 0x20 || $0 == 0x09 }
    self = self[blanks.endIndex...]
    return blanks.reduce(0) { $0 + ($1 == 0x09 ? 2 : 1) }
  }

  fileprivate mutating func drop(_ prefix: StaticString) -> Bool {
    let matches = prefix.withUTF8Buffer { starts(with: $0) }
    if matches { self = dropFirst(prefix.utf8CodeUnitCount) }
    return matches
  }
}
