import TestSupport
import Testing

@Suite("inproc: completion", .timeLimit(.minutes(1)))
struct InprocCompletionTests {
  @Test("commands, endpoints, handles, options and their values", arguments: [(80, 24), (200, 50)])
  func words(columns: Int, rows: Int) async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome(), columns: columns, rows: rows)
      try terminal.type("bi\tin\tjobs as inbox\r")
      try terminal.expect(tail: ["inproc> bind inproc://jobs as inbox", "=> inbox", "inproc>"])
      try terminal.type("con\tin\tas alice\r")
      try terminal.expect(
        tail: ["inproc> connect inproc://jobs as alice", "=> alice", "inproc>"])
      try terminal.type("send al\thello tim\tn\t")
      try terminal.expect(beforeCursor: "inproc> send alice hello timeout=now ")
      try terminal.type("\r")
      try terminal.expect(tail: ["inproc> send alice hello timeout=now", "inproc>"])
      // Only what can receive: not alice, so that there is one to take.
      try terminal.type("recv \tas \u{15}recv \tti\tno\tas job\r")
      try terminal.expect(
        tail: ["inproc> recv inbox timeout=now as job", "=> hello", "inproc>"])
      try terminal.type("echo \"the $j\t\"\r")
      try terminal.expect(tail: ["inproc> echo \"the $job\"", "=> \"the hello\"", "inproc>"])
    }
  }

  @Test("what a block names before it has run, threads, and the words after a block")
  func blocks() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("spawn worker { bind inproc://x as mine; rec\tmi\t")
      try terminal.expect(
        beforeCursor: "inproc> spawn worker { bind inproc://x as mine; recv mine ")
      try terminal.type("}\r")
      try terminal.expect(line: "=> worker")
      try terminal.expect(line: "[worker] => mine")
      try terminal.type("st\two\t\r")
      try terminal.expect("the thread is stopped") { screen in
        screen.logicalLines.contains("inproc> stop worker")
          && screen.logicalLines.contains { $0.hasPrefix("[worker] =! interrupted: ") }
      }
      try terminal.type("try { fail x } ca\tco\u{15}if 1 == 1 { echo a } el\t")
      try terminal.expect(beforeCursor: "inproc> if 1 == 1 { echo a } else ")
    }
  }

  @Test("ambiguous ones are listed in columns, above the line as it was")
  func columns() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("help s\t")
      try terminal.expect(tail: [
        "# select     shared     source     stop",
        "# send       sleep      spawn      subscribe", "inproc> help s",
      ])
      try terminal.type("o\t\r")
      try terminal.expect(line: "source PATH")
      try terminal.expect(line: "  source common.scn")
    }
  }

  @Test("files for source")
  func files() async throws {
    try await onThread {
      let home = TemporaryHome()
      try home.write("echo sourced\n", to: "common.scn")
      try home.write("echo spaced\n", to: "with space.scn")
      let terminal = try startInproc(home)
      try terminal.type("source \(home.path)/co\t\r")
      try terminal.expect(tail: ["=> sourced", "inproc>"])
      try terminal.type("source \(home.path)/wi\t\r")
      try terminal.expect(tail: ["=> spaced", "inproc>"])
    }
  }

  @Test("where nothing can complete, Tab shows the command's syntax")
  func hint() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("send no\t")
      try terminal.expect(
        tail: ["# send HANDLE FRAME… [timeout=DURATION|now] [to=CLIENT]", "inproc> send no"])
      // Once is enough, also of a list.
      try terminal.type("\t")
      try terminal.expect("a beep") { $0.bells == 1 }
      try terminal.type("\u{15}s\t")
      try terminal.expect("a list") { $0.lastLines(3)[0].hasPrefix("# select     shared") }
      try terminal.type("\t")
      try terminal.expect("another beep") { $0.bells == 2 }
      // It stands in the hint's place, and another list in its own.
      try terminal.type("e\t")
      try terminal.expect(tail: ["# select  send", "inproc> se"])
      let lines = terminal.screen.logicalLines
      #expect(lines.filter { $0.hasPrefix("# send ") || $0.hasPrefix("# select ") }.count == 1)
    }
  }

  @Test("what follows the prompt's own commands")
  func ownCommands() async throws {
    try await onThread {
      let terminal = try startInproc(TemporaryHome())
      try terminal.type("trac\t\t\t")
      try terminal.expect(tail: ["# on   off", "inproc> trace o"])
      try terminal.type("f\t")
      try terminal.expect(beforeCursor: "inproc> trace off ")
      try terminal.type("\u{15}explore ope\t")
      try terminal.expect(beforeCursor: "inproc> explore open ")
      try terminal.type("\u{15}history \t")
      try terminal.expect(tail: ["# history [N]", "inproc> history"])
      try terminal.type("\u{15}")
      try terminal.enter(
        "history 1 2", gives: "                  ^",
        "=! syntax: 'history' takes no '2' here; write it as 'history [N]'")
    }
  }
}
