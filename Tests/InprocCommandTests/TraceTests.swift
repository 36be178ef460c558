import Foundation
import TestSupport
import Testing

@Suite("replay --trace", .timeLimit(.minutes(1)))
struct TraceTests {
  @Test("each event of a run, in virtual time, and the same text each time")
  func deterministic() async throws {
    let folder = try TemporaryFolder([
      "b.scn": """
      bind inproc://jobs as jobs
      spawn w { recv jobs; sleep 1500ms; send jobs back }
      send jobs "a b"
      sleep 1ms
      recv jobs
      recv jobs timeout=250ms
      =! timed-out
      """
    ])
    let ran = try await inproc("replay", "--trace", folder.path + "/b.scn")
    #expect(
      ran.output == """
        trace   \(folder.path)/b.scn
            0.000s  main  ─── bind inproc://jobs
            0.000s  main  ──▶ inproc://jobs #1 "a b"
            0.000s  main  ┄┄┄ sleeps
            0.000s  w     ◀── inproc://jobs #1 "a b"
            0.000s  w     ┄┄┄ sleeps
            0.001s  main  ┄┄▶ goes on: its timer fired
            0.001s  main  ┄┄┄ waits for a message at inproc://jobs
            1.500s  w     ┄┄▶ goes on: its timer fired
            1.500s  w     ──▶ inproc://jobs #2 back
            1.500s  main  ◀── inproc://jobs #2 back
            1.500s  main  ┄┄▶ goes on
            1.500s  main  ┄┄┄ waits for a message at inproc://jobs
            1.750s  main  ┄┄× timed out at inproc://jobs
        passed  \(folder.path)/b.scn
        1 passed, 0 failed

        """)
    let scenarios = packageFolder + "/scenarios/"
    let files = try FileManager.default.contentsOfDirectory(atPath: scenarios)
      .filter { $0.hasSuffix(".scn") }.sorted().map { scenarios + $0 }
    let first = try await inproc(["replay", "--trace"] + files)
    #expect(first.status == 0)
    #expect(try await inproc(["replay", "--trace"] + files).output == first.output)
  }

  @Test("of an exploration that fails, the schedule that fails")
  func failing() async throws {
    let folder = try TemporaryFolder([
      "race.scn": """
      bind inproc://a as a
      spawn one { send a 1 }
      spawn two { send a 2 }
      recv a
      => 1
      """
    ])
    let ran = try await inproc("replay", "--explore", "--trace", folder.path + "/race.scn")
    #expect(ran.status == 1)
    let lines = ran.output.split(separator: "\n").map(String.init)
    let heading = try #require(lines.first)
    #expect(heading.hasPrefix("trace   \(folder.path)/race.scn  under c-"))
    let schedule = try #require(heading.split(separator: " ").last)
    #expect(ran.output.contains("schedule: \(schedule)"))
    let arrows = lines.filter { $0.contains("──▶") || $0.contains("◀──") }
    #expect(arrows.first?.contains("two") == true && arrows.first?.hasSuffix("#1 2") == true)
  }

  @Test("a free run has no trace")
  func free() async throws {
    let ran = try await inproc("replay", "--trace", "--free", packageFolder + "/scenarios")
    #expect(ran.status == 2 && ran.errors.contains("--free and --trace can't be given together"))
  }
}
