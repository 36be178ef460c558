import Inproc
import InprocScript

/// What the prompt has for watching a session: `trace`, `watch`, `diagram` and `record`. Each stands
/// alone on its line.
enum ToolCommand: Equatable {
  /// `trace on`, `trace off`; without a word it tells which.
  case trace(Bool?)
  /// `watch`
  case watch
  /// `diagram`, `diagram FILE`
  case diagram(path: String?)
  /// `record FILE`
  case record(path: String)
  /// `record off`
  case recordOff
  /// `record`: tells whether something is being recorded.
  case recordStatus
  /// One of these words, and something that is none of the above.
  case malformed(String)

  static let words = ["diagram", "record", "trace", "watch"]

  /// A text that begins with one of these words, or nil.
  init?(_ text: String) {
    let words = text.split(whereSeparator: Self.isBlank).map(String.init)
    guard let first = words.first, Self.words.contains(first) else { return nil }
    switch (first, words.dropFirst().first, words.count) {
    case ("trace", nil, _): self = .trace(nil)
    case ("trace", "on"?, 2): self = .trace(true)
    case ("trace", "off"?, 2): self = .trace(false)
    case ("watch", nil, _): self = .watch
    case ("diagram", nil, _): self = .diagram(path: nil)
    case ("diagram", _?, _):
      self = Self.withPath(text, first, "session.svg") { .diagram(path: $0) }
    case ("record", nil, _): self = .recordStatus
    case ("record", "off"?, 2): self = .recordOff
    case ("record", _?, _):
      self = Self.withPath(text, first, "session.scn") { .record(path: $0) }
    case ("trace", _, _): self = .malformed("write 'trace on' or 'trace off', alone on the line")
    default: self = .malformed("'watch' stands alone on the line")
    }
  }

  private static func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\n"
  }

  /// A word with one path behind it.
  private static func withPath(
    _ text: String, _ word: String, _ example: String, _ command: (String) -> ToolCommand
  ) -> ToolCommand {
    let operand = text.drop(while: isBlank).dropFirst(word.count)
    guard let path = path(String(operand)) else {
      return .malformed("write one path: '\(word) \(example)', quoted where it holds blanks")
    }
    return command(path)
  }

  /// The path as it is, or in quotes, as the language writes strings.
  static func path(_ text: String) -> String? {
    var word = text.drop(while: isBlank)
    while word.last.map(isBlank) == true { word.removeLast() }
    if let quote = word.unicodeScalars.first, quote == "'" || quote == "\"" {
      return Parser.string(String(word)).flatMap { $0.isEmpty ? nil : FileName.text($0) }
    }
    guard !word.isEmpty, !word.contains(where: { isBlank($0) || $0 == ";" }) else { return nil }
    return FileName.text(word.utf8)
  }
}
