import TestSupport
import Testing

@Suite("Output of other threads while a line is typed", .timeLimit(.minutes(2)))
struct OutputTests {
  @Test("appears above the line, with the cursor where it was", arguments: [(80, 24), (200, 50)])
  func above(columns: Int, rows: Int) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home, columns: columns, rows: rows)
      let pipe = try terminal.listen(home)
      try terminal.type("half 日本 typed\u{1B}[D\u{1B}[D")
      try terminal.expect(beforeCursor: "inproc> half 日本 typ")
      try pipe.print("first", "second")
      try terminal.expect("output above") {
        $0.logicalLines.suffix(3) == ["first", "second", "inproc> half 日本 typed"]
          && $0.beforeCursor == "inproc> half 日本 typ"
      }
      try terminal.type("E\r")
      try terminal.expect(line: "echo[half 日本 typEed]")
    }
  }

  @Test("leaves a wrapped line as it was")
  func wrapped() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      let pipe = try terminal.listen(home)
      let text = (0..<40).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text + String(repeating: "\u{1B}[D", count: 120))
      // What stands before the cursor on its row, 80 columns wide, once all keys are taken.
      let leading = Array("inproc> \(text)".dropLast(120))
      let before = String(leading[(leading.count / 80 * 80)...])
      try terminal.expect("typed") {
        $0.logicalLines.last == "inproc> \(text)" && $0.beforeCursor == before
      }
      for number in 0..<30 { try pipe.print("output \(number)") }
      try terminal.expect("the last output") {
        $0.logicalLines.suffix(2) == ["output 29", "inproc> \(text)"] && $0.beforeCursor == before
      }
      #expect(
        terminal.screen.logicalLines.filter { $0.hasPrefix("output") }
          == (0..<30).map { "output \($0)" })
      #expect(terminal.screen.logicalLines.filter { $0.contains("word") }.count == 1)
    }
  }

  @Test("leaves a block as it was")
  func block() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      let pipe = try terminal.listen(home)
      try terminal.type("a {\rb\rc\u{1B}[A")
      try terminal.expect("third line typed") {
        $0.allLines.last == "   ...>   c" && $0.beforeCursor == "   ...>   b"
      }
      try pipe.print("news")
      try terminal.expect("news above") {
        $0.allLines.suffix(4) == ["news", "inproc> a {", "   ...>   b", "   ...>   c"]
          && $0.beforeCursor == "   ...>   b"
      }
    }
  }

  @Test("of ten threads with thousands of lines is whole, in order, and fast")
  func flood() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let started = ContinuousClock.now
      try terminal.type("flood 10 2000\rtyped meanwhile")
      try terminal.expect("all lines") {
        $0.scrollback.count + $0.cursor.row >= 20_002
          && $0.beforeCursor == "inproc> typed meanwhile"
      }
      print("20,000 lines shown in \(ContinuousClock.now - started)")
      let lines = terminal.screen.logicalLines
      for thread in 0..<10 {
        let own = lines.filter { $0.hasPrefix("[t\(thread)]") }
        #expect(own == (0..<2000).map { "[t\(thread)] line \($0)" })
      }
      #expect(lines.count == 20_000 + 3)
      try terminal.type("\r")
      try terminal.expect(line: "echo[typed meanwhile]")
    }
  }

  @Test("a narrower window keeps both")
  func resized() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      let pipe = try terminal.listen(home)
      let text = (0..<15).map { "word\($0)" }.joined(separator: " ")
      try terminal.type(text)
      try terminal.expect("typed") { $0.logicalLines.last == "inproc> \(text)" }
      try pipe.print("earlier")
      try terminal.expect("output") { $0.logicalLines.suffix(2).first == "earlier" }
      terminal.resize(columns: 40, rows: 24)
      try pipe.print("later")
      try terminal.expect("both") {
        $0.logicalLines.suffix(3) == ["earlier", "later", "inproc> \(text)"]
      }
    }
  }
}
