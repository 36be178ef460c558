import Foundation
import TestSupport
import Testing

/// Where the system starts no thread, nothing runs, and nothing passes. The limit holds for another
/// user than root; where there is no way to become one, these tests are skipped.
@Suite(
  "Without threads", .timeLimit(.minutes(2)),
  .enabled(if: canLimitThreads, "needs root and setpriv"))
struct ThreadLimitTests {
  private static let wrong = "bind inproc://a as a\nsend a hello\nrecv a\n=> wrong\n"

  /// The program where another user can run it, though the package may be in a private folder.
  private let shared: TemporaryFolder
  private var program: String { shared.path + "/inproc" }

  init() throws {
    shared = try TemporaryFolder()
    let files = FileManager.default
    do {
      try files.linkItem(atPath: executable, toPath: program)
    } catch {
      try files.copyItem(atPath: executable, toPath: program)
    }
  }

  /// Runs the program as a user who has that many threads at most.
  private func limited(
    _ threads: Int, _ arguments: [String], input: String = ""
  ) async throws -> Ran {
    try await launch(
      "/usr/bin/env",
      [
        "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "prlimit",
        "--nproc=\(threads)", program,
      ] + arguments, input: Array(input.utf8))
  }

  @Test(
    "a replay that can't start a thread is an error that says so",
    arguments: [
      [], ["--free"], ["--explore"], ["--jobs", "4"], ["--seed", "1"], ["--strategy", "pct:2"],
      ["--free", "--timeout", "60s"], ["--check-determinism"],
    ])
  func replays(_ options: [String]) async throws {
    let ran = try await limited(1, ["replay", "-"] + options, input: Self.wrong)
    #expect(ran.output.hasPrefix("ERROR   -\n  -:1:1: error: "), "\(ran)")
    #expect(ran.output.contains("the system refuses to start the thread"))
    #expect(ran.output.hasSuffix("0 passed, 0 failed, 1 error\n"))
    #expect(ran.status == 2)
  }

  @Test("so are commands that are given at once, and those of standard input")
  func commands() async throws {
    for (arguments, input) in [(["-c", Self.wrong], ""), ([], Self.wrong)] {
      let ran = try await limited(1, arguments, input: input)
      #expect(ran.output == "")
      #expect(ran.errors.contains("the system refuses to start the thread"))
      #expect(ran.status == 2)
    }
  }

  @Test("a spawn that the system refuses says nothing about a scenario, expected or caught or not")
  func spawn() async throws {
    // Room for those that the replay itself needs, and for none of the many that it spawns.
    let spawns = "repeat 30 as i { spawn { sleep 1s } }"
    for text in [
      spawns, "try { \(spawns) } catch { }", "repeat 30 { try { spawn { sleep 1s } } catch e { } }",
      "repeat 30 {\n  spawn { sleep 1s }\n  => _ | =! limit\n}",
    ] {
      for options in [[], ["--free"], ["--explore"]] {
        let ran = try await limited(8, ["replay", "-"] + options, input: text + "\n")
        #expect(ran.output.hasPrefix("ERROR   -\n"), "\(text) \(options) \(ran)")
        #expect(ran.output.contains("the system refuses to start the thread"))
        #expect(ran.status == 2)
      }
    }
    let batch = try await limited(8, ["-c", "try { \(spawns) } catch e { echo $e }; quit"])
    #expect(batch.output.hasSuffix("=> limit\n"))
    #expect(batch.status == 0)
  }
}

/// Whether tests run as root, and there is a way to another user.
private let canLimitThreads = geteuid() == 0 && has("setpriv") && has("prlimit")
