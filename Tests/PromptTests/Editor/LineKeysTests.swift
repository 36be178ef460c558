import Glibc
import TestSupport
import Testing

@Suite("Keys within a block", .timeLimit(.minutes(2)))
struct LineKeysTests {
  private func startBlock(_ editrc: String = "") throws -> PseudoTerminal {
    let home = TemporaryHome()
    try home.write(editrc, to: ".editrc")
    let terminal = try startProbe(home)
    try terminal.paste("one {\n  two\n  three\n}")
    try terminal.expect(beforeCursor: "   ...> }")
    try terminal.type("\u{1B}[A\u{1B}[A")
    try terminal.expect("the second line") { $0.beforeCursor == "   ...>  " }
    return terminal
  }

  @Test(
    "Home, End, Ctrl-A and Ctrl-E go to the ends of the line with the cursor",
    arguments: [("\u{01}", "\u{05}"), ("\u{1B}[H", "\u{1B}[F")], ["", "bind -e\n"])
  func ends(keys: (String, String), editrc: String) async throws {
    try await onThread {
      let terminal = try startBlock(editrc)
      try terminal.type(keys.0)
      try terminal.expect(beforeCursor: "   ...> ")
      try terminal.type(keys.1 + "!")
      try terminal.expect(beforeCursor: "   ...>   two!")
      try terminal.type("\r")
      try terminal.expect(line: "echo[one {|  two!|  three|}]")
    }
  }

  @Test("in vi's insert mode, too")
  func vi() async throws {
    try await onThread {
      let terminal = try startBlock("bind -v\n")
      try terminal.type("\u{1B}[H")
      try terminal.expect(beforeCursor: "   ...> ")
      try terminal.type("\u{1B}[F!\r")
      try terminal.expect(line: "echo[one {|  two!|  three|}]")
    }
  }

  @Test("vi's commands for lines and their ends know the lines of a block")
  func viCommands() async throws {
    try await onThread {
      let terminal = try startBlock("bind -v\n")
      try terminal.type("\u{1B}")
      try terminal.expect("command mode") { $0.beforeCursor == "   ...> " }
      try terminal.type("$")
      try terminal.expect(beforeCursor: "   ...>   tw")
      try terminal.type("0")
      try terminal.expect(beforeCursor: "   ...> ")
      try terminal.type("jA!")
      try terminal.expect(beforeCursor: "   ...>   three!")
      try terminal.type("\u{1B}")
      try terminal.expect(beforeCursor: "   ...>   three")
      try terminal.type("kI<")
      try terminal.expect(beforeCursor: "   ...>   <")
      try terminal.type("\r")
      try terminal.expect(line: "echo[one {|  <two|  three!|}]")
    }
  }

  @Test("a line from vi's 'v' stays on the screen")
  func viEditor() async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("bind -v\n", to: ".editrc")
      try home.write("#!/bin/sh\necho 'echo edited' > \"$1\"\n", to: "vi")
      chmod(home.path + "/vi", 0o700)
      let terminal = try startInproc(
        home, environment: ["PATH": home.path + ":/usr/bin:/bin", "EDITOR": home.path + "/vi"])
      try terminal.type("echo typed\u{1B}")
      try terminal.expect(beforeCursor: "inproc> echo type")
      try terminal.type("v")
      try terminal.expect(tail: ["inproc> echo edited", "=> edited", "inproc>"])
      #expect(!terminal.screen.logicalLines.contains("inproc> echo typed"))
    }
  }

  @Test("Ctrl-K and Ctrl-U cut within that line, Ctrl-Y brings it back")
  func cut() async throws {
    try await onThread {
      let terminal = try startBlock()
      try terminal.type("\u{1B}[C\u{0B}")
      try terminal.expect("cut") { screen in
        Array(screen.lines[1...4]) == ["inproc> one {", "   ...>", "   ...>   three", "   ...> }"]
      }
      try terminal.type("\u{1B}[B\u{15}")
      try terminal.expect("the next one cut") { screen in
        Array(screen.lines[1...4]) == ["inproc> one {", "   ...>", "   ...>", "   ...> }"]
          && screen.beforeCursor == "   ...> "
      }
      try terminal.type("\u{19}!\r")
      try terminal.expect(line: "echo[one {|  |  three!|}]")
    }
  }

  @Test("Ctrl-W cuts the word before, Ctrl-Y brings it back; Ctrl with an arrow goes by words")
  func words() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("one two three\u{17}")
      try terminal.expect(beforeCursor: "inproc> one two ")
      try terminal.type("\u{1B}[1;5D\u{19}")
      try terminal.expect("the word in its new place") { screen in
        screen.cursorLine == "inproc> one threetwo" && screen.beforeCursor == "inproc> one three"
      }
      try terminal.type("\u{1B}[1;5C!\r")
      try terminal.expect(line: "echo[one threetwo! ]")
    }
  }

  @Test("up and down move within a recalled block, and beyond its ends through the history")
  func history() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("old\rone {\rtwo\r}\rnew\r")
      try terminal.expect(line: "echo[new]")
      try terminal.type("\u{10}\u{10}")
      try terminal.expect(beforeCursor: "   ...> }")
      try terminal.type("\u{10}")
      try terminal.expect("the middle") { $0.cursorLine == "   ...>   two" }
      try terminal.type("\u{10}\u{10}")
      try terminal.expect(beforeCursor: "inproc> old")
      try terminal.type("\u{0E}")
      try terminal.expect(beforeCursor: "   ...> }")
      try terminal.type("\u{0E}")
      try terminal.expect(beforeCursor: "inproc> new")
    }
  }
}
