import Foundation
import TestSupport
import Testing

@Suite("inproc: record", .timeLimit(.minutes(2)))
struct InprocRecordTests {
  /// What `inproc replay` says to a file.
  private func replay(_ path: String, _ arguments: [String] = []) throws -> Int32 {
    try runProgram(executable, ["replay", path] + arguments).status
  }

  private func stop(_ terminal: PseudoTerminal) throws {
    try terminal.type("record off\r")
    try terminal.expect("the file is written") { screen in
      screen.logicalLines.contains { $0.hasPrefix("# recorded ") }
    }
  }

  @Test("what is typed becomes a scenario with its expectations, and replaying it passes")
  func plain() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/greet.scn"
      let terminal = try startInproc(home)
      // Not recorded: nothing builds on it.
      try terminal.enter("echo before", gives: "=> before")
      try terminal.type("record \(path)\r")
      try terminal.enter("bind inproc://greeter as inbox", gives: "=> inbox")
      try terminal.enter("connect inproc://greeter as alice", gives: "=> alice")
      try terminal.enter(
        "send alice hello 'wide world'; recv inbox", gives: "=> hello \"wide world\"")
      try terminal.type("connect inproc://nowhere; echo never\r")
      try terminal.enter("trace", gives: "# the trace is off; 'trace on' begins it")
      try terminal.enter(
        "repeat 2 as i { echo same; echo $i }", gives: "=> same", "=> 1", "=> same", "=> 2")
      try stop(terminal)
      #expect(
        try contents(of: path) == """
          # Recorded at the prompt of inproc.
          bind inproc://greeter as inbox
          => inbox
          connect inproc://greeter as alice
          => alice
          send alice hello 'wide world'
          recv inbox
          => hello "wide world"
          connect inproc://nowhere
          =! not-found
          # not run: echo never
          repeat 2 as i {
            echo same
            => same
            echo $i
          }

          """)
      #expect(try replay(path) == 0)
      #expect(try replay(path, ["--free"]) == 0)
    }
  }

  @Test("comments stay where they were typed: alone, behind a command, inside of a block")
  func comments() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/told.scn"
      let terminal = try startInproc(home)
      try terminal.type("record \(path)\r")
      try terminal.enter("# First the inbox.")
      try terminal.enter("bind inproc://x as x  # everybody's", gives: "=> x")
      try terminal.enter("send x '# no comment'; send x 2 # both")
      try terminal.type("repeat 2 as i {  # twice\r# One of them\rrecv x\r# was that\r} # over\r")
      try terminal.expect(line: "=> 2")
      try terminal.enter("# The end.")
      try stop(terminal)
      #expect(
        try contents(of: path) == """
          # Recorded at the prompt of inproc.
          # First the inbox.
          bind inproc://x as x  # everybody's
          => x
          send x '# no comment'
          send x 2  # both
          repeat 2 as i {  # twice
            # One of them
            recv x
            # was that
          }  # over
          # The end.

          """)
      #expect(try replay(path) == 0)
    }
  }

  @Test("a session with threads that print, wait, sleep and fail replays")
  func threads() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/threads.scn"
      let terminal = try startInproc(home)
      try terminal.enter("bind inproc://jobs as jobs", gives: "=> jobs")
      try terminal.enter(
        "record \(path)", gives: "# what was typed before is recorded too: the session builds on it"
      )
      try terminal.enter("connect inproc://jobs as alice", gives: "=> alice")
      try terminal.enter(
        "spawn w { for x in jobs { echo got $x; sleep 20ms; echo $x done } }", gives: "=> w")
      try terminal.type("send alice one\r")
      try terminal.expect(line: "[w] => one done")
      try terminal.type("send alice two\r")
      try terminal.expect(line: "[w] => two done")
      // The worker has taken it all: only where a replay lets it run does this hold.
      try terminal.type("recv jobs timeout=now\r")
      try terminal.expect("would-block") { screen in
        screen.logicalLines.contains { $0.hasPrefix("=! would-block") }
      }
      try terminal.type("repeat 2 { recv jobs timeout=now }; echo never\r")
      try terminal.type("spawn f { fail oops }\r")
      try terminal.expect(line: "[f] =! failed: oops")
      try terminal.listThreads(until: "=> w blocked recv jobs")
      try stop(terminal)
      let recorded = try contents(of: path)
      #expect(recorded.hasPrefix("# Recorded at the prompt of inproc.\nbind inproc://jobs as jobs"))
      #expect(recorded.contains("recv jobs timeout=now\n=! would-block\n"))
      #expect(recorded.contains("try {  # ended with =! would-block\n  repeat 2 {\n"))
      #expect(recorded.contains("join f\n=! thread-failed\n"))
      #expect(recorded.hasSuffix("quit  # threads go on here\n"))
      #expect(!recorded.contains("[w]"))
      #expect(try replay(path) == 0)
    }
  }

  @Test("what can't be replayed is a comment: a Ctrl-C, and what only real time could give")
  func unrepeatable() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/odd.scn"
      let terminal = try startInproc(home)
      try terminal.type("record \(path)\r")
      try terminal.enter("bind inproc://x as x", gives: "=> x")
      try terminal.type("echo first; recv x\r")
      try terminal.expect("the deadlock") { screen in
        screen.logicalLines.contains { $0.hasPrefix("# deadlock") }
      }
      try terminal.type("\u{03}")
      try terminal.expect("interrupted") { screen in
        screen.logicalLines.contains { $0.hasPrefix("=! interrupted") }
      }
      // Which round of the loop it is when it is looked at, only real time decides.
      try terminal.enter("spawn w { repeat as i { send x $i; sleep 1ms } }", gives: "=> w")
      try terminal.type("sleep 30ms; drain x; stop w; echo end\r")
      try terminal.expect(line: "=> end")
      try stop(terminal)
      let recorded = try contents(of: path)
      #expect(recorded.contains("=> first\n# interrupted with Ctrl-C"))
      #expect(recorded.contains("#   recv x\n"))
      #expect(try replay(path) == 0)
    }
  }

  @Test("a file that exists is left alone, and one that can't be written is told at once")
  func refused() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/mine.scn"
      try Data("mine".utf8).write(to: URL(fileURLWithPath: path))
      let terminal = try startInproc(home, columns: 200, rows: 50)
      try terminal.enter(
        "record \(path)",
        gives: "=! io: '\(path)' exists already; remove it or choose another name")
      #expect(try contents(of: path) == "mine")
      try terminal.enter(
        "record \(home.path)/none/x.scn",
        gives: "=! io: can't write '\(home.path)/none/x.scn': No such file or directory")
      try terminal.enter(
        "record off", gives: "# nothing is being recorded; 'record FILE' begins it")
      try terminal.enter(
        "record 'a b.scn' c",
        gives: "                         ^",
        "=! syntax: 'record' takes no 'c' here; write it as 'record [FILE|off]'")
    }
  }

  @Test("leaving closes the file", arguments: ["quit\r", "\u{04}", "SIGTERM"])
  func leaving(how: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/left.scn"
      let terminal = try startInproc(home)
      try terminal.type("record '\(path)'\r")
      try terminal.enter("echo kept", gives: "=> kept")
      if how == "SIGTERM" { kill(terminal.process, SIGTERM) } else { try terminal.type(how) }
      _ = try terminal.waitForExit()
      #expect(try contents(of: path) == "# Recorded at the prompt of inproc.\necho kept\n=> kept\n")
      let others = try FileManager.default.contentsOfDirectory(atPath: home.path)
      #expect(!others.contains { $0.hasSuffix(".tmp") })
    }
  }
}
