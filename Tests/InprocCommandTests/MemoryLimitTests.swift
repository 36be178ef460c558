import Foundation
import TestSupport
import Testing

/// A file that somebody else has written takes no more memory than it may.
@Suite("--memory", .timeLimit(.minutes(2)))
struct MemoryLimitTests {
  struct Hog: Sendable, CustomTestStringConvertible {
    var testDescription: String
    let text: String
  }

  static let endless = "@steps 1000000000\nbind inproc://a as a\n"
  static let hogs = [
    Hog(testDescription: "messages that no one takes", text: "repeat { send a bytes(1MiB) }"),
    Hog(testDescription: "a short message, many times", text: "repeat { send a bytes(3KiB) }"),
    Hog(
      testDescription: "a variable that doubles",
      text: "let x = abcdefgh\nrepeat { let x = \"$x$x\" }"),
    Hog(testDescription: "one large frame", text: "let x = bytes(1GiB)"),
    Hog(
      testDescription: "many frames",
      text: "let x = a b c d\nrepeat 12 { let x = $x $x }\nrepeat { send a $x }"),
    Hog(
      testDescription: "threads that wait",
      text: "repeat { try { spawn { let x = bytes(256KiB); sleep 60m } } catch { sleep 60m } }"),
    Hog(testDescription: "handles", text: "repeat as i { connect inproc://a as c$i }"),
    Hog(testDescription: "an outcome", text: "repeat { observe bytes(64KiB) }"),
    Hog(
      testDescription: "an expected value",
      text: "let x = bytes(16MiB)\nrepeat { echo a\n=> \"$x$x$x$x$x$x$x$x\" | a }"),
    Hog(
      testDescription: "a text that fails",
      text: "let x = bytes(24MiB, 0x61)\nfail $x $x"),
  ]

  @Test("a run that takes more ends with 'limit'", arguments: hogs)
  func ends(_ hog: Hog) async throws {
    let folder = try TemporaryFolder(["hog.scn": Self.endless + hog.text + "\n"])
    let run = try await peak([
      "replay", "--memory", "64MiB", "--timeout", "60s", folder.path + "/hog.scn",
    ])
    #expect(run.status == 1)
    #expect(
      run.output.contains("=! limit: this would make the process hold more than --memory 64MiB"))
    #expect(run.output.contains("  thread:   "))
    // What holds the program itself, and what one step may add.
    #expect(run.kibibytes < 128 << 10)
  }

  @Test("nothing catches it, and no expectation is met by it")
  func uncaught() async throws {
    let folder = try TemporaryFolder([
      "caught.scn": "try { let x = bytes(1GiB) } catch { echo caught }\n",
      "expected.scn": "let x = bytes(1GiB)\n=! limit\n",
      "joined.scn": "spawn t { let x = bytes(1GiB) }\njoin t\n=! thread-failed\n",
    ])
    let ran = try await inproc("replay", "--memory", "64MiB", folder.path)
    #expect(ran.status == 1)
    #expect(ran.output.contains("0 passed, 3 failed"))
  }

  @Test(
    "it holds for free runs, searches and several files at a time",
    arguments: [
      ["--free"], ["--explore", "--jobs", "1"], ["--jobs", "2"], ["--seed", "7"],
      ["--check-determinism"],
      ["--strategy", "random", "--jobs", "1"],
    ])
  func modes(_ options: [String]) async throws {
    let flood = Self.endless + "repeat { send a bytes(1MiB) }\n"
    let folder = try TemporaryFolder(["1.scn": flood, "2.scn": "echo fine\n"])
    let ran = try await inproc(["replay", "--memory", "64MiB", folder.path] + options)
    #expect(ran.status == 1)
    #expect(ran.output.contains("more than --memory 64MiB"))
    #expect(ran.output.contains("1 passed, 1 failed"))
  }

  @Test("a file too long to be parsed in it is an error, and others still run")
  func longFile() async throws {
    let folder = try TemporaryFolder([
      "long.scn": String(repeating: "let x = a b c d e f g h\n", count: 200_000),
      "short.scn": "echo fine\n",
    ])
    let ran = try await inproc("replay", "--memory", "64MiB", folder.path)
    #expect(ran.status == 2)
    #expect(ran.output.contains("more than --memory 64MiB"))
    #expect(ran.output.contains("passed  \(folder.path)/short.scn"))
  }

  @Test("what is no size is a usage error", arguments: ["x", "0", "-1", "1TB"])
  func sizes(_ text: String) async throws {
    let folder = try TemporaryFolder(["a.scn": "echo a\n"])
    let ran = try await inproc("replay", "--memory=\(text)", folder.path)
    #expect(ran.status == 2)
    #expect(ran.errors.contains("--memory '\(text)' is not a size"))
  }

  private struct Peak {
    var output = ""
    var status: Int32 = -1
    var kibibytes = 0
  }

  /// Runs the program and asks the system what it held at most.
  private func peak(_ arguments: [String]) async throws -> Peak {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try Self.measured(arguments) })
      }
    }
  }

  private static func measured(_ arguments: [String]) throws -> Peak {
    let folder = try TemporaryFolder(["out": ""])
    let words = [executable] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, folder.path + "/out", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var child = pid_t()
    let refusal = posix_spawn(&child, executable, &actions, nil, &pointers, environ)
    try #require(refusal == 0)
    var (status, usage) = (Int32(0), rusage())
    while wait4(child, &status, 0, &usage) < 0 { try #require(errno == EINTR) }
    var peak = Peak()
    peak.output = try contents(of: folder.path + "/out")
    peak.status = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    peak.kibibytes = usage.ru_maxrss
    return peak
  }
}
