import Foundation
import TestSupport
import Testing

@Suite("inproc: texts of files on the terminal", .timeLimit(.minutes(1)))
struct InprocEscapingTests {
  /// An escape sequence, reordering, C1, invisible, a line separator.
  private static let raw = "\u{1B}]0;pwned\u{7}\u{202E}\u{9B}31m\u{200B}\u{2028}"

  @Test("nothing unprintable of a file reaches the terminal", arguments: ["dumb", "xterm"])
  func files(terminalType: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      let raw = Self.raw
      try home.write("echo a # \(raw)\n=> \"\(raw)\" # \(raw)\n", to: "failing.scn")
      try home.write("sned \(raw)\n", to: "broken.scn")
      try home.write("fail \"\(raw)\" # \(raw)\n", to: "error.scn")
      try home.write(
        "@title \"t\\n\\u{1B}]0;pwned\"\n@acceptable a # \(raw)\nobserve a # \(raw)\n",
        to: "outcome.scn")
      let terminal = try startInproc(home, columns: 200, environment: ["TERM": terminalType])
      for command in ["source", "explore"] {
        for file in ["failing", "broken", "error", "outcome"] {
          try terminal.type("\(command) \(home.path)/\(file).scn\r")
        }
      }
      try terminal.type("echo \"\\u{202E}\" \"\\u{1B}]0;pwned\"; echo all done\r")
      try terminal.expect(line: "=> all done")
      let shown = String(decoding: terminal.transcript, as: UTF8.self)
      #expect(shown.contains(#"# \u{1B}]0;pwned\u{7}\u{202E}\u{9B}31m\u{200B}\u{2028}"#))
      for scalar in raw.unicodeScalars where scalar != "\u{1B}" && scalar.value > 0x7E {
        #expect(!shown.unicodeScalars.contains(scalar), "\(scalar.value)")
      }
      // Whatever the prompt's own sequences are, none sets a title.
      #expect(!shown.contains("\u{1B}]"))
      if terminalType == "dumb" { #expect(!terminal.transcript.contains(0x1B)) }
    }
  }
}
