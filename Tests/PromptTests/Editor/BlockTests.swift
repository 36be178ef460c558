import TestSupport
import Testing

@Suite("Blocks of several lines", .timeLimit(.minutes(2)))
struct BlockTests {
  private static let block = "a {\rb\r}\r"

  @Test("a block shows continuation prompts and is indented")
  func continuation() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("a {\r")
      try terminal.expect(beforeCursor: "   ...>   ")
      try terminal.type("b {\r")
      try terminal.expect(beforeCursor: "   ...>     ")
      try terminal.type("c\r}\r}")
      try terminal.expect(beforeCursor: "   ...>   }")
      try terminal.type("\r")
      try terminal.expect(line: "echo[a {|  b {|    c|  }|}]")
      #expect(
        terminal.screen.lines[1...5] == [
          "inproc> a {", "   ...>   b {", "   ...>     c", "   ...>   }", "   ...> }",
        ])
    }
  }

  @Test("a block is one history entry, recalled and edited whole")
  func recall() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      try terminal.type("before\r" + Self.block)
      try terminal.expect(line: "echo[a {|  b|}]")
      try terminal.type("\u{1B}[A")
      try terminal.expect(beforeCursor: "   ...> }")
      try terminal.type("\u{1B}[Axyz")
      try terminal.expect("an edit in the middle line") { $0.cursorLine == "   ...>  xyz b" }
      try terminal.type("\r")
      try terminal.expect(line: "echo[a {| xyz b|}]")
      try terminal.type("\u{1B}[A\u{1B}[A")
      try terminal.expect("middle line again") { $0.cursorLine == "   ...>  xyz b" }
      try terminal.type("\u{1B}[A\u{1B}[A")
      try terminal.expect("the entry before is unchanged") {
        $0.lines.suffix(24).filter { $0 == "   ...>   b" }.count == 2
          && $0.beforeCursor == "   ...> }"
      }
      try terminal.type("\u{1B}[A\u{1B}[A\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> before")
    }
  }

  @Test("deleting at a line's beginning joins it to the one above")
  func join() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("a {\rb\r")
      try terminal.expect(beforeCursor: "   ...>   ")
      try terminal.type("\u{7F}\u{7F}\u{7F}")
      try terminal.expect(beforeCursor: "   ...>   b")
      try terminal.expect("one continuation line") {
        $0.lines.filter { $0.contains("...>") }.count == 1
      }
      try terminal.type("\u{01}\u{1B}[C\u{05}")
      try terminal.type(" }\r")
      try terminal.expect(line: "echo[a {|  b }]")
    }
  }

  @Test("moving left over a line break needs one key")
  func moveLeft() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("\u{1B}[200~ab\ncd\u{1B}[201~")
      try terminal.expect(beforeCursor: "   ...> cd")
      try terminal.type("\u{1B}[D\u{1B}[D\u{1B}[D")
      try terminal.expect(beforeCursor: "inproc> ab")
      try terminal.type("!\u{1B}[C?")
      try terminal.expect(beforeCursor: "   ...> ?")
      try terminal.type("\r")
      try terminal.expect(line: "echo[ab!|?cd]")
    }
  }

  @Test("a paste of several lines is one edit")
  func paste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      #expect(terminal.screen.bracketedPaste)
      try terminal.type("x\u{1B}[200~one\r\ttwo\u{07}\rthree\r\u{1B}[201~")
      try terminal.expect(beforeCursor: "   ...> three")
      try terminal.expect(line: "inproc> xone")
      try terminal.type("\r")
      try terminal.expect(line: "echo[xone|  two|three]")
      try terminal.type("\u{1B}[A")
      try terminal.expect(beforeCursor: "   ...> three")
    }
  }

  @Test("lines pasted without brackets are all entered")
  func plainPaste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let lines = (0..<500).map { "line \($0) of a paste" }
      try terminal.type(lines.joined(separator: "\r") + "\r")
      try terminal.expect(line: "echo[line 499 of a paste]")
      let echoed = terminal.screen.logicalLines.filter { $0.hasPrefix("echo[") }
      #expect(echoed == lines.map { "echo[\($0)]" })
    }
  }

  @Test("a paste of 10 MiB does not hang")
  func hugePaste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let text = String(repeating: "0123456789abcde\n", count: 10 << 16)
      let started = ContinuousClock.now
      try terminal.type("\u{1B}[200~" + text + "\u{1B}[201~")
      try terminal.expect(beforeCursor: "   ...> 0123456789abcde")
      try terminal.type("\u{03}")
      try terminal.expect(line: "interrupted")
      print("10 MiB pasted in \(ContinuousClock.now - started)")
    }
  }
}
