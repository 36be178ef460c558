import Foundation
import TestSupport
import Testing

@Suite("inproc: other threads' lines", .timeLimit(.minutes(1)))
struct InprocThreadsTests {
  @Test(
    "appear above the line being typed, through a resize",
    arguments: [(80, 24, 200, 50), (200, 50, 80, 24)])
  func above(columns: Int, rows: Int, newColumns: Int, newRows: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: columns, rows: rows)
      try terminal.enter("bind inproc://say as say", gives: "=> say")
      try terminal.enter("spawn t { for x in say { echo $x } }", gives: "=> t")
      // Still while the window changes: what is under way then is the terminal's to reflow.
      try terminal.type(
        "spawn ticker { repeat 40 as i { send say $i; sleep 5ms; "
          + "if $i == 20 { sleep 700ms } }; send say done }\r")
      try terminal.expect(line: "[t] => 1")
      let typed = "echo " + String(repeating: "日本x", count: 29) + "日本y"
      for character in typed.dropLast(10) { try terminal.type(String(character)) }
      try terminal.expect("the first half") { screen in
        screen.logicalLines.contains("[t] => 20") && screen.endsWithoutBlanks(typed.dropLast(10))
      }
      terminal.resize(columns: newColumns, rows: newRows)
      for character in typed.suffix(10) { try terminal.type(String(character)) }
      try terminal.expect("all of it", within: .seconds(8)) { screen in
        screen.endsWithoutBlanks("[t] => done" + "inproc> " + typed)
      }
      let lines = terminal.screen.logicalLines
      #expect(
        lines.filter { $0.hasPrefix("[t]") } == (1...40).map { "[t] => \($0)" } + ["[t] => done"])
      #expect(lines.filter { $0.contains("日本x") }.count == 1)
      try terminal.type("\r")
      try terminal.expect("entered as typed", within: .seconds(8)) { screen in
        screen.endsWithoutBlanks("=> " + typed.dropFirst(5) + "inproc>")
      }
    }
  }

  @Test("appear above a block being typed, and while a command runs")
  func blockAndCommand() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://go as go", gives: "=> go")
      try terminal.enter("bind inproc://gone as gone", gives: "=> gone")
      try terminal.type("repeat 2 {\recho in\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> repeat 2 ")
      try terminal.type("\u{03}")
      try terminal.expect(tail: ["   ...>   echo in^C", "inproc>"].suffix(1))
      try terminal.enter(
        "spawn w { sleep 500ms; echo news; recv go; echo more; send gone x }",
        gives: "=> w")
      try terminal.type("repeat 2 {\recho in\r")
      try terminal.expect(
        tail: ["[w] => news", "inproc> repeat 2 {", "   ...>   echo in", "   ...>"])
      try terminal.type("}\r")
      try terminal.expect(tail: ["   ...> }", "=> in", "=> in", "inproc>"])
      try terminal.enter("send go x; recv gone", gives: "[w] => x", "[w] => more", "=> x")
    }
  }

  @Test("of ten threads, thousands of them, are whole and in order")
  func flood() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      let thread = "spawn w$t { repeat 500 as i { echo \"line $i of $t\" } }"
      try terminal.type("repeat 10 as t { \(thread) }\r")
      try terminal.type("echo typed meanwhile")
      // Above the prompt's row: the greeting, the command in two rows, a row for each thread that
      // was started, and the threads' lines.
      let rowsAbove = 1 + 2 + 10 + 5_000
      try terminal.expect("all lines") { screen in
        screen.scrollback.count + screen.cursor.row >= rowsAbove
          && screen.beforeCursor == "inproc> echo typed meanwhile"
      }
      let lines = terminal.screen.logicalLines
      for thread in 1...10 {
        let own = lines.filter { $0.hasPrefix("[w\(thread)] ") }
        #expect(own == (1...500).map { "[w\(thread)] => \"line \($0) of \(thread)\"" })
      }
      #expect(lines.count == 5_000 + 10 + 3)
      try terminal.type("\r")
      try terminal.expect(tail: ["=> typed meanwhile", "inproc>"])
    }
  }

  @Test("a thread that fails says why, also where an expectation in it does not hold")
  func failures() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("spawn { connect inproc://nowhere }\r")
      try terminal.expect("its error") { screen in
        screen.logicalLines.contains { $0.hasPrefix("[t1] =! not-found: ") }
      }
      try terminal.type("spawn {\recho a\r=> b\r}\r")
      try terminal.expect(line: "[t2] #   expected: => b")
      try terminal.expect(line: "[t2] #   actual:   => a")
      try terminal.type("\u{15}list threads\r")
      try terminal.expect(tail: ["=> main running", "=> t1 failed", "=> t2 failed", "inproc>"])
    }
  }

  @Test("what is typed ahead while a command runs is neither lost nor mixed with output")
  func typedAhead() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://go as go", gives: "=> go")
      try terminal.enter("bind inproc://begin as begin", gives: "=> begin")
      try terminal.enter(
        "spawn w { recv begin; sleep 50ms; echo between; send go x }", gives: "=> w")
      try terminal.type("send begin x; recv go\recho ahead\recho half")
      try terminal.expect(
        tail: [
          "inproc> send begin x; recv go", "[w] => x", "[w] => between", "=> x",
          "inproc> echo ahead", "=> ahead", "inproc> echo half",
        ])
    }
  }
}
