import Foundation
import TestSupport
import Testing

@Suite("inproc: Ctrl-C and stop", .timeLimit(.minutes(1)))
struct InprocInterruptTests {
  /// What blocks, and how it tells that it does.
  static let blocking = [
    "recv inbox", "send full x", "connect inproc://nowhere wait=forever", "join waiter",
    "sleep 10m", "for x in inbox { echo $x }", "repeat { }",
    "repeat { try { recv inbox timeout=100ms } catch c { incr n } }", "select inbox",
    "repeat { try { recv inbox } catch c { incr n } }", "source",
  ]

  @Test("ends what blocks within 100 ms, and leaves the threads alone", arguments: blocking)
  func interrupts(command: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("repeat { sleep 1ms }\n", to: "endless.scn")
      let command = command == "source" ? "source \(home.path)/endless.scn" : command
      let terminal = try startInproc(home)
      try terminal.enter("bind inproc://a as inbox", gives: "=> inbox")
      try terminal.enter("bind inproc://b as full capacity=1", gives: "=> full")
      try terminal.enter("send full x; let n = 0")
      try terminal.enter("spawn waiter { repeat { sleep 10m } }", gives: "=> waiter")
      var best = Duration.seconds(60)
      // Other tests run at the same time: one quick answer shows that it can be.
      for round in 1...20 where best >= .milliseconds(100) {
        // The first line is done when the second command has begun.
        try terminal.type("echo round\(round); \(command)\r")
        try terminal.expect(line: "=> round\(round)")
        let started = ContinuousClock.now
        try terminal.type("\u{03}")
        try terminal.expect("interrupted \(round)") { screen in
          screen.logicalLines.filter { $0.hasPrefix("=! interrupted: ") }.count == round
            && screen.beforeCursor == "inproc> "
        }
        best = min(best, ContinuousClock.now - started)
      }
      #expect(best < .milliseconds(100), "\(command)")
      // The thread may not have come to its wait so far.
      try terminal.listThreads(until: "=> waiter blocked sleep 10m")
      try terminal.type("stop waiter\r")
      try terminal.expect("the thread's error") { screen in
        screen.logicalLines.contains { $0.hasPrefix("[waiter] =! interrupted: ") }
      }
      // Its error was printed before it ended.
      try terminal.listThreads(until: "=> waiter failed")
    }
  }

  @Test(
    "it leaves no mutex held by the line that it ends",
    arguments: [
      "lock m { lock m { echo never } }", "lock m { recv inbox }", "lock m { wait m }",
      "lock m { await $n == 1 }", "lock m { sleep 10m }",
    ])
  func releases(command: String) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://a as inbox", gives: "=> inbox")
      try terminal.enter("mutex m", gives: "=> m")
      try terminal.enter("shared n = 0")
      try terminal.type("echo here; \(command)\r")
      try terminal.expect(line: "=> here")
      try terminal.type("\u{03}")
      try terminal.expect("the prompt") { screen in
        screen.logicalLines.contains { $0.hasPrefix("=! interrupted: ") }
          && screen.beforeCursor == "inproc> "
      }
      try terminal.enter("list mutexes", gives: "=> m free")
    }
  }

  @Test("it gives the prompt back where another thread holds the mutex of a wait")
  func waits() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("mutex m", gives: "=> m")
      try terminal.enter("bind inproc://a as inbox", gives: "=> inbox")
      try terminal.enter("shared isWaiting = no")
      // It takes the mutex once the line waits to be notified, and says so with the mutex held.
      try terminal.enter(
        "spawn taker { await $isWaiting == yes; lock m { echo taken; recv inbox } }",
        gives: "=> taker")
      try terminal.type("lock m { let isWaiting = yes; wait m }\r")
      try terminal.expect(line: "[taker] => taken")
      try terminal.type("\u{03}")
      try terminal.expect("the prompt") { screen in
        screen.logicalLines.contains { $0.hasPrefix("=! interrupted: ") }
          && screen.beforeCursor == "inproc> "
      }
      try terminal.enter("list mutexes", gives: "=> m held taker")
      try terminal.type("send inbox x; join taker\r")
      try terminal.expect("its message") { screen in
        screen.logicalLines.contains("[taker] => x") && screen.beforeCursor == "inproc> "
      }
      try terminal.enter("list mutexes", gives: "=> m free")
    }
  }

  @Test("a deadlock is told with what each thread waits for; Ctrl-C gives the prompt back")
  func deadlock() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://a as a", gives: "=> a")
      try terminal.enter("bind inproc://b as b", gives: "=> b")
      try terminal.enter("spawn other { recv b }", gives: "=> other")
      try terminal.type("recv a\r")
      try terminal.expect(
        tail: [
          "# deadlock: every thread waits and none can go on; Ctrl-C gives the prompt back",
          "#   main: recv a", "#   other: recv b",
        ])
      try terminal.type("\u{03}")
      try terminal.expect("the prompt") { $0.beforeCursor == "inproc> " }
      try terminal.enter("send b go", gives: "[other] => go")
    }
  }

  @Test("a line given up is gone; a paste is ended by it")
  func line() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("echo hal")
      try terminal.expect(beforeCursor: "inproc> echo hal")
      try terminal.type("\u{03}")
      try terminal.expect(tail: ["inproc> echo hal^C", "inproc>"])
      try terminal.type("spawn {\rsend")
      try terminal.expect(beforeCursor: "   ...>   send")
      try terminal.type("\u{03}")
      try terminal.expect(tail: ["   ...>   send^C", "inproc>"])
      try terminal.paste("inproc> echo begun\n=> begun\ninproc> sleep 10m\ninproc> echo never\n")
      try terminal.type("\r")
      try terminal.expect(line: "=> begun")
      try terminal.type("\u{03}")
      // The second command may have begun, or not.
      try terminal.expect("the rest is given up") { screen in
        screen.beforeCursor == "inproc> "
          && screen.logicalLines.contains { $0.hasSuffix(" more of what was pasted did not run") }
      }
      try terminal.enter("list", gives: "=> main running")
    }
  }

  @Test("ends a loop that prints as fast as it can; no line of it is torn")
  func flood() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("repeat { try { fail x } catch c { echo $c } }\r")
      try terminal.expect(line: "=> failed")
      try terminal.type("\u{03}")
      try terminal.expect("the prompt") { screen in
        screen.beforeCursor == "inproc> "
          && (screen.lastLines(2).first?.hasPrefix("=! interrupted: ") ?? false)
      }
      let lines = Set(terminal.screen.logicalLines.dropFirst(2).dropLast(2))
      #expect(lines.isSubset(of: ["=! failed: x", "=> failed"]))
    }
  }

  @Test("ends a wait while ten threads print as fast as they can")
  func floodOfThreads() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter(
        "repeat 10 as t { spawn w$t { sleep 500ms; repeat as i { echo line $i of $t } } }",
        gives: "=> w1", "=> w2", "=> w3", "=> w4", "=> w5", "=> w6", "=> w7", "=> w8", "=> w9",
        "=> w10")
      try terminal.type("sleep 10m\r")
      try terminal.expect("a flood") { $0.lines.suffix(3).allSatisfy { $0.hasPrefix("[w") } }
      let started = ContinuousClock.now
      let known = terminal.transcript.count
      try terminal.type("\u{03}")
      // What was sent tells, not the screen: the prompt hardly ever stands still.
      try terminal.expect("interrupted, and the prompt") { _ in
        let sent = String(decoding: terminal.transcript[known...], as: UTF8.self)
        guard let error = sent.range(of: "=! interrupted") else { return false }
        return sent[error.upperBound...].contains("inproc>")
      }
      print("interrupted under a flood in \(ContinuousClock.now - started)")
      // Typed, while they go on.
      try terminal.type("stop w1 w2 w3 w4 w5 w6 w7 w8 w9 w10\r")
      try terminal.type("try { join } catch { echo all stopped }\r")
      try terminal.expect(line: "=> all stopped")
      // No line is torn.
      let pattern = /\[w(\d+)\] => line \d+ of \1/
      let printed = terminal.screen.logicalLines.filter { $0.contains("line") && $0.contains("[w") }
      #expect(try printed.allSatisfy { try pattern.wholeMatch(in: $0) != nil })
    }
  }

  @Test("is heard behind a paste that comes while a command waits; none of it runs")
  func behindPaste() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://a as inbox", gives: "=> inbox")
      try terminal.type("echo begun; recv inbox\r")
      try terminal.expect(line: "=> begun")
      // More than a terminal keeps of what nobody reads.
      try terminal.type((0..<20_000).map { "echo never\($0)\r" }.joined())
      try interruptBeforeTheRest(terminal)
    }
  }

  @Test("a paste without brackets is ended by it, too")
  func pasteLineByLine() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      let rest = (0..<400).map { "echo never\($0)\r" }.joined()
      try terminal.type("echo begun; sleep 10m\r" + rest)
      try terminal.expect(line: "=> begun")
      try interruptBeforeTheRest(terminal)
    }
  }

  /// Ctrl-C ends what waits, and none of the lines behind it, that say `never`, is run.
  private func interruptBeforeTheRest(_ terminal: PseudoTerminal) throws {
    try terminal.type("\u{03}")
    try terminal.expect("the prompt") { screen in
      screen.beforeCursor == "inproc> "
        && screen.logicalLines.contains { $0.hasPrefix("=! interrupted") }
    }
    try terminal.enter("echo after", gives: "=> after")
    #expect(!terminal.screen.logicalLines.contains { $0.contains("never") })
  }
}
