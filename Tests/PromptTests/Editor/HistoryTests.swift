import Foundation
import Glibc
import TestSupport
import Testing

@testable import LineEditor

@Suite("History", .timeLimit(.minutes(2)))
struct HistoryTests {
  @Test("two sessions at once lose nothing")
  func twoSessions() async throws {
    try await onThread {
      let home = TemporaryHome()
      let one = try startProbe(home)
      let two = try startProbe(home)
      try one.type("from one\r")
      try one.expect(line: "echo[from one]")
      try two.type("from two {\r}\r")
      try two.expect(line: "echo[from two {|}]")
      try one.type("again one\ragain one\rquit\r")
      #expect(try one.waitForExit() == 0)
      try two.type("\u{04}")
      #expect(try two.waitForExit() == 0)
      let text = try contents(of: home.history)
      #expect(text == "from one\nfrom two {\\n}\nagain one\n")
      var status = stat()
      #expect(stat(home.history, &status) == 0 && status.st_mode & 0o777 == 0o600)
      let three = try startProbe(home)
      try three.type("\u{1B}[A\u{1B}[A")
      try three.expect(beforeCursor: "   ...> }")
    }
  }

  @Test(
    "the arrows give back what was typed, and leave it alone where there is nothing newer",
    arguments: ["", "bind -v\n"])
  func unfinished(editrc: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write(editrc, to: ".editrc")
      let terminal = try startProbe(home)
      try terminal.type("first\rsecond\r")
      try terminal.expect(line: "echo[second]")
      try terminal.type("mine\u{1B}[B")
      try terminal.type("\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> second")
      try terminal.type(" changed\u{1B}[A\u{1B}[A")
      try terminal.expect(beforeCursor: "inproc> first")
      try terminal.type("\u{1B}[B")
      try terminal.expect(beforeCursor: "inproc> second")
      try terminal.type("\u{1B}[B")
      try terminal.expect(beforeCursor: "inproc> mine")
      try terminal.type("\u{1B}[B!\r")
      try terminal.expect(line: "echo[mine!]")
    }
  }

  @Test("Ctrl-R finds, goes on to older entries, and Ctrl-G gives back what was there")
  func search() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("send a\rsend b\rother\r")
      try terminal.expect(line: "echo[other]")
      try terminal.type("mine\u{12}sen")
      try terminal.expect("newest") { $0.cursorLine == "(search 'sen') send b" }
      try terminal.type("\u{12}")
      try terminal.expect("older") { $0.cursorLine == "(search 'sen') send a" }
      try terminal.type("\u{07}")
      try terminal.expect(beforeCursor: "inproc> mine")
      try terminal.type("\u{12}send b\u{1B}[D!")
      try terminal.expect("an arrow key goes on editing") { $0.cursorLine == "inproc> send !b" }
      try terminal.type("\r")
      try terminal.expect(line: "echo[send !b]")
    }
  }
}
