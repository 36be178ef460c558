import Foundation
import TestSupport
import Testing

@Suite("What is typed while a command runs", .timeLimit(.minutes(2)))
struct TypeAheadTests {
  /// Starts a command that runs until the handle is written to.
  private func hold(_ home: TemporaryHome) throws -> (PseudoTerminal, FileHandle) {
    let pipe = home.makePipe()
    let terminal = try startProbe(home)
    try terminal.type("hold \(pipe)\r")
    try terminal.expect(line: "holding")
    guard let handle = FileHandle(forUpdatingAtPath: pipe) else {
      throw PseudoTerminal.Failure(description: "no pipe")
    }
    return (terminal, handle)
  }

  @Test("arrives in the next lines, in order, also more than the terminal itself keeps")
  func arrives() async throws {
    try await onThread {
      let (terminal, handle) = try hold(TemporaryHome())
      let count = 3000
      // A writer that is not held up: somebody reads.
      try terminal.type((1...count).map { "line \($0)\r" }.joined())
      try terminal.type("half")
      try handle.print("go")
      try terminal.expect(beforeCursor: "inproc> half")
      let echoed = String(decoding: terminal.transcript, as: UTF8.self)
        .matches(of: /echo\[line (\d+)\]/).compactMap { Int($0.output.1) }
      #expect(echoed == Array(1...count))
    }
  }

  @Test("a bracketed paste is one edit, wherever its pieces are cut")
  func bracketedPaste() async throws {
    try await onThread {
      let (terminal, handle) = try hold(TemporaryHome())
      for piece in ["before\r\u{1B}[20", "0~one\rt", "wo\u{1B}[20", "1~", "!\r"] {
        try terminal.type(piece)
      }
      try handle.print("go")
      try terminal.expect(line: "echo[one|two!]")
      #expect(terminal.screen.logicalLines.contains("echo[before]"))
    }
  }

  @Test("characters of several bytes stay whole, wherever they are cut")
  func characters() async throws {
    try await onThread {
      let (terminal, handle) = try hold(TemporaryHome())
      for byte in "größe 😀\r".utf8 { try terminal.type(bytes: [byte]) }
      try handle.print("go")
      try terminal.expect(line: "echo[größe 😀]")
    }
  }
}
