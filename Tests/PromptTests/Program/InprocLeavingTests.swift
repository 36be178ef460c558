import Foundation
import Glibc
import TestSupport
import Testing

@Suite("inproc: leaving", .timeLimit(.minutes(1)))
struct InprocLeavingTests {
  private func expectRestored(_ terminal: PseudoTerminal, _ home: TemporaryHome) throws {
    let line = tcflag_t(ICANON | ECHO | ISIG)
    #expect(terminal.modes.c_lflag & line == line)
    #expect(!terminal.screen.bracketedPaste)
    #expect(try home.inprocHistory().hasPrefix("spawn busy { repeat { sleep 1ms } }\n"))
  }

  private func startBusy(_ home: TemporaryHome) throws -> PseudoTerminal {
    let terminal = try startInproc(home)
    try terminal.enter("spawn busy { repeat { sleep 1ms } }", gives: "=> busy")
    return terminal
  }

  /// Half a line, or a command that runs.
  private func begin(_ terminal: PseudoTerminal, running: Bool) throws {
    try terminal.type(running ? "echo waits; sleep 10m\r" : "half")
    try terminal.expect("typed") {
      running ? $0.lastLines(1) == ["=> waits"] : $0.beforeCursor == "inproc> half"
    }
  }

  @Test(
    "quit and Ctrl-D leave at once, with 0, though threads run", arguments: ["quit\r", "\u{04}"])
  func quit(keys: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startBusy(home)
      let started = ContinuousClock.now
      try terminal.type(keys)
      #expect(try terminal.waitForExit() == 0)
      #expect(ContinuousClock.now - started < .seconds(2))
      try expectRestored(terminal, home)
    }
  }

  @Test("quit of a thread ends the session, too", arguments: [true, false])
  func threadQuits(running: Bool) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startBusy(home)
      try terminal.type("spawn { sleep 20ms; quit }" + (running ? "; sleep 10m\r" : "\rhalf a li"))
      #expect(try terminal.waitForExit() == 0)
      try expectRestored(terminal, home)
    }
  }

  @Test(
    "SIGTERM and SIGHUP leave the terminal as it was", arguments: [SIGTERM, SIGHUP], [true, false])
  func signals(signal: Int32, running: Bool) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startBusy(home)
      try begin(terminal, running: running)
      kill(terminal.process, signal)
      #expect(try terminal.waitForExit() == 128 + signal)
      try expectRestored(terminal, home)
    }
  }

  @Test("a terminal that goes away ends it", arguments: [true, false])
  func hangUp(running: Bool) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startBusy(home)
      try begin(terminal, running: running)
      terminal.hangUp()
      _ = try terminal.waitForExit()
      #expect(try home.inprocHistory().hasPrefix("spawn busy { repeat { sleep 1ms } }\n"))
    }
  }

  @Test("stopped and continued, while typing and while a command runs")
  func stopAndContinue() async throws {
    try await onThread {
      let terminal = try startUnderShell("inproc", TemporaryHome())
      try terminal.type("echo half")
      try terminal.expect(beforeCursor: "inproc> echo half")
      try terminal.stop()
      try terminal.type("fg\r")
      try terminal.expect(beforeCursor: "inproc> echo half")
      try terminal.type(" line; sleep 10m\r")
      try terminal.expect(tail: ["=> half line"])
      try terminal.stop()
      try terminal.continueRunning()
      try terminal.type("\u{03}")
      try terminal.expect("interrupted") { screen in
        screen.beforeCursor == "inproc> "
          && screen.logicalLines.contains { $0.hasPrefix("=! interrupted") }
      }
      try terminal.type("quit\r")
      try terminal.expect(beforeCursor: "shell$ ")
    }
  }
}
