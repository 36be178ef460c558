import Foundation
import TestSupport
import Testing

@Suite("inproc: a screen is a scenario", .timeLimit(.minutes(2)))
struct InprocScreenTests {
  /// Saves what is on the screen, and runs it in each way there is.
  private func replay(_ terminal: PseudoTerminal, _ home: TemporaryHome) throws {
    let text = terminal.screen.logicalLines.joined(separator: "\n") + "\n"
    let path = home.path + "/screen.scn"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    for (arguments, input) in [
      (["replay", path], []), (["replay", "--free", path], []), (["-c", text], []),
      ([], Array(text.utf8)),
    ] as [([String], [UInt8])] {
      let ran = try runProgram(executable, arguments, input: input)
      #expect(
        ran.status == 0,
        "\(arguments.first ?? "-"):\n\(ran.output)\(ran.errors)\nthe screen:\n\(text)")
    }
    let formatted = try runProgram(executable, ["format", "-"], input: Array(text.utf8))
    #expect(formatted.status == 0)
    try formatted.output.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(
      try runProgram(executable, ["replay", path]).status == 0, "formatted:\n\(formatted.output)")
  }

  private func enter(_ terminal: PseudoTerminal, _ lines: String...) throws {
    for line in lines {
      try terminal.type(line + "\r")
      try terminal.expect("a prompt below '\(line)'") { screen in
        let typed = screen.logicalLines.map(\.trimmed).filter {
          $0.hasPrefix("inproc>") || $0.hasPrefix("...>")
        }
        let isAtPrompt = ["inproc>", "...>"].contains(screen.lastLines(1).first?.trimmed)
        return isAtPrompt && typed.dropLast().last?.hasSuffix(line) == true
      }
    }
  }

  @Test("blocks, lines of several, errors with carets and lines of other threads")
  func session() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home, rows: 50)
      try enter(terminal, "bind inproc://a as a; send a x; recv a")
      try enter(terminal, "repeat 2 as i {", "echo $i", "}")
      try enter(terminal, "repeat 2 { recv nobody }")
      try enter(terminal, "send nobody hi")
      try enter(terminal, "echo one; recv nobody; echo two")
      try enter(terminal, "try { fail y } catch code { echo $code }")
      try enter(terminal, "spawn echoes { for m in a { echo $m } }")
      try enter(terminal, "send a 'to a thread'")
      try terminal.expect(line: "[echoes] => \"to a thread\"")
      try enter(terminal, "spawn fails { fail x }")
      try terminal.expect(line: "[fails] =! failed: x")
      // An error that the thread meets is no reason not to replay, nor is one that still waits. It is
      // printed before the thread has ended.
      for round in 1...100 where !terminal.screen.logicalLines.contains("=> fails failed") {
        try enter(terminal, "list threads # round \(round)")
      }
      try terminal.expect(line: "=> fails failed")
      try replay(terminal, home)
    }
  }

  @Test("what did not parse, what Ctrl-C ended, and what only the prompt knows")
  func besides() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home, rows: 50)
      try enter(terminal, "bind inproc://a as a")
      try enter(terminal, "sned a x")
      try enter(terminal, "repeat 2 {", "sned a x", "}")
      try enter(terminal, "echo never; snd a x")
      try terminal.type("recv a\r")
      try terminal.expect("the deadlock") {
        $0.logicalLines.contains { $0.contains("# deadlock:") }
      }
      try terminal.type("\u{3}")
      try terminal.expect(tail: [
        "=! interrupted: the line was interrupted; other threads go on", "inproc>",
      ])
      try terminal.type("let x = kept; echo $x; recv a; echo never\r")
      try terminal.expect(
        line: "# deadlock: every thread waits and none can go on; Ctrl-C gives "
          + "the prompt back", times: 2)
      try terminal.type("\u{3}")
      try terminal.expect(tail: ["# 1 more on this line did not run", "inproc>"])
      try terminal.type("half a line\u{3}")
      try terminal.expect("the line is given up") {
        $0.logicalLines.contains { $0.hasSuffix("^C") }
      }
      try enter(terminal, "repeat 2 {")
      try terminal.type("echo never\u{3}")
      try terminal.expect("the block is given up") {
        $0.logicalLines.count { $0.hasSuffix("^C") } == 2
      }
      try terminal.type("re\t")
      try terminal.expect("what may follow") { screen in
        screen.logicalLines.contains { $0.contains("recv") && $0.contains("reply") }
      }
      try terminal.type("\u{15}")
      try enter(terminal, "trace on", "send a traced", "trace off", "help send", "history 2")
      try enter(terminal, "explore { echo x }", "diagram")
      try enter(terminal, "echo $x; help quit; recv a", "=> kept", "=> traced", "=> more")
      try enter(terminal, "recv a timeout=now")
      try replay(terminal, home)
    }
  }

  @Test("what was pasted, and shown as if typed")
  func pasted() async throws {
    try await onThread {
      let home = TemporaryHome()
      let terminal = try startInproc(home, rows: 50)
      try terminal.paste("bind inproc://a as a\nrepeat 2 {\n  send a x\n}\ndrain a\nrecv nobody\n")
      try terminal.type("\r")
      try terminal.expect("an error") {
        $0.logicalLines.contains { $0.hasPrefix("=! unknown-name") }
      }
      try enter(terminal, "echo on")
      try replay(terminal, home)
    }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
