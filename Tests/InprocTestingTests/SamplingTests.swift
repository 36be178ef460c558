import Inproc
import InprocTesting
import Testing

@Suite("Exploring a sample", .timeLimit(.minutes(1)))
struct SamplingTests {
  private static let strategies: [@Sendable (UInt64, Int) -> ExplorationStrategy] = [
    { .random(seed: $0, runs: $1) },
    { .priorities(depth: 2, seed: $0, runs: $1) },
    { .priorities(depth: 3, seed: $0, runs: $1) },
    { .partialOrder(seed: $0, runs: $1) },
  ]

  /// Three threads that each send twice; who sends when is what can differ.
  @Sendable private static func senders(_ scheduler: TestScheduler) throws {
    let inbox = try scheduler.registry.bind("inproc://inbox")
    for name in ["a", "b", "c"] {
      let out = inbox.makeSender()
      scheduler.spawn(name) { for _ in 0..<2 { try out.send([Frame(name)]) } }
    }
    try scheduler.join()
    scheduler.observe(inbox.drain().map { "\($0[0])" }.joined())
  }

  @Test("the same seed gives the same runs, another one others", arguments: strategies.indices)
  func seeds(_ index: Int) async throws {
    let strategy = Self.strategies[index]
    var found: [[Exploration.Outcome]] = []
    for seed: UInt64 in [1, 1, 2] {
      let sample = try await explore(strategy(seed, 20), body: Self.senders)
      #expect(sample.schedules == 20 && sample.completeness == .sample)
      found.append(sample.outcomes)
    }
    #expect(found[0] == found[1])
    #expect(found[0] != found[2])
    #expect(found[0].count > 1)
  }

  @Test(
    "an error that needs two switches is met, and its schedule repeats it", arguments: [0, 2, 3])
  func finds(_ index: Int) async throws {
    let body: @Sendable (TestScheduler) throws -> Void = { scheduler in
      let value = try scheduler.registry.bind("inproc://value")
      let out = value.makeSender()
      try out.send("0")
      for name in ["a", "b"] {
        scheduler.spawn(name) {
          // A read puts the value back: between it and the write another thread fits.
          let seen = try value.receive()
          try out.send(seen)
          _ = try value.receive()
          try out.send([Frame("\((Int(String(seen[0]) ?? "") ?? 0) + 1)")])
        }
      }
      try scheduler.join()
      try scheduler.require(try value.receive() == "2", "an update is lost")
    }
    let failure = await #expect(throws: ExplorationFailure.self) {
      try await explore(Self.strategies[index](1, 500), body: body)
    }
    let schedule = try #require(failure?.schedule)
    let again = await #expect(throws: ExplorationFailure.self) {
      try await explore(.schedule(schedule), body: body)
    }
    #expect(again?.reason == .thrown)
  }
}
