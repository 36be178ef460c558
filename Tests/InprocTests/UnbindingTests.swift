import TestSupport
import Testing

@testable import Inproc

@Suite("Unbinding at the receiving end", .timeLimit(.minutes(1)))
struct UnbindingTests {
  let registry = Registry()

  @Test("lets those who are connected go on, and nobody else in")
  func goesOn() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    jobs.unbind()
    #expect(failureCode { try registry.connect(to: "inproc://jobs") } == .notFound)
    #expect(failureCode { try registry.unbind("inproc://jobs") } == .notFound)
    try await out.send("late")
    #expect(try await jobs.receive() == "late")
    let waiting = Task { await asyncFailureCode { try await jobs.receive() } }
    await untilReceiversWait(jobs)
    out.close()
    #expect(await waiting.value == .closed)
  }

  @Test("without connections a receive throws at once, after what is queued")
  func alone() async throws {
    let jobs = try registry.bind("inproc://jobs")
    try await jobs.makeSender().send("own")
    let waiting = try registry.bind("inproc://other")
    let receiving = Task { await asyncFailureCode { try await waiting.receive() } }
    await untilReceiversWait(waiting)
    jobs.unbind()
    waiting.unbind()
    #expect(try await jobs.receive() == "own")
    #expect(await asyncFailureCode { try await jobs.receive() } == .closed)
    #expect(await receiving.value == .closed)
  }

  @Test("the second time, or where another has the name, nothing happens")
  func again() async throws {
    let first = try registry.bind("inproc://jobs")
    first.unbind()
    let second = try registry.bind("inproc://jobs")
    first.unbind()
    let out = try registry.connect(to: "inproc://jobs")
    try await out.send("x")
    #expect(second.count == 1)
    let (_, unnamed) = try registry.makeChannel()
    unnamed.unbind()
  }

  @Test("a server goes on answering its clients")
  func server() async throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    server.unbind()
    #expect(failureCode { try registry.connectBidirectional(to: "inproc://echo") } == .notFound)
    try await client.send("ping")
    try await server.receive().reply("pong")
    #expect(try await client.receive() == "pong")
    client.close()
    #expect(await asyncFailureCode { try await server.receive() } == .closed)
  }
}
