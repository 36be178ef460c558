import TestSupport
import Testing

@Suite("Examples", .timeLimit(.minutes(1)))
struct ExampleTests {
  private func output(of example: String) async throws -> [String] {
    let ran = try await launch(product(example), [])
    #expect(ran.status == 0)
    return ran.output.split(separator: "\n").map(String.init)
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
