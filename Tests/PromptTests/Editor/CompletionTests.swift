import TestSupport
import Testing

@testable import LineEditor

@Suite("Completion", .timeLimit(.minutes(2)))
struct CompletionTests {
  @Test("Tab completes a word, the common beginning, or lists what there is")
  func tab() async throws {
    try await onThread {
      let terminal = try startProbe(TemporaryHome())
      try terminal.type("con\t")
      try terminal.expect(beforeCursor: "inproc> connect ")
      try terminal.type("r\t")
      try terminal.expect(beforeCursor: "inproc> connect re")
      try terminal.type("\t")
      try terminal.expect("list") {
        $0.allLines.suffix(2) == ["receive  reply    release", "inproc> connect re"]
      }
      try terminal.type("p\tgr\t")
      try terminal.expect(beforeCursor: "inproc> connect reply größe ")
      try terminal.type("xyz\t")
      try terminal.expect("a beep") { $0.bells == 1 }
    }
  }

  @Test("a list is in columns, filled downwards")
  func listing() {
    let lines = columns(["a", "bb", "ccc", "d", "e"], width: 16, measure: \.count)
    #expect(lines == ["a    ccc  e", "bb   d"])
    #expect(columns(["long"], width: 3, measure: \.count) == ["long"])
    #expect(commonPrefix(["send", "sent", "sense"]) == "sen")
  }
}
