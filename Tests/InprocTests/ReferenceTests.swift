import Inproc
import TestSupport
import Testing

@Suite("A verb that is named and not called", .timeLimit(.minutes(1)))
struct ReferenceTests {
  let registry = Registry()

  // A blocking call would not end: no task cancels it, and nothing is sent.

  @Test("is in a task the one that suspends: cancelling the task ends it")
  func suspends() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let server = try registry.bindBidirectional("inproc://echo")
    let receiving = Task.detached(operation: jobs.receive)
    let serving = Task(operation: server.receive)
    receiving.cancel()
    serving.cancel()
    #expect(await asyncFailureCode { try await receiving.value } == .cancelled)
    #expect(await asyncFailureCode { try await serving.value } == .cancelled)
  }

  @Test("is so in a closure that does not suspend, and for every end of a generic function")
  func elsewhere() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let receiving = (0..<2).map { _ in Task.detached(operation: jobs.receive) }
    for task in receiving { task.cancel() }
    for task in receiving { #expect(await asyncFailureCode { try await task.value } == .cancelled) }
    func start<End: ReceivingEnd>(_ end: End) -> Task<End.Received, any Error> {
      Task.detached(operation: end.receive)
    }
    let task = start(jobs)
    task.cancel()
    #expect(await asyncFailureCode { try await task.value } == .cancelled)
  }

  @Test("sends, where an async function is asked for")
  func sends() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let out = try registry.connect(to: "inproc://jobs")
    let send: @Sendable (Message) async throws -> Void = out.send
    try await send("first")
    let sending = Task { try await send("second") }
    sending.cancel()
    #expect(await asyncFailureCode { try await sending.value } == .cancelled)
    #expect(jobs.drain() == ["first"])
  }

  @Test("is on a thread the one that blocks")
  func blocks() async throws {
    let (out, jobs) = try registry.makeChannel()
    try await onThread {
      try (["a", "b"] as [Message]).forEach(out.send)
      let receive: () throws -> Message = jobs.receive
      #expect(try receive() == "a")
      #expect(try jobs.receive() == "b")
    }
  }
}
