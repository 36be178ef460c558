import Foundation
import TestSupport
import Testing

@Suite("inproc at a terminal: replay --bless", .serialized, .timeLimit(.minutes(1)))
struct InprocBlessTests {
  private let home = TemporaryHome()
  private var path: String { home.path + "/a.scn" }

  /// Blesses a file whose second line does not hold, up to the question.
  private func start() throws -> PseudoTerminal {
    try home.write("echo x\n=> y\n", to: "a.scn")
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", "--bless", path], columns: 200, rows: 24,
      waitsForPrompt: false)
    try terminal.expect("the question") { screen in
      let lines = screen.logicalLines
      return lines.contains("  2 - => y") && lines.contains("  2 + => x")
        && lines.contains { $0.hasPrefix("write it? [y/N]") }
    }
    return terminal
  }

  @Test(
    "the change is shown and asked for",
    arguments: [("y", "=> x", "1 passed, 0 failed"), ("n", "=> y", "0 passed, 1 failed")])
  func asks(_ answer: String, _ expected: String, _ summary: String) throws {
    let terminal = try start()
    try terminal.type(answer + "\r")
    try terminal.expect(line: summary)
    #expect(try contents(of: path) == "echo x\n\(expected)\n")
  }

  @Test("a file that somebody changed while the question was open is left to them")
  func changed() throws {
    let terminal = try start()
    try home.write("echo z\n=> y\n", to: "a.scn")
    try terminal.type("y\r")
    try terminal.expect("the refusal") { screen in
      screen.logicalLines.contains { $0.contains("has changed since it was read") }
    }
    #expect(try contents(of: path) == "echo z\n=> y\n")
  }
}
