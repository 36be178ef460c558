import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("Questions under every interleaving", .timeLimit(.minutes(2)))
struct AskTests {
  /// A client that asks twice, the first time for a short time only, and a server that answers in its
  /// own time.
  private let reused: @Sendable (TestScheduler) throws -> Void = { scheduler in
    let registry = scheduler.registry
    let server = try registry.bindBidirectional("inproc://prices")
    let client = try registry.connectBidirectional(to: "inproc://prices")
    scheduler.spawn("server") {
      for request in server.messages { try request.reply(["to", request.message[0]]) }
    }
    let first = failureCode { try client.ask("first", timeout: .milliseconds(1)) }
    scheduler.observe(first.map { "\($0)" } ?? "answered")
    let second = try client.ask("second")
    try scheduler.require(second == ["to", "second"], "\(second) is another's answer")
    try scheduler.require(client.isEmpty, "an answer was left")
    server.close()
    try scheduler.join()
  }

  @Test("a late answer is never taken for another's")
  func late() async throws {
    let found = try await explore(timers: .racing, body: reused)
    #expect(found.isComplete)
    #expect(Set(found.outcomes.map(\.text)) == ["answered", "timedOut"])
  }

  @Test("a late answer is never taken for another's, wherever a call is interrupted")
  func lateWithin() async throws {
    try await explore(
      .exhaustive(preemptions: 2), checkpoints: true, timers: .racing,
      limits: ExplorationLimits(schedules: 5000), body: reused)
  }

  @Test("a request that is dropped ends its question in every order, and nobody waits for ever")
  func dropped() async throws {
    let found = try await explore(sharing: .endpointsOnly) { scheduler in
      let registry = scheduler.registry
      let server = try registry.bindBidirectional("inproc://prices")
      for name in ["a", "b"] {
        scheduler.spawn(name) {
          let client = try registry.connectBidirectional(to: "inproc://prices")
          let code = failureCode { try client.ask(Message(Frame(name))) }
          scheduler.observe(code.map { "\($0)" } ?? "answered")
        }
      }
      for number in 0..<2 {
        let request = try server.receive()
        if number == 0 { try request.reply("answer") }
      }
      try scheduler.join()
    }
    #expect(found.isComplete)
    #expect(Set(found.outcomes.map(\.text)) == ["answered noPeer", "noPeer answered"])
  }
}
