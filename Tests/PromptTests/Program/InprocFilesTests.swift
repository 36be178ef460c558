import Foundation
import TestSupport
import Testing

@Suite("inproc: files at the prompt", .timeLimit(.minutes(2)))
struct InprocFilesTests {
  /// Runs a program, which must give 0.
  private func run(_ arguments: String...) throws {
    #expect(try runProgram("/usr/bin/env", arguments).status == 0)
  }

  @Test("what is no file is refused at once, to read and to write", arguments: ["pipe", "folder"])
  func refused(_ kind: String) async throws {
    try await onThread {
      let home = TemporaryHome()
      for name in ["x", "x.svg", "x.scn"] {
        let path = home.path + "/" + name
        if kind == "pipe" {
          mkfifo(path, 0o600)
        } else {
          try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
      }
      let terminal = try startInproc(home, columns: 200, rows: 40)
      let path = home.path + "/x"
      let advice = kind == "pipe" ? "give it to 'inproc replay -'" : "name a file"
      let line = "=! io: can't read '\(path)': it is a \(kind); \(advice)"
      try terminal.type("source \(path)\r")
      try terminal.expect(line: line)
      try terminal.enter("explore \(path)", gives: line)
      try terminal.enter(
        "record \(path)", gives: "=! io: '\(path)' exists already; remove it or choose another name"
      )
      try terminal.enter(
        "diagram \(path).svg",
        gives: "=! io: can't write '\(path).svg': "
          + (kind == "pipe" ? "it is a pipe; name a file" : "Is a directory"))
    }
  }

  @Test("Tab completes a name that is not UTF-8, and 'source' and 'record' take it")
  func names() async throws {
    try await onThread {
      let home = TemporaryHome()
      let name = home.path + "/f\u{FF}.scn"
      // The byte 0xFF, which no string of Swift holds.
      let path = Array(home.path.utf8) + Array("/f".utf8) + [0xFF] + Array(".scn".utf8) + [0]
      let descriptor = open(path.map { CChar(bitPattern: $0) }, O_CREAT | O_WRONLY, 0o600)
      #expect(write(descriptor, "echo found\n", 11) == 11 && close(descriptor) == 0)
      #expect(!FileManager.default.fileExists(atPath: name))
      let terminal = try startInproc(home, columns: 200, rows: 40)
      try terminal.type("source \(home.path)/f\t\r")
      try terminal.expect(tail: [
        "inproc> source \"\(home.path)/f\\xFF.scn\"", "=> found", "inproc>",
      ])
      try terminal.enter(
        "record \"\(home.path)/f\\xFF.scn\"",
        gives: "=! io: '\(home.path)/f\\xFF.scn' exists already; remove it or choose another name")
      try terminal.enter("record \"\(home.path)/r\\xFF.scn\"")
      try terminal.enter("echo a", gives: "=> a")
      try terminal.enter(
        "record off", gives: "# recorded 1 command in \(home.path)/r\\xFF.scn")
    }
  }

  @Test("after kill -9 a recording holds what was typed, and what ran is a comment")
  func killed() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/r.scn"
      let terminal = try startInproc(home)
      try terminal.enter("record \(path)")
      try terminal.enter("bind inproc://a as a", gives: "=> a")
      try terminal.enter("spawn w { repeat 2 { recv a; echo got } }", gives: "=> w")
      try terminal.enter("# a comment")
      try terminal.type("send a x\r")
      try terminal.expect(line: "[w] => got")
      try terminal.enter("echo b", gives: "=> b")
      try terminal.type("sleep 60m\r")
      let start = """
        # Recorded at the prompt of inproc.
        bind inproc://a as a
        => a
        spawn w {
          repeat 2 {
            recv a
            => x
            echo got
            => got
          }
        }
        => w
        # a comment
        """
      try terminal.expect("the last command is in the file") { _ in
        (try? contents(of: path))?.hasSuffix("#   sleep 60m\n") ?? false
      }
      kill(terminal.process, SIGKILL)
      _ = try terminal.waitForExit()
      let recorded = try contents(of: path)
      #expect(recorded.hasPrefix(start))
      #expect(recorded.contains("send a x\n"))
      #expect(recorded.contains("echo b\n=> b\n"))
      #expect(recorded.hasSuffix("# had not ended when this was written:\n#   sleep 60m\n"))
      try run(executable, "check", path)
    }
  }

  @Test("a recording that finds no room says so at once, once, and goes on when there is some")
  func full() async throws {
    try await onThread {
      let home = TemporaryHome()
      let path = home.path + "/r.scn"
      let terminal = try startInproc(
        home, columns: 250, rows: 40, environment: ["INPROC_HISTORY": ""])
      try terminal.enter("record \(path)")
      let long = String(repeating: "x", count: 100)
      try terminal.enter("echo a", gives: "=> a")
      try run("prlimit", "--pid", "\(terminal.process)", "--fsize=80:unlimited")
      let before = try contents(of: path)
      try terminal.enter(
        "echo \(long)", gives: "=> \(long)",
        "=! io: can't write '\(path)': File too large; "
          + "the file lacks what was typed last, the next command tries it again")
      #expect(try contents(of: path) == before)
      try terminal.enter("echo b", gives: "=> b")
      try run("prlimit", "--pid", "\(terminal.process)", "--fsize=unlimited")
      try terminal.enter("echo c", gives: "=> c")
      #expect(
        try contents(of: path) == before + "echo \(long)\n=> \(long)\necho b\n=> b\necho c\n=> c\n")
    }
  }
}
