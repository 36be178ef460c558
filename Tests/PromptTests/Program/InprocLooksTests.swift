import Foundation
import TestSupport
import Testing

@Suite("inproc: looks", .timeLimit(.minutes(1)))
struct InprocLooksTests {
  private func tour(_ terminal: PseudoTerminal) throws {
    try terminal.enter("echo fine", gives: "=> fine")
    try terminal.type("nonsense\r")
    try terminal.expect("an error") { $0.lastLines(2).first?.hasPrefix("=! syntax") ?? false }
    try terminal.type("spawn w { echo other }\r")
    try terminal.expect(line: "[w] => other")
  }

  @Test("results, errors and other threads' lines have colours of their own")
  func colours() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try tour(terminal)
      let screen = terminal.screen
      let result = screen.style(ofLine: "=> fine")?.foreground
      let thread = screen.style(ofLine: "[w] => other")?.foreground
      let error = screen.rows.last { $0.text.hasPrefix("=! syntax") }?.cells[0].style.foreground
      #expect(
        Set([result, thread, error]).count == 3 && result != nil && thread != nil && error != nil)
      // Text is in the terminal's own colour: readable on any background.
      #expect(screen.style(ofLine: "=> fine", at: 4)?.foreground == nil)
      #expect(screen.style(ofLine: "[w] => other", at: 8)?.foreground == nil)
      #expect(screen.rows[screen.cursor.row].cells[9].style == TerminalScreen.Style())
    }
  }

  @Test("no colours with NO_COLOR or on a dumb terminal", arguments: ["NO_COLOR", "TERM"])
  func plain(variable: String) async throws {
    try await onThread {
      let terminal = try startInproc(
        TemporaryHome(), environment: [variable: variable == "TERM" ? "dumb" : "1"])
      try tour(terminal)
      try terminal.type("recv\t")
      try terminal.expect(beforeCursor: "inproc> recv ")
      let isDumb = variable == "TERM"
      if isDumb { #expect(!terminal.transcript.contains(0x1B)) }
      #expect(terminal.screen.rows.allSatisfy { $0.cells.allSatisfy { $0.style == .init() } })
    }
  }

  @Test("a greeting of one line tells how to get help and how to leave")
  func greeting() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      let lines = terminal.screen.allLines
      #expect(lines.count == 2 && lines[0].contains("'help'") && lines[0].contains("'quit'"))
    }
  }

  @Test("off a terminal there is no prompt, no greeting and no colour")
  func piped() async throws {
    try await onThread {
      let home = TemporaryHome()
      let command = "echo 'echo hello' | \(executable) > \(home.path)/out"
      let terminal = try PseudoTerminal(
        "/bin/sh", ["-c", command], environment: ["TERM": "xterm", "PATH": "/usr/bin:/bin"])
      #expect(try terminal.waitForExit() == 0)
      #expect(terminal.transcript.isEmpty)
      let text = try contents(of: home.path + "/out")
      #expect(text == "=> hello\n")
    }
  }

  @Test("input that is not UTF-8 is shown as U+FFFD, and nothing else is lost")
  func invalidInput() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type(bytes: Array("echo 'a".utf8) + [0xFF, 0xC3, 0x28] + Array("b' c\r".utf8))
      try terminal.expect(tail: ["=> \"a\u{FFFD}\u{FFFD}(b\" c", "inproc>"])
    }
  }

  @Test("on a dumb terminal blocks, completion and other threads' lines work")
  func dumb() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), environment: ["TERM": "dumb"])
      try terminal.type("repeat 2 {\r")
      try terminal.expect(beforeCursor: "...> ")
      try terminal.type("echo in\r}\r")
      try terminal.expect(tail: ["=> in", "=> in", "inproc>"])
      try terminal.type("ech\thello\r")
      try terminal.expect(tail: ["=> hello", "inproc>"])
      try terminal.type("spawn w { sleep 50ms; echo late }\r")
      try terminal.expect(line: "[w] => late")
      #expect(!terminal.transcript.contains(0x1B))
    }
  }
}
