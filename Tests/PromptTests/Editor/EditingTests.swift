import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Editing a line", .timeLimit(.minutes(2)))
struct EditingTests {
  @Test("a typed line is entered, and recalled by the up arrow", arguments: [(80, 24), (200, 50)])
  func lineAndRecall(columns: Int, rows: Int) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home, columns: columns, rows: rows)
      try terminal.type("helo\u{1B}[Dl\r")
      try terminal.expect(line: "echo[hello]")
      try terminal.type("\u{1B}[A!\r")
      try terminal.expect(line: "echo[hello!]")
      try terminal.type("\u{1B}[A\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> hello")
    }
  }

  @Test("Enter on an empty line gives another prompt", arguments: ["xterm-256color", "dumb"])
  func emptyLine(term: String) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), environment: ["TERM": term])
      try terminal.type("\r")
      try terminal.expect(tail: ["inproc>", "inproc>"])
      try terminal.type("repeat 2 {\r\recho x\r}\r\r")
      try terminal.expect(tail: ["=> x", "=> x", "inproc>", "inproc>"])
    }
  }

  @Test("UTF-8, wide characters and emoji are edited and recalled without LANG")
  func wideCharacters() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("grüße 日本🦊x")
      try terminal.expect(beforeCursor: "inproc> grüße 日本🦊x")
      #expect(terminal.screen.cursor.column == 8 + 6 + 4 + 2 + 1)
      try terminal.type("\u{1B}[D\u{7F}語")
      try terminal.expect("語 in place of the fox") { $0.cursorLine == "inproc> grüße 日本語x" }
      try terminal.type("\r")
      try terminal.expect(line: "echo[grüße 日本語x]")
      try terminal.type("\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> grüße 日本語x")
    }
  }

  @Test("bytes that are not UTF-8 are replaced")
  func invalidInput() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type(bytes: [0x61, 0xFF, 0xC3, 0x28, 0xF0, 0x9F, 0x62, 13])
      try terminal.expect(line: "echo[a\u{FFFD}\u{FFFD}(\u{FFFD}b]")
    }
  }

  @Test("a line longer than the screen is wide can be edited in its middle")
  func longLine() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let text = (0..<40).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text + "\u{01}X\u{05}Y")
      try terminal.expect("whole line") {
        // libedit redraws row by row, so the rows are not marked as wrapped any more.
        $0.rows.dropFirst().map(\.fullText).joined().hasPrefix("inproc> X\(text)Y ")
      }
      try terminal.type("\r")
      try terminal.expect(line: "echo[X\(text)Y]")
    }
  }

  @Test("Ctrl-C gives the line up, Ctrl-D on an empty one ends")
  func interruptAndEnd() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let before = terminal.modes
      try terminal.type("half a li")
      try terminal.expect(beforeCursor: "inproc> half a li")
      try terminal.type("\u{03}")
      try terminal.expect(line: "interrupted")
      try terminal.expect(line: "inproc> half a li^C")
      try terminal.expect(beforeCursor: "inproc> ")
      try terminal.type("\u{04}")
      try terminal.expect(line: "end of file")
      #expect(try terminal.waitForExit() == 0)
      #expect(before.c_lflag & tcflag_t(ICANON) == 0)
      #expect(terminal.modes.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO))
      #expect(!terminal.screen.bracketedPaste)
    }
  }

  @Test("~/.editrc chooses vi and keeps the editor's own keys")
  func editrc() async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("bind -v\n", to: ".editrc")
      let terminal = try startProbe(home)
      try terminal.type("first thing\r")
      try terminal.expect(line: "echo[first thing]")
      try terminal.type("abc\u{1B}0iX\r")
      try terminal.expect(line: "echo[Xabc]")
      try terminal.type("\u{12}thing")
      try terminal.expect("search") { $0.cursorLine == "(search 'thing') first thing" }
      try terminal.type("\r")
      try terminal.expect("entered twice") {
        $0.lines.filter { $0 == "echo[first thing]" }.count == 2
      }
    }
  }

  @Test("a narrower and a wider window keep the line", arguments: [true, false])
  func resize(narrower: Bool) async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let text = (0..<15).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text)
      try terminal.expect("typed") { $0.logicalLines.last == "inproc> \(text)" }
      let columns = narrower ? 37 : 200
      terminal.resize(columns: columns, rows: narrower ? 10 : 50)
      try terminal.type("+")
      try terminal.expect("redrawn") { $0.logicalLines.last == "inproc> \(text)+" }
      #expect(terminal.screen.logicalLines.filter { $0.hasPrefix("inproc>") }.count == 1)
      #expect(terminal.screen.logicalLines.contains("probe ready"))
      try terminal.type("\r")
      try terminal.expect(line: "echo[\(text)+]")
    }
  }

  @Test(
    "rows that end in a blank leave nothing behind in a wider window", arguments: [true, false])
  func widen(reflows: Bool) async throws {
    try await onThread {
      let terminal = try startProbe(
        TemporaryHome(), columns: 20, rows: 12,
        environment: reflows ? [:] : ["XTERM_VERSION": "XTerm(370)"])
      terminal.screen.reflows = reflows
      // Blanks in the last columns of the first two rows, a wide character that does not fit.
      let text = "01234567890 " + "012345678901234567  " + "0123456789012345678日本 x"
      try terminal.type(text + "\u{1B}[D\u{1B}[D")
      try terminal.expect("typed") { $0.lines[4] == "日本 x" && $0.beforeCursor == "日本" }
      for columns in [33, 50, 120] {
        terminal.resize(columns: columns, rows: 12)
        try terminal.expect("drawn at \(columns)") {
          $0.logicalLines == ["probe ready", "inproc> \(text)"]
        }
      }
      for columns in [50, 21, 20] {
        terminal.resize(columns: columns, rows: 12)
        try terminal.expect("drawn at \(columns)") {
          $0.logicalLines.last == "inproc> \(text)" && $0.logicalLines.count == 2
        }
      }
      try terminal.type("!\r")
      try terminal.expect(line: "echo[\(text.dropLast(2))! x]")
    }
  }

  @Test("a bracketed paste on a dumb terminal enters each of its lines")
  func dumbPaste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome(), environment: ["TERM": "dumb"])
      try terminal.paste("one\ntwo {\n\tthree\n}\nfour")
      try terminal.expect(line: "echo[two {|  three|}]")
      try terminal.expect(line: "echo[one]")
      try terminal.expect(beforeCursor: "inproc> four")
      try terminal.type("\r")
      try terminal.expect(line: "echo[four]")
      #expect(!terminal.transcript.contains(0x1B))
    }
  }

  @Test("a dumb terminal shows the part of a long line that is edited")
  func dumbLongLine() async throws {
    try await onThread {
      let terminal = try startProbe(
        TemporaryHome(), columns: 30, rows: 10, environment: ["TERM": "dumb"])
      let text = (0..<20).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text)
      try terminal.expect("the end") { $0.beforeCursor.hasSuffix("word19") }
      try terminal.type("\u{01}X")
      try terminal.expect("the beginning") { $0.beforeCursor == "inproc> X" }
      try terminal.type("\r")
      try terminal.expect(line: "echo[X\(text)]")
      #expect(terminal.screen.logicalLines.contains("inproc> X\(text)"))
    }
  }

  @Test("a dumb terminal gets no escape sequences, and blocks line by line")
  func dumb() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome(), environment: ["TERM": "dumb"])
      try terminal.type("abc\u{7F}d\r")
      try terminal.expect(line: "echo[abd]")
      try terminal.type("a {\r")
      try terminal.expect(beforeCursor: "...> ")
      try terminal.type("b }\r")
      try terminal.expect(line: "echo[a {|b }]")
      try terminal.type("quit\r")
      #expect(try terminal.waitForExit() == 0)
      #expect(!terminal.transcript.contains(0x1B))
    }
  }
}
