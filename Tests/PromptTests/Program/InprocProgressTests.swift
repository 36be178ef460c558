import Foundation
import TestSupport
import Testing

@Suite("inproc at a terminal: how far a search is", .serialized, .timeLimit(.minutes(1)))
struct InprocProgressTests {
  /// More schedules than anybody waits for.
  private static let endless = """
    @explore
    bind inproc://a as a
    spawn { repeat 9 { send a 1 } }
    spawn { repeat 9 { send a 2 } }
    spawn { repeat 9 { send a 3 } }

    """

  @Test("one line tells how far it is, grows, and is gone at the end")
  func line() throws {
    let home = TemporaryHome()
    try home.write(Self.endless, to: "a.scn")
    let path = home.path + "/a.scn"
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", "--timeout", "2s", path], columns: 200, rows: 24,
      waitsForPrompt: false)
    try terminal.expect("the line") { $0.searched(path) != nil }
    let first = try #require(terminal.screen.searched(path))
    try terminal.expect("that it grows") { ($0.searched(path) ?? 0) > first }
    // It is rewritten in place.
    #expect(terminal.screen.logicalLines.filter { $0.contains(path) }.count == 1)
    try terminal.expect("the report") { screen in
      screen.logicalLines.contains { $0.contains("NOT all") && $0.contains("stopped by --timeout") }
    }
    #expect(terminal.screen.searched(path) == nil)
    #expect(terminal.screen.logicalLines.first?.hasPrefix("INCOMPLETE") == true)
  }

  @Test("Ctrl-C takes the line off, and reports what was found so far")
  func interrupted() throws {
    let home = TemporaryHome()
    try home.write(Self.endless, to: "a.scn")
    let path = home.path + "/a.scn"
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", path], columns: 200, rows: 24, waitsForPrompt: false)
    try terminal.expect("the line") { $0.searched(path) != nil }
    try terminal.type("\u{3}")
    try terminal.expect("the report") { screen in
      screen.logicalLines.contains {
        $0.contains("NOT all") && $0.contains("stopped by Ctrl-C after ")
      }
    }
    try terminal.expect("the summary") { screen in
      screen.logicalLines.contains("0 passed, 0 failed, 1 incomplete")
    }
    #expect(terminal.screen.searched(path) == nil)
  }

  @Test("a terminal that can't take a line back gets none")
  func dumb() throws {
    let home = TemporaryHome()
    try home.write(Self.endless, to: "a.scn")
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", "--timeout", "500ms", home.path + "/a.scn"],
      columns: 200, rows: 24, environment: ["TERM": "dumb"], waitsForPrompt: false)
    try terminal.expect("the report") { screen in
      screen.logicalLines.contains { $0.contains("stopped by --timeout") }
    }
    #expect(!String(decoding: terminal.transcript, as: UTF8.self).contains("\u{1B}"))
  }
}

extension TerminalScreen {
  /// How many schedules of a file the line tells of; nil where there is no such line.
  fileprivate func searched(_ path: String) -> Int? {
    for line in logicalLines where line.hasPrefix(path + ": ") && line.contains(" sched") {
      return line.dropFirst(path.count + 2).split(separator: " ").first.flatMap { Int($0) }
    }
    return nil
  }
}
