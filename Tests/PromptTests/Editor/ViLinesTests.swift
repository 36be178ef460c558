import TestSupport
import Testing

@Suite("vi's commands for lines, in a block", .timeLimit(.minutes(2)))
struct ViLinesTests {
  /// A block with the cursor on its second line, in vi's command mode.
  private func start(_ block: String = "one {\n  two\n  three\n}") throws -> PseudoTerminal {
    let home = TemporaryHome()
    try home.write("bind -v\n", to: ".editrc")
    let terminal = try startProbe(home)
    try terminal.paste(block)
    try terminal.expect("pasted") { $0.beforeCursor.hasSuffix("}") }
    try terminal.type("\u{1B}[A\u{1B}[A\u{1B}")
    try terminal.expect("command mode") { $0.beforeCursor == "   ...> " }
    return terminal
  }

  @Test(
    "act on the line with the cursor",
    arguments: [
      ("dd", "one {|  three|}"), ("2dd", "one {|}"), ("d2d", "one {|}"),
      ("jdd", "one {|  two|}"),
      ("cc!", "one {|  !|  three|}"), ("S!", "one {|  !|  three|}"), ("2S!", "one {|  !|}"),
      ("wC!", "one {|  !|  three|}"), ("w2lD", "one {|  tw|  three|}"),
      ("wd$", "one {|  |  three|}"), ("$c0!", "one {|!o|  three|}"), ("$d^", "one {|  o|  three|}"),
      ("yyp", "one {|  two|  two|  three|}"), ("yyP", "one {|  two|  two|  three|}"),
      ("yyjp", "one {|  two|  three|  two|}"), ("Y2p", "one {|  two|  two|  two|  three|}"),
      ("ddp", "one {|  three|  two|}"), ("ddkP", "  two|one {|  three|}"),
      ("wDjp", "one {|  |  twothree|}"), ("wy$jp", "one {|  two|  ttwohree|}"),
      ("ddu", "one {|  two|  three|}"), ("wCx\u{1B}u", "one {|  two|  three|}"),
      ("ddpu", "one {|  three|}"), ("dd.", "one {|}"), ("cc!\u{1B}j.", "one {|  !|  !|}"),
      ("ddp.", "one {|  three|  two|  two|}"), ("ddixy\u{7F}\u{1B}p", "one {|  xthree|  two|}"),
      ("yyxp", "one {|  two|  three|}"),
      ("A!\u{1B}ja?", "one {|  two!|  thre?e|}"),
    ])
  func lines(keys: String, result: String) async throws {
    try await onThread {
      let terminal = try start()
      try terminal.type(keys)
      try terminal.type("\r")
      try terminal.expect("what Enter took") { screen in
        screen.logicalLines.contains { $0.hasPrefix("echo[") }
      }
      #expect(terminal.screen.logicalLines.contains("echo[\(result)]"))
    }
  }

  @Test("leave the cursor where vi does, and nothing of the last line behind")
  func cursor() async throws {
    try await onThread {
      let terminal = try start()
      try terminal.type("dd")
      try terminal.expect("the next line's text") {
        $0.beforeCursor == "   ...>   " && $0.cursorLine == "   ...>   three"
      }
      try terminal.type("dd.")
      try terminal.expect("the first line") {
        $0.cursorLine == "inproc> one {" && $0.beforeCursor == "inproc> "
      }
      try terminal.type("wD")
      try terminal.expect("the last character left") {
        $0.cursorLine == "inproc> one" && $0.beforeCursor == "inproc> one"
      }
    }
  }

  @Test("'dd' clears an entry of one line, 'p' brings it back; a count of a word stays a count")
  func oneLine() async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("bind -v\n", to: ".editrc")
      let terminal = try startProbe(home)
      try terminal.type("a b c d\u{1B}")
      try terminal.expect(beforeCursor: "inproc> a b c ")
      try terminal.type("dd")
      try terminal.expect(beforeCursor: "inproc> ")
      try terminal.expect("nothing left") { $0.cursorLine == "inproc>" }
      try terminal.type("p")
      try terminal.expect(beforeCursor: "inproc> a b c ")
      try terminal.type("02dw10l")
      try terminal.type("A dd\r")
      try terminal.expect(line: "echo[c d dd]")
    }
  }
}
