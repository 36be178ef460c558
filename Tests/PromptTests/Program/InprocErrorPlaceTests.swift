import TestSupport
import Testing

@Suite("inproc: which word an error is about, which result is whose", .timeLimit(.minutes(1)))
struct InprocErrorPlaceTests {
  /// Where the caret stands, as the text above it, and which word is marked.
  private func expectMark(
    _ terminal: PseudoTerminal, _ line: String, _ word: String, _ code: String
  ) throws {
    try terminal.type(line + "\r")
    try terminal.expect("the error of '\(line)'") { screen in
      let last = screen.lastLines(4)
      return last.count == 4 && last[0] == "inproc> " + line && last[2].hasPrefix("=! \(code): ")
        && last[3] == "inproc>"
    }
    let marks = terminal.screen.lastLines(3)[0]
    let start = try #require(marks.firstIndex(of: "^"))
    let column = marks.distance(from: marks.startIndex, to: start)
    let marked = ("inproc> " + line).dropFirst(column).prefix(marks[start...].count)
    #expect(String(marked) == word, "\(line)")
  }

  @Test("a run-time error has a caret under the word it is about")
  func carets() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: 100, rows: 30)
      try terminal.enter("bind inproc://a as inbox", gives: "=> inbox")
      try terminal.enter("connect inproc://a as inbx2", gives: "=> inbx2")
      try terminal.enter("let n = 0 x; let bad = 'a b'")
      for (line, word, code) in [
        ("recv nobody", "nobody", "unknown-name"),
        ("send inbx1 hello inbx2", "inbx1", "unknown-name"),
        ("select inbox inbo", "inbo", "unknown-name"),
        ("bind inproc://a as other", "inproc://a", "address-in-use"),
        ("bind inproc://b as inbox", "inbox", "name-in-use"),
        ("connect inproc://none", "inproc://none", "not-found"),
        ("bind tcp://x", "tcp://x", "invalid-endpoint"),
        ("reply inbox x", "inbox", "not-bidirectional"),
        ("recv inbx2", "inbx2", "not-bidirectional"),
        ("bind inproc://c capacity=-1", "-1", "invalid-value"),
        ("echo $none", "$none", "unknown-name"),
        ("echo \"a $none b\"", "$none", "unknown-name"),
        ("sleep ${bad}", "${bad}", "invalid-value"),
        ("incr n", "n", "invalid-value"),
        ("stop nobody", "nobody", "unknown-name"),
        ("source nowhere.scn", "nowhere.scn", "io"),
      ] {
        try expectMark(terminal, line, word, code)
      }
    }
  }

  @Test("in a block the line is shown again, with the caret")
  func blocks() async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("echo here\nrecv nobody\n", to: "file.scn")
      let terminal = try startInproc(home)
      let error = "=! unknown-name: there is no handle 'nobody'; 'list handles' shows them all"
      try terminal.type("repeat 2 {\recho in\rrecv nobody\r}\r")
      try terminal.expect(
        tail: ["=> in", error, "#   recv nobody", "#        ^~~~~~", "inproc>"])
      try terminal.type("source \(home.path)/file.scn\r")
      try terminal.expect(
        tail: ["=> here", error, "# in \(home.path)/file.scn:2: recv nobody", "inproc>"])
      // So is what came instead of what a file expects.
      try home.write("echo here\n=> there\n", to: "other.scn")
      try terminal.type("source \(home.path)/other.scn\r")
      try terminal.expect(
        tail: [
          "#   expected: => there", "#   actual:   => here",
          "# in \(home.path)/other.scn:1: echo here", "inproc>",
        ])
    }
  }

  @Test("several commands on a line are noted before their results; what did not run is told")
  func line() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter(
        "bind inproc://a as a; send a x; recv a  # all at once",
        gives: "# bind inproc://a as a", "=> a", "# recv a  # all at once", "=> x")
      try terminal.enter(
        "echo one; recv nobody; echo two; echo three", gives: "# echo one", "=> one",
        "# recv nobody", "       ^~~~~~",
        "=! unknown-name: there is no handle 'nobody'; 'list handles' shows them all",
        "# 2 more on this line did not run")
      // Where only one gives any, there is nothing to tell apart.
      try terminal.enter("send a y; recv a", gives: "=> y")
      try terminal.enter(
        "send a y; send nobody y", gives: "                       ^~~~~~",
        "=! unknown-name: there is no handle 'nobody'; 'list handles' shows them all")
      // As with one command, an expectation typed behind it is compared.
      try terminal.enter("echo 1; echo 2", gives: "# echo 1", "=> 1", "# echo 2", "=> 2")
      try terminal.enter("=> 1")
      try terminal.enter("=> 2")
    }
  }

  @Test("commands pasted together appear one by one, each with its results")
  func paste() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste(
        """
        # An inbox.
        bind inproc://a as a
        => a

        spawn w {
          send a x
        }; join w
        repeat 2 as i {
          echo $i
        }
        recv a
        => x
        recv nobody
        echo never
        """)
      try terminal.expect(beforeCursor: "   ...> echo never")
      try terminal.type("\r")
      try terminal.expect(
        tail: [
          "inproc> recv a", "=> x", "inproc> recv nobody", "             ^~~~~~",
          "=! unknown-name: there is no handle 'nobody'; 'list handles' shows them all",
          "# 1 more of what was pasted did not run", "inproc>",
        ])
      let screen = terminal.screen.logicalLines.dropLast(2)
      #expect(
        Array(screen.prefix(13).dropFirst()) == [
          "inproc> # An inbox.", "inproc> bind inproc://a as a", "=> a", "inproc> spawn w {",
          "   ...>   send a x", "   ...> }", "=> w", "inproc> join w", "inproc> repeat 2 as i {",
          "   ...>   echo $i", "   ...> }", "=> 1",
        ])
      // The text as it was pasted is one entry of the history, and the screen pastes again.
      try terminal.type("close a\r")
      try terminal.expect(tail: ["inproc> close a", "inproc>"])
      try terminal.paste(screen.prefix { !$0.contains("nobody") }.joined(separator: "\n"))
      try terminal.type("\r")
      try terminal.expect(tail: ["inproc> recv a", "=> x", "inproc>"])
    }
  }
}
