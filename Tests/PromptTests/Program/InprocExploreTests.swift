import Foundation
import TestSupport
import Testing

@Suite("inproc at a terminal: explore", .serialized, .timeLimit(.minutes(2)))
struct InprocExploreTests {
  @Test("a block is run under every interleaving, and the session is not touched")
  func block() throws {
    let home = TemporaryHome()
    let terminal = try startInproc(home, columns: 100)
    try terminal.enter("bind inproc://log as log", gives: "=> log")
    try terminal.type("explore {\r")
    try terminal.type("bind inproc://log as log\r")
    try terminal.type("spawn { send log one }\rspawn { send log two }\rrecv log\r}\r")
    try terminal.expect("the table of outcomes") { screen in
      let lines = screen.logicalLines
      return lines.contains { $0.hasPrefix("# explored ") && $0.contains("all that can differ") }
        && lines.contains { $0.contains("main: => one") && $0.hasPrefix("# ") }
        && lines.contains { $0.contains("main: => two") && $0.hasPrefix("# ") }
    }
    try terminal.enter("drain log", gives: "=> (none)")
  }

  @Test("a failure is told with the run, and a mistake with a caret")
  func failure() throws {
    let home = TemporaryHome()
    let terminal = try startInproc(home, columns: 110, rows: 50)
    try terminal.type(
      "explore { bind inproc://a as a; spawn w { send a 1 }; send a 2\rrecv a; => 2 }\r")
    try terminal.expect("the report") { screen in
      let lines = screen.logicalLines
      return lines.contains { $0.contains("error: 'recv a' did not give what was expected") }
        && lines.contains { $0.contains("--> w (preempted)") }
        && lines.contains { $0.contains("schedule: c-") }
        && !lines.contains { $0.contains("to repeat it") }
    }
    try terminal.type("explore { sned a }\r")
    try terminal.expect("the hint") { screen in
      screen.logicalLines.contains {
        $0.hasPrefix("=! syntax: unknown command 'sned'; did you mean 'send'?")
      }
    }
    try terminal.enter(
      "explore",
      gives: "        ^~~~~~~",
      "=! syntax: 'explore' can't be written like this; "
        + "write it as 'explore { … } or explore FILE or explore open N'")
  }

  @Test("what is bound outside of the block is told to be so")
  func emptySession() throws {
    let home = TemporaryHome()
    let terminal = try startInproc(home, columns: 140, rows: 40)
    try terminal.enter("bind inproc://in as inbox", gives: "=> inbox")
    try terminal.type("explore { send inbox hi }\r")
    try terminal.expect("why it is not there") { screen in
      screen.logicalLines.contains {
        $0.hasPrefix(
          "# 'inbox' belongs to this session, and an exploration starts from an empty one")
      }
    }
    try terminal.type("explore { connect inproc://in }\r")
    try terminal.expect("why it is not there") { screen in
      screen.logicalLines.contains { $0.hasPrefix("# 'inproc://in' belongs to this session, and ") }
    }
  }

  @Test("the mark of a forbidden outcome is under its directive")
  func directive() throws {
    let home = TemporaryHome()
    let terminal = try startInproc(home, columns: 140, rows: 40)
    try terminal.type("explore {\r    @forbidden 1\robserve 1\r}\r")
    try terminal.expect("the mark") { screen in
      let lines = screen.logicalLines
      guard let row = lines.firstIndex(where: { $0.hasPrefix("#   @forbidden 1") }) else {
        return false
      }
      return lines.indices.contains(row + 1) && lines[row + 1] == "#   ^~~~~~~~~~~~"
    }
  }

  /// An update that is lost, in eight lines.
  private static let lostUpdate = """
    explore {
    @forbidden 1  # an update is lost
    @acceptable 2
    bind inproc://n as n; send n 0
    spawn a { recv n as x; send n $x; incr x; recv n; send n $x }
    spawn b { recv n as x; send n $x; incr x; recv n; send n $x }
    join; recv n as x; observe $x
    }

    """

