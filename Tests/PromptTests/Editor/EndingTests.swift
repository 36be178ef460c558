import Foundation
import Glibc
import TestSupport
import Testing

/// The terminal is given back however the program ends.
@Suite("Ends of the program", .timeLimit(.minutes(2)))
struct EndingTests {
  /// What the program is doing when it ends.
  enum Situation: CaseIterable {
    case editing, running, watching, stepping, openedRun, exploring, sourcing
  }

  private func start(_ situation: Situation, _ home: TemporaryHome) throws -> PseudoTerminal {
    if situation == .stepping {
      try home.write("bind inproc://a as a\nsend a 1\n", to: "a.scn")
      let terminal = try startProgram(
        "inproc", home, arguments: ["step", home.path + "/a.scn"], columns: 80, rows: 24,
        waitsForPrompt: false)
      try terminal.expect("the view") { $0.isOnOtherScreen }
      return terminal
    }
    let terminal = try startInproc(home)
    switch situation {
    case .editing, .stepping:
      try terminal.type("half a line")
      try terminal.expect(beforeCursor: "inproc> half a line")
    case .running:
      try terminal.type("bind inproc://a as a\r")
      try terminal.expect(line: "=> a")
      try terminal.type("recv a\r")
      try terminal.expect("it runs") { !$0.bracketedPaste }
    case .watching:
      try terminal.type("watch\r")
      try terminal.expect("the view") { $0.isOnOtherScreen }
    case .openedRun:
      try terminal.type("explore { bind inproc://a as a; send a 1; recv a }\r")
      try terminal.expect("the outcome") { screen in
        screen.logicalLines.contains { $0.contains("explore open N") }
      }
      try terminal.type("explore open 1\r")
      try terminal.expect("the view") { $0.isOnOtherScreen }
    case .exploring:
      try terminal.type(
        "explore { bind inproc://a as a; for_all }\r".replacing(
          "for_all",
          with: (1...9).map { "spawn t\($0) { repeat 99 { send a x } }" }
            .joined(separator: "; ")))
      try terminal.expect("it searches") { screen in
        screen.logicalLines.contains { $0.contains("Ctrl-C ends it") }
      }
    case .sourcing:
      try home.write("bind inproc://b as b\nrecv b\n", to: "b.scn")
      try terminal.type("source \"\(home.path)/b.scn\"\r")
      try terminal.expect("it runs") { !$0.bracketedPaste }
    }
    return terminal
  }

  private func expectGivenBack(_ terminal: PseudoTerminal) {
    let wanted = tcflag_t(ICANON | ECHO)
    #expect(terminal.modes.c_lflag & wanted == wanted)
    #expect(!terminal.screen.bracketedPaste)
    #expect(!terminal.screen.isOnOtherScreen && !terminal.screen.isCursorHidden)
  }

  @Test(
    "a signal that ends the program gives the terminal back, whatever it does",
    arguments: [SIGQUIT, SIGTERM, SIGHUP, SIGUSR1], Situation.allCases)
  func signals(signal: Int32, situation: Situation) async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try start(situation, home)
      if signal == SIGQUIT {
        // Ctrl-\, as it is typed.
        try terminal.type("\u{1C}")
      } else {
        kill(terminal.process, signal)
      }
      #expect(try terminal.waitForExit() == 128 + signal)
      expectGivenBack(terminal)
      #expect(!terminal.screen.logicalLines.contains { $0.contains("Crash") })
    }
  }

  @Test("a crash gives the terminal back", arguments: [SIGSEGV, SIGABRT, SIGTRAP], [true, false])
  func crash(signal: Int32, isViewed: Bool) async throws {
    try await onThread {
      let home = TemporaryHome()
      // Swift's report of the crash takes seconds.
      let terminal = try startProgram(
        "inproc", home, columns: 80, rows: 24, environment: ["SWIFT_BACKTRACE": "enable=no"])
      if isViewed {
        try terminal.type("watch\r")
        try terminal.expect("the view") { $0.isOnOtherScreen }
      }
      kill(terminal.process, signal)
      #expect(try terminal.waitForExit() == 128 + signal)
      expectGivenBack(terminal)
    }
  }

  @Test(
    "where the terminal takes no output, SIGTERM and SIGHUP end the program soon",
    arguments: [SIGTERM, SIGHUP],
    [
      "repeat { echo \(text) }\r", "spawn a { repeat { echo \(text) } }\r", "\u{13}",
      "watch\r\u{13}",
    ])
  func stuck(signal: Int32, input: String) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type(input)
      // Nobody reads from now on: what is printed fills the terminal, or Ctrl-S has stopped it.
      try terminal.expectFull()
      kill(terminal.process, signal)
      let started = ContinuousClock.now
      var status: Int32 = 0
      while terminal.takeExit(&status) == false, ContinuousClock.now - started < .seconds(20) {
        usleep(5000)
      }
      // A second, and what a busy machine takes.
      #expect(ContinuousClock.now - started < .seconds(5))
      let wanted = tcflag_t(ICANON | ECHO)
      #expect(terminal.modes.c_lflag & wanted == wanted)
    }
  }

  private static let text = String(repeating: "x", count: 60)
}
