import Foundation
import TestSupport
import Testing

@Suite("inproc: trace", .timeLimit(.minutes(1)))
struct InprocTraceTests {
  /// The trace's lines without their times.
  private func events(_ screen: TerminalScreen) -> [String] {
    screen.logicalLines.filter { $0.hasPrefix("# ") && $0.contains("s  ") }.map { line in
      line.split(separator: " ").dropFirst(2).joined(separator: " ")
    }
  }

  @Test("each event is shown above the prompt, in order with the results", arguments: [80, 200])
  func order(columns: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: columns, rows: columns / 4)
      try terminal.enter("trace on")
      try terminal.type("bind inproc://jobs as jobs capacity=2\r")
      try terminal.expect(line: "=> jobs")
      try terminal.type("connect inproc://jobs as alice\r")
      try terminal.expect(line: "=> alice")
      try terminal.type("spawn worker { recv jobs }\r")
      try terminal.expect("the wait") {
        events($0).last == "worker ┄┄┄ waits for a message at inproc://jobs"
      }
      terminal.resize(columns: 280 - columns, rows: 70 - columns / 4)
      try terminal.type("send alice hello \"wide world\"; join; echo end\r")
      try terminal.expect(line: "=> end")
      let seen = events(terminal.screen)
      let expected = [
        "main ─── bind inproc://jobs capacity=2", "main ─── connect inproc://jobs",
        "worker ┄┄┄ waits for a message at inproc://jobs",
        "main ──▶ inproc://jobs #1 hello \"wide world\"",
        "worker ◀── inproc://jobs #1 hello \"wide world\"", "worker ┄┄▶ goes on",
      ]
      #expect(seen.filter { !$0.contains("threads to end") }.prefix(6) == expected[...])
      let lines = terminal.screen.logicalLines
      let received = lines.firstIndex { $0.contains("◀──") }
      let printed = lines.firstIndex { $0.hasPrefix("[worker] => hello") }
      #expect(try #require(received) < #require(printed))
      // Off again, nothing is shown.
      try terminal.enter("trace off")
      try terminal.enter("send jobs again; recv jobs", gives: "=> again")
    }
  }

  @Test("without UTF-8 arrows are ASCII, with NO_COLOR they have no colour")
  func plain() async throws {
    try await onThread {
      let terminal = try startInproc(
        TemporaryHome(), environment: ["LC_ALL": "C", "NO_COLOR": "1"])
      try terminal.enter("trace on")
      try terminal.type("bind inproc://a as a; send a x; recv a; recv a timeout=1ms\r")
      try terminal.expect("the timer") { screen in
        events(screen).last == "main ..x timed out at inproc://a"
      }
      #expect(
        events(terminal.screen).prefix(3) == [
          "main --- bind inproc://a", "main --> inproc://a #1 x", "main <-- inproc://a #1 x",
        ])
      #expect(terminal.screen.rows.allSatisfy { $0.cells.allSatisfy { $0.style == .init() } })
    }
  }

  @Test("what was traced can be pasted: its lines are comments")
  func pasted() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste(
        "inproc> trace on\n# 0.1s  main  ─── bind inproc://a\n"
          + "inproc> bind inproc://a as a\n#  0.406s  main  ─── bind inproc://a\n=> a\n")
      try terminal.type("\r")
      try terminal.expect("bound") { $0.lastLines(2) == ["=> a", "inproc>"] }
    }
  }

  @Test("a word too many is told, with what to write")
  func malformed() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter(
        "trace maybe", gives: "              ^~~~~",
        "=! syntax: 'trace' does not know 'maybe'; write on or off")
      try terminal.enter("trace", gives: "# the trace is off; 'trace on' begins it")
      try terminal.type("help trace\r")
      try terminal.expect(line: "trace [on|off]")
    }
  }

  @Test("a flood of messages is not held up: what can't be shown is counted")
  func flood() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: 200, rows: 50)
      try terminal.enter("trace on")
      try terminal.type(
        "bind inproc://a as a; spawn w { repeat 20000 { send a x; recv a } }; join; trace off\r")
      try terminal.type("\u{15}trace off\r")
      try terminal.expect("the end") { $0.lastLines(2) == ["inproc> trace off", "inproc>"] }
    }
  }
}
