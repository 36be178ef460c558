import InprocExploration
import TestSupport
import Testing

@testable import InprocScript

@Suite("Blessing", .timeLimit(.minutes(1)))
struct BlessingTests {
  private func bless(_ text: String) async throws -> Blessing.Ending {
    try await onThread {
      Result {
        try Blessing(ScenarioRunner.Options(), pool: ThreadPool(isPinned: true))
          .bless(Array(text.utf8), file: "blessed.scn")
      }
    }.get()
  }

  private func blessed(_ text: String) async throws -> String {
    String(decoding: try #require(try await bless(text).changed), as: UTF8.self)
  }

  private func refusal(_ text: String) async throws -> String {
    try #require(try await bless(text).refused).joined(separator: "\n")
  }

  @Test("what does not hold is replaced, what is missing added, all else stays byte for byte")
  func bytes() async throws {
    #expect(
      try await blessed(
        """
        \u{FEFF}# A comment.\r
        bind inproc://a as  inbox\r
        send inbox   hello "wide world"
        recv   inbox     # why
        => hello _   # a pattern that holds
        send inbox x;send inbox y
        \trecv inbox\r
        \t  => wrong   # kept
        drain inbox
        => y
        => too-many
        connect inproc://nowhere
        repeat 2 { echo  "x"; => y  }
        """)
          == """
          \u{FEFF}# A comment.\r
          bind inproc://a as  inbox\r
          send inbox   hello "wide world"
          recv   inbox     # why
          => hello _   # a pattern that holds
          send inbox x;send inbox y
          \trecv inbox\r
          \t  => x   # kept
          drain inbox
          => y
          connect inproc://nowhere
          =! not-found
          repeat 2 { echo  "x"; => x  }
          """)
  }

  @Test(
    "within a line, what is missing is added there, and nothing else changes",
    arguments: [
      (
        "bind inproc://a as a\nspawn w {send a x;  recv a  }  # why\njoin w",
        "bind inproc://a as a\nspawn w {send a x;  recv a; => x  }  # why\njoin w"
      ),
      (
        "repeat 2 { echo x; if 1 == 1 { echo \"}\" ; => a } }\necho z",
        "repeat 2 { echo x; => x; if 1 == 1 { echo \"}\" ; => \"}\" } }\necho z\n=> z"
      ),
      ("echo 1; echo 2", "echo 1; echo 2\n=> 1\n=> 2"),
      ("repeat 2 as i { echo $i }; echo z", "repeat 2 as i { echo $i }; echo z\n=> 1\n=> 2\n=> z"),
      ("repeat 2 {\n  echo x\n}\n=> y", "repeat 2 {\n  echo x\n}\n=> x\n=> x"),
      ("repeat 2 {\n  echo x\n}", "repeat 2 {\n  echo x\n  => x\n}"),
      (
        "inproc> echo a; echo b\n# echo a\n=> a\n# echo b\n=> c",
        "inproc> echo a; echo b\n# echo a\n=> a\n# echo b\n=> b"
      ),
      (
        "bind inproc://a as a\nrepeat 1 { send a 1; send a 2; drain a; => 1 }",
        "bind inproc://a as a\nrepeat 1 { send a 1; send a 2; drain a; => 1; => 2 }"
      ),
      ("connect inproc://a; echo x", "connect inproc://a; echo x\n=! not-found"),
    ])
  func withinLine(_ text: String, _ expected: String) async throws {
    #expect(try await blessed(text) == expected)
    #expect(try await bless(expected).isUnchanged)
  }

  @Test("an error that is expected now lets the rest run, which is blessed too")
  func rounds() async throws {
    #expect(
      try await blessed("bind inproc://a as a\nrecv a timeout=now\necho after\n")
        == "bind inproc://a as a\nrecv a timeout=now\n=! would-block\necho after\n=> after\n")
  }

  @Test("what holds is left alone")
  func unchanged() async throws {
    #expect(try await bless("echo x\n=> _\n").isUnchanged)
  }

  @Test("an error that is caught, or that a join expects, is none to expect")
  func caught() async throws {
    let text = """
      try { connect inproc://a } catch { }
      spawn w { connect inproc://a }
      join w
      =! thread-failed
      """
    #expect(try await bless(text).isUnchanged)
  }

  @Test(
    "what differs between iterations or schedules is refused, with its place",
    arguments: [
      ("repeat 2 as i { echo $i; => 7 }", "blessed.scn:1:17: 'echo $i' gives '=> 1' or '=> 2'"),
      (
        "@explore\nbind inproc://a as a\nspawn { send a 1 }\nspawn { send a 2 }\nrecv a\n=> 3\n",
        "blessed.scn:5:1: 'recv a' gives '=> 1' or '=> 2'"
      ),
      (
        "bind inproc://a as a\nrepeat 2 as i {\n  drain a\n  => x\n  send a y\n}",
        "blessed.scn:3:3: 'drain a' gives '=> (none)' or '=> y'"
      ),
    ])
  func differs(_ text: String, _ reason: String) async throws {
    #expect(try await refusal(text).contains(reason))
  }

  @Test("results that differ and were not expected are left alone")
  func notExpected() async throws {
    #expect(
      try await blessed("repeat 2 as i {\n  echo $i\n}\necho x\n")
        == "repeat 2 as i {\n  echo $i\n}\necho x\n=> x\n")
  }

  @Test("a file that fails for another reason is not blessed")
  func failing() async throws {
    #expect(try await bless("bind inproc://a as a\nrecv a\n=> x").isFailed)
  }
}

extension Blessing.Ending {
  fileprivate var changed: [UInt8]? { if case .changed(let bytes, _) = self { bytes } else { nil } }
  fileprivate var refused: [String]? { if case .refused(let why) = self { why } else { nil } }
  fileprivate var isUnchanged: Bool { if case .unchanged = self { true } else { false } }
  fileprivate var isFailed: Bool { if case .failed = self { true } else { false } }
}
