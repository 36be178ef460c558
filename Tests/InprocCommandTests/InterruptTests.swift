import Foundation
import TestSupport
import Testing

/// Ctrl-C, and being told to end, while files are replayed.
@Suite("Interrupting a replay", .timeLimit(.minutes(2)))
struct InterruptTests {
  private static let endless =
    "@explore\nbind inproc://a as a\nrepeat 9 { spawn { repeat 9 { send a x; drain a } } }\n"

  /// Runs the program with some files, and once its output holds a text sends it a signal, again and
  /// again if asked to.
  private func interrupted(
    _ options: [String], _ files: [String: String], signal: String = "INT", repeats: Bool = false
  ) async throws -> Ran {
    let folder = try TemporaryFolder(files)
    let again = repeats ? "while kill -\(signal) $pid 2>/dev/null; do :; done" : ""
    return try await launch(
      "/bin/sh",
      [
        "-c",
        """
        cd "$1"; shift; "$0" replay --jobs 1 "$@" *.scn > out & pid=$!
        until grep -q passed out; do sleep 0.05; done
        kill -\(signal) $pid; \(again)
        wait $pid; status=$?; cat out; exit $status
        """, executable, folder.path,
      ] + options)
  }

  @Test("Ctrl-C in a search reports what was found so far, and names what was not run")
  func search() async throws {
    let ran = try await interrupted(
      [], ["a.scn": "echo x\n", "b.scn": Self.endless, "c.scn": "echo x\n"])
    #expect(ran.output.hasPrefix("passed  a.scn\n"))
    #expect(ran.output.contains("  b.scn\n"))
    #expect(ran.output.contains("stopped by Ctrl-C"))
    #expect(
      ran.output.contains(
        "ERROR   c.scn\n  c.scn:1:1: error: it was not run: Ctrl-C ended the replay\n"))
    #expect(ran.output.split(separator: "\n").last?.hasPrefix("1 passed, 0 failed, ") == true)
    #expect(ran.status == 130)
  }

  @Test("a free run that sleeps on is named as one that did not come to its end")
  func free() async throws {
    let ran = try await interrupted(["--free"], ["a.scn": "echo x\n", "b.scn": "sleep 60m\n"])
    #expect(
      ran.output.contains("b.scn:1:1: error: it was not run to its end: Ctrl-C ended the replay\n"))
    #expect(ran.output.hasSuffix("1 passed, 0 failed, 1 error\n"))
    #expect(ran.status == 130)
  }

  @Test("a second Ctrl-C ends it at once")
  func twice() async throws {
    let ran = try await interrupted(
      ["--free"], ["a.scn": "echo x\n", "b.scn": "sleep 60m\n"], repeats: true)
    #expect(ran.output == "passed  a.scn\n")
    #expect(ran.status == 130)
  }

  @Test("SIGTERM ends it at once")
  func terminate() async throws {
    let ran = try await interrupted(
      [], ["a.scn": "echo x\n", "b.scn": Self.endless], signal: "TERM")
    #expect(ran.output == "passed  a.scn\n")
    #expect(ran.status == 143)
  }
}