  @Test(
    "a key on a row opens the run that led there, to be stepped back and changed",
    arguments: [(80, 24, 200, 50), (200, 50, 80, 24)])
  func openRun(columns: Int, rows: Int, newColumns: Int, newRows: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: columns, rows: rows)
      let shows: (String) -> (TerminalScreen) -> Bool = { text in
        { screen in screen.lines.contains { $0.contains(text) } }
      }
      try terminal.type(Self.lostUpdate.replacingOccurrences(of: "\n", with: "\r"))
      try terminal.expect("the offer") { screen in
        shows("1-2 here, or 'explore open N' later")(screen) && screen.beforeCursor == "inproc> "
      }
      #expect(shows("forbidden   1        # an update is lost")(terminal.screen))
      try terminal.type("1")
      try terminal.expect("the run, at its end") { screen in
        screen.isOnOtherScreen && shows("FAILED: forbidden outcome: 1")(screen)
          && shows("outcome: 1  forbidden  # an update is lost")(screen)
      }
      terminal.resize(columns: newColumns, rows: newRows)
      try terminal.type("r")
      try terminal.expect("its start") { screen in
        screen.lines[0].hasPrefix("turn 0 ") && screen.lines[newRows - 1].hasSuffix("q leave")
      }
      // Each thread to its end, one after the other: nothing is lost.
      try terminal.type(String(repeating: "\r", count: 4))
      try terminal.expect("both threads", shows("3 b"))
      try terminal.type(String(repeating: "2", count: 4) + String(repeating: "3", count: 4) + "e")
      try terminal.expect("the other outcome", shows("outcome: 2  acceptable"))
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen && $0.beforeCursor == "inproc> " }
      #expect(terminal.screen.logicalLines.contains("inproc> explore open 1"))
      try terminal.type("2")
      try terminal.expect("the other run", shows("outcome: 2  acceptable"))
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen && $0.beforeCursor == "inproc> " }
    }
  }

  @Test("digits are digits again once something else is typed; the typed form goes on working")
  func typedForm() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: 100)
      try terminal.enter(
        "explore open 1",
        gives: "=! invalid-value: nothing was explored; 'explore { … }' or 'explore FILE' first")
      try terminal.type("explore { bind inproc://a as a; spawn w { send a 1 }; recv a }\r")
      try terminal.expect("the offer") { screen in
        screen.logicalLines.contains { $0.hasPrefix("# 1 here, or ") }
      }
      // Behind other text it is no key, nor where there is no such row.
      try terminal.enter("echo 1", gives: "=> 1")
      try terminal.type("1")
      try terminal.expect(beforeCursor: "inproc> 1")
      try terminal.type("\u{15}")
      try terminal.enter(
        "explore open 7", gives: "=! invalid-value: there is no run 7; the last table has 1")
      try terminal.type("explore open 1\r")
      try terminal.expect("the run") { $0.isOnOtherScreen && $0.lines[0].contains("passed") }
      try terminal.type("q")
      try terminal.enter("echo back", gives: "=> back")
    }
  }

  @Test("a paste that follows is text, whatever it begins with")
  func pasted() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: 100)
      try terminal.type("explore { bind inproc://a as a; spawn w { send a 1 }; recv a }\r")
      try terminal.expect("the offer") { screen in
        screen.logicalLines.contains { $0.hasPrefix("# 1 here, or ") }
          && screen.beforeCursor == "inproc> "
      }
      try terminal.paste("1 is no command")
      try terminal.expect(beforeCursor: "inproc> 1 is no command")
    }
  }

  @Test("a file is explored too; Tab completes its name")
  func file() throws {
    let home = TemporaryHome()
    try "echo x\n=> x\n".write(
      toFile: home.path + "/single.scn", atomically: true, encoding: .utf8)
    let terminal = try startInproc(home)
    try terminal.type("expl\t\(home.path)/sing\t\r")
    try terminal.expect("what was explored") { screen in
      screen.logicalLines.contains { $0.hasPrefix("# explored 1 schedule: all that can differ") }
    }
  }

  @Test("Ctrl-C ends a search that has no end, and says that it did not run all")
  func interrupt() throws {
    let home = TemporaryHome()
    let terminal = try startInproc(home, columns: 100)
    try terminal.type(
      "explore { bind inproc://a as a; repeat 9 { spawn { repeat 9 { send a x; drain a } } } }\r")
    try terminal.expect("the line") {
      $0.logicalLines.contains { $0.hasPrefix("inproc> explore {") }
    }
    try terminal.expect("how far it is, below everything else") { screen in
      screen.beforeCursor.hasPrefix("# block: ")
        && screen.beforeCursor.hasSuffix("; Ctrl-C ends it")
    }
    try terminal.type("\u{3}")
    try terminal.expect("its end") { screen in
      screen.logicalLines.contains {
        $0.hasPrefix("# incomplete: explored ") && $0.contains("NOT all")
          && $0.contains("stopped by Ctrl-C")
      }
    }
    try terminal.enter("echo on", gives: "=> on")
    #expect(!terminal.screen.logicalLines.contains { $0.contains("Ctrl-C ends it") })
  }
}
