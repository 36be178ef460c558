import Foundation
import Glibc
import TestSupport
import Testing

/// What terminals send, torn by slow lines, at a prompt.
@Suite("Torn input at a prompt", .timeLimit(.minutes(2)))
struct InputAtPromptTests {
  /// Longer than Escape waits for the rest of its sequence; the pause is what is tested.
  private func pause(_ milliseconds: UInt32 = 120) { usleep(milliseconds * 1000) }

  private static let marker = Array("\u{1B}[200~".utf8)

  @Test(
    "a paste whose marker is torn runs nothing", arguments: ["", "bind -v\n"],
    Array(1..<marker.count))
  func tornMarker(editrc: String, index: Int) async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write(editrc, to: ".editrc")
      let terminal = try startProbe(home)
      try terminal.type(bytes: Array(Self.marker[..<index]))
      pause()
      try terminal.type(
        bytes: Array(Self.marker[index...]) + Array("junk\rtwo\rthree\u{1B}[201~".utf8))
      try terminal.expect("the text") { $0.logicalLines.contains { $0.hasSuffix("> three") } }
      pause(60)
      try terminal.expect("nothing ran") { screen in
        !screen.logicalLines.contains { $0.hasPrefix("echo[") }
      }
    }
  }

  @Test("a paste whose end is torn, or late, goes on", arguments: [1, 3, 5])
  func tornEnd(index: Int) async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let end = Array("\u{1B}[201~".utf8)
      try terminal.type("\u{1B}[200~one\r")
      pause(700)
      try terminal.type(bytes: Array("two".utf8) + end[..<index])
      pause(700)
      try terminal.type(bytes: Array(end[index...]) + Array("!".utf8))
      try terminal.expect("the text") { $0.logicalLines.contains { $0.hasSuffix("> two!") } }
      try terminal.type("\r")
      try terminal.expect(line: "echo[one|two!]")
    }
  }

  @Test("Ctrl-C ends a paste whose end never comes")
  func endlessPaste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("\u{1B}[200~lost\rmore\r")
      try terminal.expect("what came so far") { screen in
        screen.logicalLines.contains { $0.hasSuffix("> more") }
      }
      try terminal.type("\u{03}")
      try terminal.expect("the prompt") { screen in
        screen.logicalLines.contains("interrupted") && screen.beforeCursor == "inproc> "
      }
      // What was given up ends with a pause, then keys are keys.
      pause(1200)
      try terminal.type("typed\r")
      try terminal.expect(line: "echo[typed]")
    }
  }

  @Test("the rest of a paste that Ctrl-C gave up is no input, however late it comes")
  func restOfPaste() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("\u{1B}[200~one\r")
      pause()
      try terminal.type("\u{03}")
      try terminal.expect(line: "interrupted")
      pause()
      try terminal.type("rm all\rrm more\r\u{1B}[201~typed\r")
      try terminal.expect(line: "echo[typed]")
      #expect(!terminal.screen.logicalLines.contains { $0.hasPrefix("echo[rm") })
    }
  }

  @Test(
    "answers of the terminal are never typed, whole or torn",
    arguments: [
      "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\", "\u{1B}]10;rgb:ffff/ffff/ffff\u{7}",
      "\u{1B}P>|XTerm(370)\u{1B}\\", "\u{1B}[24;80R", "\u{1B}[?62;22c", "\u{1B}_Gi=1;OK\u{1B}\\",
      "\u{1B}[<0;10;20M", "\u{1B}[M !!", "\u{1B}[I",
    ])
  func answers(answer: String) async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      let bytes = Array(answer.utf8)
      try terminal.type("a")
      try terminal.type(bytes: bytes)
      for index in [1, 2, bytes.count / 2, bytes.count - 1] {
        try terminal.type(bytes: Array(bytes[..<index]))
        pause(70)
        try terminal.type(bytes: Array(bytes[index...]))
      }
      try terminal.type("z\r")
      try terminal.expect(line: "echo[az]")
    }
  }

  @Test("a paste is none of the keys that libedit waits for", arguments: ["\u{16}", "\u{1B}"])
  func afterPrefix(prefix: String) async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type(prefix)
      pause()
      try terminal.type("\u{1B}[200~one\rtwo\u{1B}[201~")
      try terminal.expect("the text") { $0.logicalLines.contains { $0.hasSuffix("> two") } }
      #expect(!terminal.screen.logicalLines.contains { $0.hasPrefix("echo[") })
      try terminal.type("\r")
      try terminal.expect(line: "echo[one|two]")
    }
  }

  @Test("nothing of a paste is a key: control characters, markers and NUL are left out")
  func controls() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("\u{1B}[200~a\0\u{4}\u{1}b\u{1B}[200~c\u{15}\u{7F}d\u{1B}[201~\r")
      try terminal.expect(line: "echo[abcd]")
    }
  }
}
