import Foundation
import TestSupport
import Testing

@Suite("inproc: diagram", .timeLimit(.minutes(1)))
struct InprocDiagramTests {
  @Test("'diagram' draws what was done so far, as wide as the terminal", arguments: [80, 200])
  func onTheTerminal(columns: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: columns, rows: columns / 4)
      try terminal.enter("bind inproc://jobs as jobs", gives: "=> jobs")
      try terminal.enter("spawn worker { recv jobs }", gives: "=> worker")
      try terminal.type("send jobs \"wide world\"; join; echo end\r")
      try terminal.expect(line: "=> end")
      try terminal.type("diagram\r")
      try terminal.expect("the arrow") { screen in
        screen.logicalLines.contains { $0.contains("├── jobs: \"wide world\" ─") }
      }
      #expect(terminal.screen.logicalLines.allSatisfy { $0.count <= columns })
      try terminal.enter("echo next", gives: "=> next")
    }
  }

  @Test("'diagram FILE' writes a picture; a name that is no picture's is an error")
  func intoAFile() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home)
      try terminal.enter("bind inproc://jobs as jobs", gives: "=> jobs")
      let path = home.path + "/session.svg"
      try terminal.type("diagram '\(path)'\r")
      try terminal.expect("the file") { _ in FileManager.default.fileExists(atPath: path) }
      #expect(try contents(of: path).contains("bind inproc://jobs"))
      try terminal.type("diagram session.png\r")
      try terminal.expect("the error") { screen in
        screen.logicalLines.contains { $0.contains("=! invalid-value: 'session.png'") }
      }
    }
  }
}
