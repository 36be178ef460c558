import Foundation
import TestSupport
import Testing

/// `--timeout` ends a run, whatever it is busy with.
@Suite("--timeout", .timeLimit(.minutes(2)))
struct TimeLimitTests {
  struct Endless: Sendable, CustomTestStringConvertible {
    var testDescription: String
    let text: String
  }

  static let files = [
    Endless(testDescription: "a loop without commands", text: "repeat { }"),
    Endless(testDescription: "loops in a loop", text: "repeat { repeat 3 { } }"),
    Endless(testDescription: "leaps of virtual time", text: "repeat { sleep 60m }"),
    Endless(
      testDescription: "threads that take turns",
      text: "repeat 300 { spawn { repeat { sleep 1s } } }"),
    Endless(
      testDescription: "a long match",
      text: "let x = bytes(16MiB, 0x61)\nrepeat { echo $x\n=> /(a|b|aa|ab|a.){1,200}.*a/ }"),
    Endless(
      testDescription: "long values", text: "let x = bytes(64MiB)\nrepeat { let y = \"$x$x\" }"),
    Endless(
      testDescription: "two threads that ask and answer",
      text: """
        bind inproc://a as a; bind inproc://b as b
        spawn { repeat { recv a; send b x } }
        repeat { send a x; recv b }
        """),
  ]

  @Test("a run that takes longer fails, and says what every thread was doing", arguments: files)
  func ends(_ file: Endless) async throws {
    let folder = try TemporaryFolder(["a.scn": "@steps 9000000000000\n\(file.text)\n"])
    let ran = try await inproc("replay", "--timeout", "200ms", folder.path)
    #expect(ran.status == 1)
    #expect(ran.output.contains("error: unexpected limit in '"))
    #expect(ran.output.contains("=! limit: the run took longer than --timeout 200ms; "))
    #expect(ran.output.contains("0 passed, 1 failed"))
    // Another run may be faster: nothing is said to repeat it.
    #expect(!ran.output.contains("to repeat it"))
    if file.text.contains("spawn") { #expect(ran.output.contains("  others:\n")) }
  }

  @Test("a free run in which all wait ends as well")
  func free() async throws {
    let folder = try TemporaryFolder([
      "a.scn": "bind inproc://a as a\nspawn w { sleep 60m; recv a }\nrecv a\n"
    ])
    let ran = try await inproc("replay", "--free", "--timeout", "100ms", folder.path)
    #expect(ran.status == 1)
    #expect(ran.output.contains(":3:1: error: unexpected limit in 'recv a'"))
    #expect(ran.output.contains("the run took longer than --timeout 100ms"))
    #expect(ran.output.contains("w is blocked at \(folder.path)/a.scn:2 in 'sleep 60m'"))
  }

  @Test("each file has the time for itself")
  func eachFile() async throws {
    let folder = try TemporaryFolder([
      "1.scn": "@steps 9000000000000\nrepeat { }\n", "2.scn": "echo fine\n",
    ])
    let ran = try await inproc("replay", "--jobs", "1", "--timeout", "2s", folder.path)
    #expect(ran.output.contains("1 passed, 1 failed"))
  }

  @Test(
    "files that source themselves in threads come to an end, told with a hundred others at most")
  func bomb() async throws {
    let folder = try TemporaryFolder([
      "bomb.scn": "spawn { source bomb.scn }\nspawn { source bomb.scn }\n"
    ])
    let ran = try await inproc("replay", "--timeout", "1s", folder.path + "/bomb.scn")
    #expect(ran.status == 1)
    #expect(ran.output.contains("unexpected limit in '"))
    #expect(ran.output.split(separator: "\n").count < 150)

    let few = try await inproc(
      "replay", "-", input: "@steps 5000\nrepeat { spawn { sleep 0s }; sleep 0s }\n")
    #expect(few.status == 1)
    #expect(few.output.contains("the run took more than 5000 steps"))
  }
}
