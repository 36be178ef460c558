import Foundation
import InprocScript
import TestSupport
import Testing

@testable import InprocCommand

@Suite("inproc: help, history, mistakes", .timeLimit(.minutes(1)))
struct InprocHelpTests {
  @Test("help fits one screen of 80 by 24 with the line it was typed in")
  func overview() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("\u{0C}help\r")
      try terminal.expect("the prompt again") {
        $0.cursor.row > 10 && $0.beforeCursor == "inproc> "
      }
      #expect(
        terminal.screen.scrollback.allSatisfy { $0.text.hasPrefix("# inproc: ") || $0.text == "" })
      #expect(terminal.screen.lines.first { $0 != "" } == "inproc> help")
      #expect(terminal.screen.rows.allSatisfy { !$0.wraps })
      for word in ["bind", "send", "repeat", "quit", "history", "stop", "fail"] {
        #expect(terminal.screen.lines.contains { $0.contains(word) })
      }
    }
  }

  @Test("help send has syntax, options, errors and an example that runs when pasted")
  func topic() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("help send\r")
      try terminal.expect(line: "send HANDLE FRAME… [timeout=DURATION|now] [to=CLIENT]")
      try terminal.expect(line: "  closed            the receiving end is gone")
      try terminal.expect(tail: ["inproc>"])
      let lines = terminal.screen.lines
      let start = try #require(lines.firstIndex(of: "Example:"))
      let example = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
      try terminal.paste(example.joined(separator: "\n") + "\n")
      try terminal.type("\r")
      try terminal.enter("recv inbox", gives: "=> hello \"wide world\" \u{7AD}")
    }
  }

  /// Every command, with the errors that its example is about. `quit` and `watch` leave the prompt.
  static let topics: [(word: String, errors: Set<String>)] = CommandTable.prompt.allKeywords
    .filter { !["quit", "watch"].contains($0) }
    .map { ($0, errors[$0] ?? []) }

  private static let errors: [String: Set<String>] = [
    "try": ["not-found"], "fail": ["failed"], "stop": ["interrupted"],
  ]

  @Test("each command's example runs when pasted", arguments: topics)
  func example(topic: (word: String, errors: Set<String>)) async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("echo sourced\n", to: "common.scn")
      let terminal = try startInproc(home, columns: 200, rows: 50)
      try terminal.type("help \(topic.word)\r")
      try terminal.expect("the example") { screen in
        screen.beforeCursor == "inproc> " && screen.lines.contains("Example:")
      }
      let lines = terminal.screen.lines
      let start = try #require(lines.firstIndex(of: "Example:"))
      var example = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.joined(separator: "\n")
      for file in ["common.scn", "session.svg", "greet.scn"] {
        example = example.replacing(file, with: home.path + "/" + file)
      }
      #expect(!example.isEmpty)
      try terminal.paste(example)
      try terminal.type("\recho done\r")
      try terminal.expect(tail: ["inproc> echo done", "=> done", "inproc>"])
      let shown = terminal.screen.logicalLines
      let codes = shown.compactMap { line in
        line.firstRange(of: "=! ").map { String(line[$0.upperBound...].prefix { $0 != ":" }) }
      }
      #expect(Set(codes).isSubset(of: topic.errors))
      #expect(!shown.contains { $0.contains("did not run") })
    }
  }

  @Test("a mistyped command suggests the nearest, with a caret under it")
  func nearest() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter(
        "sned inbox x", gives: "        ^~~~",
        "=! syntax: unknown command 'sned'; did you mean 'send'?")
      try terminal.enter(
        "echo 日本; histroy", gives: "                   ^~~~~~~",
        "=! syntax: unknown command 'histroy'; did you mean 'history'?")
      try terminal.enter(
        "echo \"日本\" !", gives: "                    ^",
        "=! syntax: '!' can't stand here; quote a word that contains it: '…'")
    }
  }

  @Test("what newcomers try is answered with the right word")
  func guesses() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter(
        "exit", gives: "        ^~~~", "=! syntax: unknown command 'exit'; 'quit' leaves")
      try terminal.enter(
        "clear", gives: "        ^~~~~",
        "=! syntax: unknown command 'clear'; Ctrl-L clears the screen")
      try terminal.enter(
        "help sned", gives: "=! unknown-name: there is no command 'sned'; did you mean 'send'?")
      try terminal.enter(
        "recv nobody",
        gives: "             ^~~~~~",
        "=! unknown-name: there is no handle 'nobody'; 'list handles' shows them all")
    }
  }

  @Test("in a block, and where a line wraps, the line is shown again over the caret")
  func blockCaret() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("repeat 2 {\recho 日本 }x\r}\r")
      try terminal.expect("line and caret") { screen in
        screen.lastLines(5).contains("#   echo 日本 }x")
          || screen.lastLines(5).contains { $0.hasPrefix("=! syntax: line 2: ") }
      }
      let word = String(repeating: "a", count: 90)
      try terminal.type("echo \(word) ; sned x\r")
      try terminal.expect("an excerpt") { screen in
        let last = screen.lastLines(4)
        guard last.count == 4, last[0].hasSuffix("aa ; sned x"), last[3] == "inproc>" else {
          return false
        }
        return last[1].hasSuffix(" ^~~~") && last[1].count == last[0].count - 2
      }
    }
  }

  @Test("history lists entries, blocks whole, and is no reserved word")
  func history() async throws {
    try await onThread {
      let home = TemporaryHome()
      let first = try startInproc(home)
      try first.enter("echo one", gives: "=> one")
      try first.enter("echo one", gives: "=> one")
      try first.type("repeat 2 {\recho two\r}\r")
      try first.expect(tail: ["=> two", "=> two", "inproc>"])
      try first.type("quit\r")
      #expect(try first.waitForExit() == 0)
      let second = try startInproc(home)
      try second.enter(
        "history", gives: "   1  echo one", "   2  repeat 2 {", "        echo two", "      }",
        "   3  quit", "   4  history")
      try second.enter("history 1", gives: "   5  history 1")
      try second.enter("bind inproc://h as history", gives: "=> history")
      try second.enter("list handles", gives: "=> history bind inproc://h")
    }
  }
}
