import Synchronization
import TestSupport
import Testing

@testable import Inproc

@Suite("Topics of values", .timeLimit(.minutes(1)))
struct ValueTopicTests {
  private let registry = Registry()

  /// Too large to lie in a queue, and with a reference.
  private struct Price: Sendable, Equatable {
    var name: String
    var amount: Int
    var kept: Kept?
  }

  private final class Kept: Sendable, Equatable {
    let released: Counter
    init(_ released: Counter) { self.released = released }
    deinit { released.add() }
    static func == (left: Kept, right: Kept) -> Bool { left === right }
  }

  private final class Counter: Sendable {
    private let count = Atomic(0)
    func add() { count.add(1, ordering: .sequentiallyConsistent) }
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
  }

  @Test("everyone who has subscribed gets every value, whoever sends it")
  func everyone() async throws {
    let prices = try registry.bindTopic("inproc://prices", of: Price.self, retaining: 1)
    let subscribers = try (0..<3).map { _ in
      try registry.subscribe(to: "inproc://prices", of: Price.self)
    }
    let out = try registry.connect(to: "inproc://prices", of: Price.self)
    let values = (0..<4).map { Price(name: "tea", amount: $0) }
    try await prices.send(values[0])
    try await out.send(values[1])
    #expect(try prices.trySend(values[2]))
    try await onThread { try out.send(values[3], timeout: .seconds(60)) }
    for subscriber in subscribers {
      #expect(try await subscriber.receive() == values[0])
      #expect(subscriber.drain() == Array(values[1...]))
    }
    let late = try registry.subscribe(to: "inproc://prices", of: Price.self, capacity: .latest(4))
    #expect(try await late.receive() == values[3])
    #expect(prices.subscriberCount == 4 && prices.connectionCount == 1)
  }

  @Test("a small value comes to everyone, too, and a full subscriber holds the sender up")
  func small() async throws {
    let numbers = try registry.bindTopic("inproc://numbers", of: Int.self)
    let slow = try registry.subscribe(to: "inproc://numbers", of: Int.self, capacity: 1)
    let latest = try registry.subscribe(to: "inproc://numbers", of: Int.self, capacity: .latest(2))
    try await numbers.send(1)
    #expect(try numbers.trySend(2) == false && numbers.isFull)
    let sending = Task { for number in 2...4 { try await numbers.send(number) } }
    for number in 1...4 { #expect(try await slow.receive() == number) }
    try await sending.value
    #expect(latest.drain() == [3, 4])
    numbers.close()
    #expect(await asyncFailureCode { try await slow.receive() } == .closed)
    #expect(await asyncFailureCode { try await numbers.send(5) } == .closed)
  }

  @Test("a value is released once, after the last subscriber has let go of it")
  func released() async throws {
    let released = Counter()
    let prices = try registry.bindTopic("inproc://prices", of: Price.self, retaining: 1)
    let taking = try registry.subscribe(to: "inproc://prices", of: Price.self)
    var leaving: ValueReceiver<Price>? = try registry.subscribe(
      to: "inproc://prices", of: Price.self)
    let latest = try registry.subscribe(to: "inproc://prices", of: Price.self, capacity: .latest(1))
    for amount in 0..<3 {
      try await prices.send(Price(name: "tea", amount: amount, kept: Kept(released)))
    }
    #expect(released.value == 0)
    #expect(taking.drain().map(\.amount) == [0, 1, 2])
    #expect(released.value == 0)
    leaving = nil
    // The last one is retained, and queued at the subscriber of the latest.
    #expect(released.value == 2)
    prices.close()
    #expect(try await latest.receive().amount == 2)
    withExtendedLifetime(leaving) {}
  }

  @Test("another type, messages, or what is no topic is refused by name")
  func refused() async throws {
    let prices = try registry.bindTopic("inproc://prices", of: Price.self)
    let news = try registry.bindTopic("inproc://news")
    let jobs = try registry.bind("inproc://jobs", of: Price.self)
    let error = #expect(throws: InprocError.self) {
      try registry.subscribe(to: "inproc://prices", of: Int.self)
    }
    #expect(error?.code == .typeMismatch)
    #expect(error?.description.contains("Price") == true)
    #expect(error?.description.contains("Int") == true)
    #expect(failureCode { try registry.subscribe(to: "inproc://prices") } == .typeMismatch)
    #expect(failureCode { try registry.connect(to: "inproc://prices") } == .typeMismatch)
    #expect(
      failureCode { try registry.subscribe(to: "inproc://news", of: Int.self) } == .typeMismatch)
    #expect(
      failureCode { try registry.subscribe(to: "inproc://jobs", of: Price.self) } == .notATopic)
    #expect(
      await asyncFailureCode {
        try await registry.subscribe(to: "inproc://later", of: Int.self, waiting: .zero)
      } == .timedOut)
    withExtendedLifetime((prices, news, jobs)) {}
  }

  @Test("many threads get the same values in the same order")
  func stress() async throws {
    let prices = try registry.bindTopic("inproc://prices", of: Price.self)
    let receiving = try [Capacity.unbounded, .bounded(3), .rendezvous].map { capacity in
      let mine = try registry.subscribe(to: "inproc://prices", of: Price.self, capacity: capacity)
      return Task { await onThread { Array(mine.messages) } }
    }
    let sending = (0..<2).map { sender in
      Task { [registry] in
        let out = try registry.connect(to: "inproc://prices", of: Price.self)
        try await onThread {
          for amount in 0..<300 { try out.send(Price(name: "\(sender)", amount: amount)) }
        }
      }
    }
    for task in sending { try await task.value }
    prices.close()
    let first = await receiving[0].value
    for sender in ["0", "1"] {
      #expect(first.filter { $0.name == sender }.map(\.amount) == Array(0..<300))
    }
    for task in receiving.dropFirst() { #expect(await task.value == first) }
  }
}
