import Foundation
import TestSupport
import Testing

@Suite("inproc at a terminal: replay --bless", .serialized, .timeLimit(.minutes(1)))
struct InprocBlessTests {
  @Test("the change is shown and asked for", arguments: [("y", "=> x"), ("n", "=> y")])
  func asks(_ answer: String, _ expected: String) throws {
    let home = TemporaryHome()
    try home.write("echo x\n=> y\n", to: "a.scn")
    let path = home.path + "/a.scn"
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", "--bless", path], columns: 100, rows: 24,
      waitsForPrompt: false)
    try terminal.expect("the question") { screen in
      let lines = screen.logicalLines
      return lines.contains("  2 - => y") && lines.contains("  2 + => x")
        && lines.contains { $0.hasPrefix("write it? [y/N]") }
    }
    try terminal.type(answer + "\r")
    try terminal.expect("the summary") { screen in
      screen.logicalLines.contains(answer == "y" ? "1 passed, 0 failed" : "0 passed, 1 failed")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "echo x\n\(expected)\n")
  }

  @Test("a file that somebody changed while the question was open is left to them")
  func changed() throws {
    let home = TemporaryHome()
    try home.write("echo x\n=> y\n", to: "a.scn")
    let path = home.path + "/a.scn"
    let terminal = try startProgram(
      "inproc", home, arguments: ["replay", "--bless", path], columns: 200, rows: 24,
      waitsForPrompt: false)
    try terminal.expect("the question") { screen in
      screen.logicalLines.contains { $0.hasPrefix("write it? [y/N]") }
    }
    try home.write("echo z\n=> y\n", to: "a.scn")
    try terminal.type("y\r")
    try terminal.expect("the refusal") { screen in
      screen.logicalLines.contains { $0.contains("has changed since it was read") }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "echo z\n=> y\n")
  }
}
