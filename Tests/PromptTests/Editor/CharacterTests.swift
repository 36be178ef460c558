import TestSupport
import Testing

@Suite("Characters of several code points", .timeLimit(.minutes(2)))
struct CharacterTests {
  static let characters = ["e\u{301}", "👨\u{200D}👩\u{200D}👧", "🇩🇪", "👍🏽", "❤\u{FE0F}", "नि"]

  @Test(
    "are drawn, moved over and deleted as one", arguments: characters, [true, false])
  func one(character: String, joined: Bool) async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      terminal.screen.joinsEmoji = joined
      try terminal.type("a\(character)b")
      try terminal.expect("typed") {
        $0.cursorLine.filter { $0 != " " } == "inproc>a\(character)b"
      }
      // Left over b and over the character.
      try terminal.type("\u{1B}[D\u{1B}[DX")
      try terminal.expect("before it") {
        $0.cursorLine.filter { $0 != " " } == "inproc>aX\(character)b"
          && $0.beforeCursor == "inproc> aX"
      }
      try terminal.type("\u{1B}[CY\u{1B}[D\u{7F}")
      try terminal.expect("it is gone") { $0.cursorLine == "inproc> aXYb" }
      try terminal.type("\(character)\u{1B}[D\u{1B}[3~\r")
      try terminal.expect(line: "echo[aXYb]")
      try terminal.type("\(character)\r\u{1B}[A!")
      try terminal.expect("recalled") {
        $0.cursorLine.filter { $0 != " " } == "inproc>\(character)!"
      }
      try terminal.type("\r")
      try terminal.expect(line: "echo[\(character)!]")
    }
  }

  @Test("controls and marks that nobody sees are shown by name")
  func hidden() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("a\u{202E}b\u{16}\u{01}c")
      try terminal.expect(beforeCursor: "inproc> a\\u{202E}b^Ac")
      try terminal.type("\u{1B}[D\u{7F}\u{7F}\u{7F}\r")
      try terminal.expect(line: "echo[ac]")
    }
  }
}
