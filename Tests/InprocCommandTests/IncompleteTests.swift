import Foundation
import TestSupport
import Testing

/// What is incomplete, in every form of a report.
@Suite("Incomplete searches", .timeLimit(.minutes(1)))
struct IncompleteTests {
  private static let wide =
    "@explore\nbind inproc://a as a\nspawn { repeat 3 { send a 1 } }\nspawn { repeat 3 { send a 2 } }\n"

  private func replay(_ options: String...) async throws -> Ran {
    try await inproc(
      ["replay", "-", "--max-schedules", "3"] + options, input: Array(Self.wide.utf8))
  }

  private static let reason =
    "explored 2 schedules, NOT all, complete for at most 0 preemptions; stopped by --max-schedules 3 after "
    + "3 runs"

  @Test("text names it apart, and with --complete it fails")
  func text() async throws {
    let ran = try await replay()
    #expect(
      ran.output
        == "INCOMPLETE  -\n  incomplete: \(Self.reason)\n0 passed, 0 failed, 1 incomplete\n")
    #expect(ran.status == 0)
    let failed = try await replay("--complete")
    #expect(failed.output.hasPrefix("FAILED  -\n"))
    #expect(failed.output.contains("--complete demands all: \(Self.reason)"))
    #expect(failed.output.hasSuffix("0 passed, 1 failed\n"))
    #expect(failed.status == 1)
  }

  @Test("TAP says that it is not ok, and still to do")
  func tap() async throws {
    let ran = try await replay("--report", "tap")
    #expect(ran.output.contains("\nnot ok 1 - - # TODO incomplete: \(Self.reason)\n"))
    #expect(ran.status == 0)
    let failed = try await replay("--report", "tap", "--complete")
    #expect(failed.output.contains("\nnot ok 1 - -\n"))
    #expect(failed.status == 1)
  }

  @Test("JUnit has it skipped")
  func junit() async throws {
    let ran = try await replay("--report", "junit")
    #expect(ran.output.contains(#"failures="0" errors="0" skipped="1""#))
    #expect(
      ran.output.contains(#"<skipped message="incomplete: \#(Self.reason)" type="incomplete">"#))
  }

  @Test("JSON has a result of its own, and the reason")
  func json() async throws {
    let ran = try await replay("--report", "json")
    for member in [
      #""version": 2"#, #""passed": 0"#, #""failed": 0"#, #""incomplete": 1"#,
      #""result": "incomplete""#, #""incomplete": "\#(Self.reason)""#, #""schedules": 2"#,
      #""runs": 3"#, #""exact": true"#, #""complete": false"#,
    ] {
      #expect(ran.output.contains(member), "\(member)")
    }
  }

  @Test("--bless writes nothing that only a part of a search has given")
  func bless() async throws {
    let folder = try TemporaryFolder(["a.scn": Self.wide + "recv a\n"])
    let ran = try await inproc(
      "replay", "--bless", "--max-schedules", "3", folder.path + "/a.scn")
    #expect(ran.output.hasPrefix("REFUSED "))
    #expect(ran.output.contains("NOT all"))
    #expect(ran.status == 1)
    let text = try contents(of: folder.path + "/a.scn")
    #expect(text == Self.wide + "recv a\n")
  }

  @Test("-q leaves out what has passed, and nothing else")
  func quiet() async throws {
    let folder = try TemporaryFolder([
      "good.scn": "@explore\necho x\n", "bad.scn": "echo a\n=> b\n", "ugly.scn": "ehco a\n",
      "wide.scn": Self.wide,
    ])
    let ran = try await inproc("replay", "-q", "--max-schedules", "3", folder.path)
    #expect(!ran.output.contains("good.scn"))
    #expect(ran.output.hasPrefix("FAILED  \(folder.path)/bad.scn\n"))
    #expect(ran.output.contains("\nERROR   \(folder.path)/ugly.scn\n"))
    #expect(ran.output.contains("\nINCOMPLETE  \(folder.path)/wide.scn\n"))
    #expect(ran.output.hasSuffix("\n1 passed, 1 failed, 1 incomplete, 1 error\n"))
    #expect(ran.status == 2)
    let good = try await inproc("replay", "--quiet", folder.path + "/good.scn")
    #expect(good.output == "1 passed, 0 failed\n")
  }
}
