import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Entries taller than the screen", .timeLimit(.minutes(2)))
struct TallEntryTests {
  /// A block of 40 lines, pasted, on a screen of 10.
  private func startTall(_ home: TemporaryHome) throws -> PseudoTerminal {
    let terminal = try startProbe(home, columns: 40, rows: 10)
    let lines = (1...38).map { "line \($0)" }
    try terminal.paste("a {\n" + lines.joined(separator: "\n") + "\n}")
    try terminal.expect(beforeCursor: "   ...> }")
    return terminal
  }

  @Test("show the part around the cursor, and tell that there is more")
  func window() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startTall(home)
      let end = (31...38).map { "   ...> line \($0)" } + ["   ...> }"]
      #expect(terminal.screen.lines == [" above> line 30"] + end)
      try terminal.type(String(repeating: "\u{1B}[A", count: 20) + "X")
      try terminal.expect("the middle") { $0.cursorLine == " above> lXine 19" }
      #expect(
        terminal.screen.lines == [" above> lXine 19"] + (20...27).map { "   ...> line \($0)" }
          + [" below> line 28"])
      try terminal.type(String(repeating: "\u{1B}[B", count: 4))
      try terminal.expect("moved within the window") { $0.cursorLine == "   ...> line 23" }
      #expect(terminal.screen.lines[0] == " above> lXine 19")
      try terminal.type(String(repeating: "\u{1B}[A", count: 30) + "\u{01}b")
      try terminal.expect("the first line") { $0.cursorLine == "inproc> ba {" }
      #expect(
        terminal.screen.lines
          == ["inproc> ba {"] + (1...8).map { "   ...> line \($0)" } + [" below> line 9"])
      // Entered, all of it is on the screen, as it was typed.
      try terminal.type("\r")
      let text = ["ba {"] + (1...38).map { $0 == 19 ? "lXine 19" : "line \($0)" } + ["}"]
      try terminal.expect(line: "echo[\(text.joined(separator: "|"))]")
      let lines = terminal.screen.logicalLines
      let first = try #require(lines.lastIndex(of: "inproc> ba {"))
      #expect(
        Array(lines[first..<first + 40])
          == ["inproc> ba {"] + text.dropFirst().map { "   ...> \($0)" })
    }
  }

  @Test("keep whole under other threads' output and when the window changes")
  func output() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home, columns: 40, rows: 10)
      let pipe = try terminal.listen(home)
      let lines = (1...38).map { "line \($0)" }
      try terminal.paste("a {\n" + lines.joined(separator: "\n") + "\n}")
      try terminal.expect(beforeCursor: "   ...> }")
      try terminal.type(String(repeating: "\u{1B}[A", count: 20))
      try terminal.expect("the middle") { $0.cursorLine == " above> line 19" }
      for number in 1...15 { try pipe.print("news \(number)") }
      let middle =
        [" above> line 19"] + (20...27).map { "   ...> line \($0)" } + [" below> line 28"]
      try terminal.expect("the last of the news") { screen in
        screen.allLines.contains("news 15") && screen.lines == middle
      }
      #expect(
        terminal.screen.allLines.filter { $0.hasPrefix("news") } == (1...15).map { "news \($0)" })
      terminal.resize(columns: 60, rows: 16)
      try terminal.expect("a larger window") { screen in
        screen.lines.filter { $0.contains("> line") }.count == 16
          && screen.cursorLine.hasSuffix("line 19")
      }
      terminal.resize(columns: 30, rows: 5)
      try terminal.expect("a smaller window") { screen in
        screen.lines.filter { $0.contains("> line") }.count == 5
          && screen.cursorLine.hasSuffix("line 19")
      }
      try terminal.type("\u{03}")
      try terminal.expect(beforeCursor: "inproc> ")
    }
  }

  @Test("one line longer than the screen is edited in its middle")
  func longLine() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome(), columns: 20, rows: 6)
      let text = (0..<60).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text + "\u{01}\u{1B}[1;5C")
      try terminal.expect("the beginning") { $0.lines[0] == "inproc> word0 word1" }
      try terminal.type("XY\u{05}")
      try terminal.expect("the end") { $0.beforeCursor.hasSuffix("word59") }
      try terminal.type("\r")
      try terminal.expect("entered") { screen in
        screen.logicalLines.contains("echo[word0XY \(text.dropFirst(6))]")
          || screen.logicalLines.contains("echo[word0 XY\(text.dropFirst(6))]")
      }
    }
  }
}
