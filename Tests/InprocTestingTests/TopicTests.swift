import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("Topics under every interleaving", .timeLimit(.minutes(2)))
struct TopicTests {
  private func outcomes(
    checkpoints: Bool = false, body: @escaping @Sendable (TestScheduler) throws -> Void
  ) async throws -> Set<String> {
    let found = try await explore(
      checkpoints ? .exhaustive(preemptions: 2) : .exhaustive, checkpoints: checkpoints,
      sharing: .endpointsOnly, body: body)
    #expect(checkpoints || found.isComplete)
    return Set(found.outcomes.map(\.text))
  }

  /// A topic that two messages are sent to, and one who joins while they are.
  private func lateJoiner(
    retaining: Int, capacity: Capacity = .unbounded
  ) -> @Sendable (TestScheduler) throws -> Void {
    { scheduler in
      let registry = scheduler.registry
      let news = try registry.bindTopic("inproc://news", retaining: retaining)
      scheduler.spawn("sender") {
        try news.send("1")
        try news.send("2")
        news.close()
      }
      scheduler.spawn("joiner") {
        guard let mine = try? registry.subscribe(to: "inproc://news", capacity: capacity) else {
          return scheduler.observe("late")
        }
        scheduler.observe("[" + mine.messages.map { "\($0[0])" }.joined(separator: " ") + "]")
      }
      try scheduler.join()
    }
  }

  @Test(
    "who joins late gets what is sent from then on, and no other outcome is",
    arguments: [false, true])
  func late(checkpoints: Bool) async throws {
    #expect(
      try await outcomes(checkpoints: checkpoints, body: lateJoiner(retaining: 0))
        == ["[1 2]", "[2]", "[]", "late"])
  }

  @Test("who joins late at a topic that retains one misses what came before that, and nothing else")
  func lateAtRetaining() async throws {
    #expect(try await outcomes(body: lateJoiner(retaining: 1)) == ["[1 2]", "[2]", "late"])
    #expect(try await outcomes(body: lateJoiner(retaining: 2)) == ["[1 2]", "late"])
    #expect(
      try await outcomes(body: lateJoiner(retaining: 1, capacity: .latest(1)))
        == ["[1 2]", "[2]", "late"])
  }

  @Test(
    "a slow subscriber holds the sender up, and nobody misses or doubles a message",
    arguments: [Capacity.bounded(1), .rendezvous], [false, true])
  func slow(capacity: Capacity, checkpoints: Bool) async throws {
    let found = try await outcomes(checkpoints: checkpoints) { scheduler in
      let registry = scheduler.registry
      let news = try registry.bindTopic("inproc://news")
      let slow = try registry.subscribe(to: "inproc://news", capacity: capacity)
      let other = try registry.subscribe(to: "inproc://news")
      scheduler.spawn("slow") {
        scheduler.observe(slow.messages.map { "\($0[0])" }.joined())
      }
      for number in 1...2 { try news.send("\(number)") }
      news.close()
      try scheduler.join()
      scheduler.observe(other.drain().map { "\($0[0])" }.joined())
    }
    #expect(found == ["12 12"])
  }

  @Test("a message goes to two who wait for it without queues, or to neither")
  func rendezvous() async throws {
    let found = try await outcomes { scheduler in
      let registry = scheduler.registry
      let news = try registry.bindTopic("inproc://news")
      for name in ["a", "b"] {
        let mine = try registry.subscribe(to: "inproc://news", capacity: .rendezvous)
        scheduler.spawn(name) {
          scheduler.observe(failureCode { try mine.receive() } == nil ? "got" : "closed")
        }
      }
      scheduler.observe(try news.trySend("x") ? "sent" : "full")
      news.close()
      try scheduler.join()
    }
    #expect(found == ["sent got got", "full closed closed"])
  }

  @Test("two senders' messages come in the order of each, in the same order to everyone")
  func order() async throws {
    let found = try await outcomes { scheduler in
      let registry = scheduler.registry
      let news = try registry.bindTopic("inproc://news")
      let subscribers = try (0..<2).map { _ in
        try registry.subscribe(to: "inproc://news", capacity: 4)
      }
      for name in ["a", "b"] {
        scheduler.spawn(name) {
          let out = try registry.connect(to: "inproc://news")
          for number in 1...2 { try out.send("\(name)\(number)") }
        }
      }
      try scheduler.join()
      let seen = subscribers.map { $0.drain() }
      try scheduler.require(seen[0] == seen[1], "\(seen)")
      scheduler.observe(seen[0].map { "\($0[0])" }.joined())
      withExtendedLifetime(news) {}
    }
    #expect(
      found == ["a1a2b1b2", "a1b1a2b2", "a1b1b2a2", "b1a1a2b2", "b1a1b2a2", "b1b2a1a2"])
  }

  @Test(
    "an unbound topic ends for its subscribers with the last connection, in every order",
    arguments: [false, true])
  func ending(checkpoints: Bool) async throws {
    let found = try await outcomes(checkpoints: checkpoints) { scheduler in
      let registry = scheduler.registry
      let news = try registry.bindTopic("inproc://news")
      let mine = try registry.subscribe(to: "inproc://news", capacity: 1)
      let out = try registry.connect(to: "inproc://news")
      scheduler.spawn("sender") {
        try out.send("x")
        out.close()
      }
      scheduler.spawn("owner") { try registry.unbind("inproc://news") }
      scheduler.observe(mine.messages.map { "\($0[0])" }.joined())
      try scheduler.join()
      withExtendedLifetime(news) {}
    }
    #expect(found == ["x"])
  }

  @Test("values come to everyone in every order, as messages do")
  func values() async throws {
    struct Price: Sendable { var name: String }
    let found = try await outcomes { scheduler in
      let registry = scheduler.registry
      let prices = try registry.bindTopic("inproc://prices", of: Price.self)
      let early = try registry.subscribe(to: "inproc://prices", of: Price.self, capacity: 1)
      scheduler.spawn("early") { scheduler.observe(early.messages.map(\.name).joined()) }
      scheduler.spawn("late") {
        guard let mine = try? registry.subscribe(to: "inproc://prices", of: Price.self) else {
          return scheduler.observe("late")
        }
        scheduler.observe("[" + mine.messages.map(\.name).joined() + "]")
      }
      try prices.send(Price(name: "1"))
      prices.close()
      try scheduler.join()
    }
    #expect(found == ["1 [1]", "1 []", "1 late"])
  }
}
