import Foundation
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
      "explore { bind inproc://a as a; spawn w { send a 1 }; send a 2; recv a; => 2 }\r")
    try terminal.expect("the report") { screen in
      let lines = screen.logicalLines
      return lines.contains { $0.contains("error: 'recv a' did not give what is expected") }
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
      "explore", gives: "=! syntax: write 'explore { … }' or 'explore FILE', alone on the line")
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
    try terminal.type("\u{3}")
    try terminal.expect("its end") { screen in
      screen.logicalLines.contains {
        $0.hasPrefix("# explored ") && $0.contains("NOT all") && $0.contains("stopped by Ctrl-C")
      }
    }
    try terminal.enter("echo on", gives: "=> on")
  }
}
