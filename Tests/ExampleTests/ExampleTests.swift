import Foundation
import Testing

@Suite("Examples", .timeLimit(.minutes(1)))
struct ExampleTests {
  /// The examples are built beside the test bundle.
  private func output(of example: String) async throws -> [String] {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let program = [own, CommandLine.arguments[0], Bundle.main.bundlePath]
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/" + example }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    let path = try #require(program, "\(example) is not built")
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try run(path) })
      }
    }
  }

  @Test("a pool of threads does each job once")
  func workerPool() async throws {
    #expect(try await output(of: "WorkerPool") == ["1000 squares add up to 333833500"])
  }

  @Test("a service answers whoever asked, and ends when it is cancelled")
  func requestReply() async throws {
    #expect(
      try await output(of: "RequestReply") == [
        "hello, alice", "hello, bob", "hello, carol", "a wait was cancelled",
        "the service has ended",
      ])
  }

  @Test("a pipeline passes on what each stage makes, in order, and ends stage by stage")
  func pipeline() async throws {
    #expect(
      try await output(of: "Pipeline") == [
        "QUEUE", "BETWEEN", "STAGES", "HOLDS", "FAST", "ONES", "BACK",
      ])
  }
}

private func run(_ program: String) throws -> [String] {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(fileURLWithPath: program)
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
  return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
}
