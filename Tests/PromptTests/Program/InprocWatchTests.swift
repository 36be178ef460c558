import Foundation
import Glibc
import TestSupport
import Testing

@Suite("inproc: watch", .timeLimit(.minutes(1)))
struct InprocWatchTests {
  /// A session with a full queue, an empty one and a thread that waits.
  private func begin(
    _ columns: Int = 80, _ rows: Int = 24, _ environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try startInproc(
      TemporaryHome(), columns: columns, rows: rows, environment: environment)
    try terminal.enter("bind inproc://jobs as jobs capacity=4", gives: "=> jobs")
    try terminal.enter("bind inproc://log as log", gives: "=> log")
    try terminal.enter("repeat 4 { send jobs x }")
    try terminal.enter("spawn worker { recv log }", gives: "=> worker")
    return terminal
  }

  private func row(_ start: String, _ screen: TerminalScreen) -> String? {
    screen.lines.first { $0.hasPrefix(start) }
  }

  @Test(
    "shows queues and who waits for what, through a resize, and leaves the prompt as it was",
    arguments: [(80, 24, 200, 50), (200, 50, 80, 24)])
  func shows(columns: Int, rows: Int, newColumns: Int, newRows: Int) async throws {
    try await onThread {
      let terminal = try begin(columns, rows)
      try terminal.type("watch\r")
      for (width, height) in [(columns, rows), (newColumns, newRows), (columns, rows)] {
        terminal.resize(columns: width, rows: height)
        try terminal.expect("the view of \(width) columns") { screen in
          let title = screen.lines[0]
          return title.hasPrefix("inproc watch") && title.hasSuffix("q leaves")
            && title.count == width
            && row("inproc://jobs", screen)?.contains("4/4 full") == true
            && row("worker", screen)?.contains("recv log") == true
        }
        let screen = terminal.screen
        #expect(screen.isOnOtherScreen && screen.isCursorHidden)
        #expect(row("inproc://jobs", screen)?.contains("█████") == true)
        #expect(row("inproc://jobs", screen)?.contains("░") == false)
        #expect(row("inproc://log", screen)?.contains("█") == false)
        #expect(row("worker", screen)?.contains("blocked") == true)
        #expect(screen.lines.contains { $0.hasPrefix("4 queued") && $0.contains("1 of 2") })
      }
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen && $0.beforeCursor == "inproc> " }
      #expect(!terminal.screen.isCursorHidden)
      try terminal.type("send log late\r")
      try terminal.expect(line: "[worker] => late")
      #expect(terminal.screen.logicalLines.contains("=> jobs"))
      #expect(!terminal.screen.logicalLines.contains { $0.contains("ENDPOINT") })
    }
  }

  @Test("moves with the session, and what threads print appears when it is left")
  func live() async throws {
    try await onThread {
      let terminal = try begin()
      try terminal.type(
        "spawn feed { repeat { recv jobs; sleep 10ms; send jobs y; sleep 10ms } }\r")
      try terminal.expect(line: "=> feed")
      try terminal.type("watch\r")
      try terminal.expect("messages a second") { screen in
        guard let words = row("inproc://jobs", screen)?.split(separator: " ") else { return false }
        return (words.last.flatMap { Int($0) } ?? 0) > 0
      }
      let printed = terminal.screen.lines.filter { $0.contains("[feed]") }
      #expect(printed.isEmpty)
      try terminal.type("q")
      try terminal.expect("what was printed") { screen in
        screen.logicalLines.filter { $0.hasPrefix("[feed] => ") }.count > 3
      }
      try terminal.type("stop feed\r")
    }
  }

  @Test("is left with q, Esc and Ctrl-C alike", arguments: ["q", "\u{1B}", "\u{03}"])
  func leaving(key: String) async throws {
    try await onThread {
      let terminal = try begin()
      let before = terminal.modes.c_lflag
      try terminal.type("watch\r")
      try terminal.expect("the view") { $0.isOnOtherScreen && $0.lines[0].hasPrefix("inproc") }
      try terminal.type(key)
      try terminal.expect("the prompt") { !$0.isOnOtherScreen && $0.beforeCursor == "inproc> " }
      try terminal.enter("echo x", gives: "=> x")
      #expect(terminal.modes.c_lflag == before)
    }
  }

  @Test("a signal that ends the program leaves the terminal as it was found")
  func terminated() async throws {
    try await onThread {
      let terminal = try begin()
      try terminal.type("watch\r")
      try terminal.expect("the view") { $0.isOnOtherScreen && $0.lines[0].hasPrefix("inproc") }
      kill(terminal.process, SIGTERM)
      #expect(try terminal.waitForExit() == 128 + SIGTERM)
      #expect(!terminal.screen.isOnOtherScreen && !terminal.screen.isCursorHidden)
      #expect(terminal.echoes)
    }
  }

  /// A session with one endpoint, below a shell, in its live view.
  private func watchInShell() throws -> PseudoTerminal {
    let terminal = try startUnderShell("inproc", TemporaryHome())
    try terminal.enter("bind inproc://jobs as jobs capacity=4", gives: "=> jobs")
    try terminal.type("watch\r")
    try expectView(terminal)
    return terminal
  }

  private func expectView(_ terminal: PseudoTerminal) throws {
    try terminal.expect("the view") { screen in
      screen.isOnOtherScreen && row("inproc://jobs", screen)?.contains("0/4") == true
    }
  }

  @Test("Ctrl-Z gives the terminal back, and going on draws the view anew")
  func stopped() async throws {
    try await onThread {
      let terminal = try watchInShell()
      try terminal.stopFullScreen()
      try terminal.type("fg\r")
      try expectView(terminal)
      try terminal.type("q")
      try terminal.expect("the prompt") { !$0.isOnOtherScreen && $0.beforeCursor == "inproc> " }
      try terminal.enter("echo on", gives: "=> on")
      try terminal.type("quit\r")
      try terminal.expect(beforeCursor: "shell$ ")
      #expect(!terminal.screen.isCursorHidden)
    }
  }

  @Test("ends with the terminal")
  func hungUp() async throws {
    try await onThread {
      let terminal = try begin()
      try terminal.type("watch\r")
      try terminal.expect("the view") { $0.isOnOtherScreen }
      terminal.hangUp()
      #expect([0, 128 + SIGHUP].contains(try terminal.waitForExit()))
    }
  }

  @Test("without colour it says the same, without UTF-8 its bars are ASCII")
  func plain() async throws {
    try await onThread {
      let terminal = try begin(80, 24, ["NO_COLOR": "1", "LC_ALL": "C"])
      try terminal.type("watch\r")
      try terminal.expect("a bar") { row("inproc://jobs", $0)?.contains("####") == true }
      #expect(terminal.screen.rows.allSatisfy { $0.cells.allSatisfy { $0.style == .init() } })
      try terminal.type("q")
    }
  }

  @Test("of a screen too small it shows what fits, and says how much does not")
  func small() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: 80, rows: 24)
      try terminal.type("repeat 30 as i { bind inproc://e$i as e$i }; echo end\r")
      try terminal.expect(tail: ["=> end", "inproc>"])
      try terminal.type("watch\r")
      try terminal.expect("the rest as a number") { screen in
        screen.lines.contains { $0.hasPrefix("(") && $0.hasSuffix(" more)") }
          && screen.lines.contains { $0.hasPrefix("main") }
          && screen.lines.contains { $0.hasPrefix("0 queued") }
      }
      try terminal.type("q")
    }
  }

  @Test("a dumb terminal is told that it can't")
  func dumb() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), environment: ["TERM": "dumb"])
      try terminal.type("watch\r")
      try terminal.expect("an error") { screen in
        screen.logicalLines.contains { $0.hasPrefix("=! io: can't watch: this terminal can't") }
      }
    }
  }
}
