import Foundation
import TestSupport
import Testing

@Suite("inproc: paste", .timeLimit(.minutes(1)))
struct InprocPasteTests {
  private static let transcript = """
    # inproc: messages between threads. 'help' shows the commands, 'quit' leaves.
    inproc> bind inproc://greeter as inbox
    => inbox
    inproc> spawn worker {
       ...>   connect inproc://greeter as alice
       ...>   send alice hello "wide world"
       ...> }
    => worker
    [worker] => alice
    inproc> recv inbox as got
    => hello "wide world"
    inproc> sned inbox
            ^~~~
    =! syntax: unknown command 'sned'; did you mean 'send'?
    inproc> help quit
    quit

      Threads are not joined. In a file it ends the run.
    inproc> half a line^C
    inproc> connect inproc://nowhere
    =! not-found: endpoint 'inproc://nowhere' is not bound
    inproc> repeat 2 { echo $got[0] }
    => hello
    => hello
    inproc> echo last
    """

  @Test("a transcript pasted in one runs its commands and checks what they gave")
  func transcript() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste(Self.transcript + "\n=> $got[0] | last\n")
      try terminal.type("\r")
      try terminal.expect(tail: ["=> last", "inproc>"])
      #expect(!terminal.screen.logicalLines.contains { $0.contains("expected:") })
      #expect(!terminal.screen.logicalLines.contains { $0.contains("did not run") })
      try terminal.enter(
        "list handles", gives: "=> alice connect inproc://greeter",
        "=> inbox bind inproc://greeter")
    }
  }

  @Test("where it gives something else, the paste ends with what was expected and what came")
  func mismatch() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste(
        "inproc> echo a\n=> a\ninproc> echo b\n=> c\ninproc> echo never\n=> never\n")
      try terminal.type("\r")
      try terminal.expect(
        tail: [
          "=> a", "inproc> echo b", "=> b", "# 'echo b' did not give what was expected",
          "#   expected: => c",
          "#   actual:   => b", "# 1 more of what was pasted did not run", "inproc>",
        ])
      try terminal.paste("inproc> echo a\n=> a\n=> b\n")
      try terminal.type("\r")
      try terminal.expect(
        tail: ["#   expected: => b", "#   actual:   no further line", "inproc>"])
    }
  }

  @Test("typed or pasted line by line, expectations are compared with the last command")
  func lineByLine() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type(
        (Self.transcript + "\n=> last\n").replacing("\n", with: "\r").replacing(
          "inproc> half a line^C\r", with: ""
        ).replacing("quit\r\r  Threads are not joined. In a file it ends the run.\r", with: ""))
      try terminal.expect(tail: ["inproc> => last", "inproc>"])
      #expect(!terminal.screen.logicalLines.contains { $0.contains("expected:") })
      try terminal.enter("echo a", gives: "=> a")
      try terminal.enter("=> a")
      try terminal.enter("echo a", gives: "=> a")
      try terminal.enter(
        "=> b", gives: "# the last command did not give what was expected", "#   expected: => b",
        "#   actual:   => a")
      try terminal.enter(
        "connect inproc://nowhere", gives: "                ^~~~~~~~~~~~~~~~",
        "=! not-found: \(Self.notFound)")
      try terminal.enter("=! not-found")
      try terminal.enter(
        "history 3", gives: "   9  echo a", "  10  connect inproc://nowhere", "  11  history 3")
    }
  }

  private static let notFound =
    "no endpoint 'inproc://nowhere' is bound; bind it first, or connect with a time to wait for it"

  @Test("a scenario file pasted checks its expectations; the screen of that pastes, too")
  func scenario() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste("bind inproc://a as b\n=> b\nsend b 1\nrecv b\n=> 1\nclose b\n")
      try terminal.type("\r")
      let shown = [
        "inproc> bind inproc://a as b", "=> b", "inproc> send b 1", "inproc> recv b", "=> 1",
        "inproc> close b", "inproc>",
      ]
      try terminal.expect(tail: shown)
      let screen = terminal.screen.logicalLines.joined(separator: "\n")
      try terminal.paste(screen)
      try terminal.type("\r")
      try terminal.expect(tail: shown.dropLast() + shown)
      #expect(!terminal.screen.logicalLines.contains { $0.contains("expected:") })
      try terminal.paste("bind inproc://a as b\n=> c\n")
      try terminal.type("\r")
      try terminal.expect(
        tail: [
          "=> b", "# 'bind inproc://a as b' did not give what was expected", "#   expected: => c",
          "#   actual:   => b", "inproc>",
        ])
    }
  }

  @Test(
    "a block keeps its indentation when it is shown again, whatever stands beside it",
    arguments: [
      "trace\nrepeat 1 {\n  if a == a {\n    echo x\n  }\n}\n",
      "  trace\n  repeat 1 {\n    if a == a {\n      echo x\n    }\n  }\n",
      "echo a\nrepeat 1 {\n  if a == a {\n    echo x\n  }\n}\n",
      "  echo a\n  repeat 1 {\n    if a == a {\n      echo x\n    }\n  }\n",
      "inproc> trace\ninproc> repeat 1 {\n   ...>   if a == a {\n   ...>     echo x\n   ...>   }\n   ...> }\n",
    ])
  func indentation(text: String) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste(text)
      try terminal.type("\r")
      try terminal.expect(
        tail: [
          "inproc> repeat 1 {", "   ...>   if a == a {", "   ...>     echo x", "   ...>   }",
          "   ...> }", "=> x", "inproc>",
        ])
      // As it is recalled, too.
      try terminal.type("\u{1B}[A\r")
      try terminal.expect(line: "   ...>     echo x", times: 2)
    }
  }

  @Test("the prompt's own commands may stand among others, also without prompts")
  func ownCommands() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.paste("trace\nbind inproc://a as b\n=> b\nrepeat 2 {\n  echo x\n}\nhistory 0\n")
      try terminal.type("\r")
      try terminal.expect(
        tail: [
          "inproc> trace", "# the trace is off; 'trace on' begins it",
          "inproc> bind inproc://a as b",
          "=> b", "inproc> repeat 2 {", "   ...>   echo x", "   ...> }", "=> x", "=> x",
          "inproc> history 0", "inproc>",
        ])
      try terminal.paste("trace\necho never\nsned b\n")
      try terminal.type("\r")
      try terminal.expect("the error, and nothing has run") { screen in
        screen.lastLines(2)[0]
          == "=! syntax: line 3: unknown command 'sned'; did you mean 'send'?"
          && !screen.logicalLines.contains("=> never")
      }
    }
  }

  @Test("without brackets nothing of a long paste is lost, at the prompt and in an open block")
  func withoutBrackets() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.enter("bind inproc://a as a", gives: "=> a")
      let count = 500
      let commands = (1...count).map { "send a \"message number \($0)\"\r" }.joined()
      try terminal.type(commands)
      try terminal.enter(
        "list endpoints", gives: "=> inproc://a queued=\(count) connections=0")
      try terminal.type("spawn w {\r")
      try terminal.expect(beforeCursor: "   ...>   ")
      try terminal.type(commands)
      try terminal.type("}\r")
      try terminal.expect("the thread's name") { $0.lastLines(2) == ["=> w", "inproc>"] }
      try terminal.enter("join w")
      try terminal.enter(
        "list endpoints", gives: "=> inproc://a queued=\(2 * count) connections=0")
    }
  }

  @Test("ten MiB of commands pasted do not hang", arguments: [true, false])
  func huge(inBrackets: Bool) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      let line = "# " + String(repeating: "a comment of some length ", count: 40)
      let size = (inBrackets ? 10 << 20 : 1 << 18) / (isSanitized ? 10 : 1)
      let count = size / (line.utf8.count + 1)
      let text = Array(repeating: line, count: count).joined(separator: inBrackets ? "\n" : "\r")
      if inBrackets {
        try terminal.paste(text + "\necho end\n")
        try terminal.type("\r")
      } else {
        try terminal.type(text + "\recho end\r")
      }
      try terminal.expect("the last command", within: .seconds(40)) {
        $0.lastLines(2) == ["=> end", "inproc>"]
      }
    }
  }
}
