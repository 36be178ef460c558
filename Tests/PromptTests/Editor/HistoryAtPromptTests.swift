import Foundation
import Glibc
import TestSupport
import Testing

@Suite("History at a prompt", .timeLimit(.minutes(2)))
struct HistoryAtPromptTests {
  @Test("a held lock neither holds Enter up nor the end")
  func heldLock() async throws {
    try await onThread {
      let home = TemporaryHome()
      mkdir(home.path + "/state", 0o700)
      mkdir(home.path + "/state/probe", 0o700)
      let lock = open(home.history + ".lock", O_RDWR | O_CREAT, 0o600)
      defer { close(lock) }
      #expect(flock(lock, LOCK_EX) == 0)
      let terminal = try startProbe(home)
      try terminal.type("hello\r")
      try terminal.expect(line: "echo[hello]")
      try terminal.expect("the notice") { screen in
        screen.logicalLines.contains { $0.hasPrefix("notice: another process holds") }
      }
      kill(terminal.process, SIGTERM)
      #expect(try terminal.waitForExit() == 0)
      #expect(try contents(of: home.history) == "hello\n")
    }
  }

  @Test("NAME_HISTORY names another file, or none; a line that begins with a blank is not kept")
  func environment() async throws {
    try await onThread {
      let home = TemporaryHome()
      for name in ["", home.path + "/other"] {
        let terminal = try startProbe(home, environment: ["PROBE_HISTORY": name])
        try terminal.type("kept\r secret\r")
        try terminal.expect(line: "echo[ secret]")
        try terminal.type("\u{1B}[A")
        try terminal.expect(beforeCursor: "inproc> kept")
        try terminal.type("\u{15}\u{04}")
        #expect(try terminal.waitForExit() == 0)
        #expect(access(home.history, F_OK) != 0)
      }
      #expect(try contents(of: home.path + "/other") == "kept\n")
    }
  }

  @Test("a history that is a folder is told of, and the prompt works on")
  func folder() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home, environment: ["INPROC_HISTORY": home.path])
      try terminal.enter("echo a", gives: "=> a")
      try terminal.expect("the reason") { screen in
        screen.logicalLines.contains { $0.contains("can't be used (it is a folder)") }
      }
      try terminal.type("\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> echo a")
    }
  }
}
