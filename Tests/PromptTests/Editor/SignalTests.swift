import Foundation
import Glibc
import TestSupport
import Testing

@Suite("Signals", .timeLimit(.minutes(2)))
struct SignalTests {
  @Test("Ctrl-C interrupts a running command within 100 ms")
  func interruptCommand() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      var best = Duration.seconds(60)
      for round in 1...5 {
        try terminal.type("wait\r")
        try terminal.expect("waiting") { $0.lines.filter { $0 == "waiting" }.count == round }
        let started = ContinuousClock.now
        try terminal.type("\u{03}")
        try terminal.expect("prompt \(round)") {
          $0.lines.filter { $0 == "got it" }.count == round && $0.beforeCursor == "inproc> "
        }
        best = min(best, ContinuousClock.now - started)
      }
      #expect(best < .milliseconds(100))
    }
  }

  @Test(
    "SIGTERM and SIGHUP end it with the history saved", arguments: [SIGTERM, SIGHUP], [true, false])
  func terminate(signal: Int32, running: Bool) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      try terminal.type("kept\r")
      try terminal.expect(line: "echo[kept]")
      try terminal.type(running ? "wait\r" : "half")
      try terminal.expect("typed") {
        $0.lines.contains("waiting") || $0.beforeCursor == "inproc> half"
      }
      kill(terminal.process, signal)
      #expect(try terminal.waitForExit() == 0)
      #expect(terminal.screen.lines.contains("signal \(signal)"))
      #expect(terminal.modes.c_lflag & tcflag_t(ICANON | ECHO) == tcflag_t(ICANON | ECHO))
      #expect(!terminal.screen.bracketedPaste)
      #expect(try contents(of: home.history).hasPrefix("kept\n"))
    }
  }

  @Test("a terminal that goes away ends it")
  func hangUp() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startProbe(home)
      try terminal.type("kept\r")
      try terminal.expect(line: "echo[kept]")
      try terminal.type("half")
      try terminal.expect(beforeCursor: "inproc> half")
      terminal.hangUp()
      _ = try terminal.waitForExit()
      #expect(try contents(of: home.history) == "kept\n")
    }
  }

  @Test("Ctrl-Z stops it under a shell, fg gives the line back")
  func stopAndContinue() async throws {
    try await onThread {
      let terminal = try startUnderShell("LineEditorProbe", TemporaryHome())
      try terminal.type("half a line")
      try terminal.expect(beforeCursor: "inproc> half a line")
      try terminal.stop()
      #expect(!terminal.screen.bracketedPaste)
      try terminal.enterInShell("echo to $((1+1)) you", gives: "to 2 you")
      try terminal.type("fg\r")
      try terminal.expect(beforeCursor: "inproc> half a line")
      try terminal.type("!\r")
      try terminal.expect(line: "echo[half a line!]")
      try terminal.type("wait\r")
      try terminal.expect(line: "waiting")
      try terminal.stop()
      try terminal.continueRunning()
      try terminal.type("\u{03}")
      try terminal.expect(line: "got it")
      try terminal.type("quit\r")
      try terminal.expect(beforeCursor: "shell$ ")
    }
  }

  @Test("a command goes on in the background, and leaves what is typed to the shell")
  func background() async throws {
    try await onThread {
      let home = TemporaryHome()
      let pipe = home.makePipe()
      let terminal = try startUnderShell("LineEditorProbe", home)
      try terminal.type("hold \(pipe)\r")
      try terminal.expect(line: "holding")
      try terminal.stop()
      try terminal.type("bg\r")
      try terminal.expect("in the background") { screen in
        screen.logicalLines.contains { $0.contains("LineEditorProbe &") }
          && screen.beforeCursor == "shell$ "
      }
      for round in 1...3 {
        try terminal.enterInShell("echo to $((\(round)+1)) you", gives: "to \(round + 1) you")
      }
      try terminal.type("jobs\r")
      try terminal.expect("it still runs") { screen in
        screen.logicalLines.contains { $0.contains("Running") }
      }
      try terminal.continueRunning()
      try terminal.type("typed ahead\r")
      try FileHandle(forUpdatingAtPath: pipe)?.print("go")
      try terminal.expect(line: "let go")
      try terminal.expect(line: "echo[typed ahead]")
    }
  }
}
