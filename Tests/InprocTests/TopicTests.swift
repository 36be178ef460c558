import TestSupport
import Testing

@testable import Inproc

@Suite("Topics", .timeLimit(.minutes(1)))
struct TopicTests {
  let registry = Registry()

  @Test("everyone who has subscribed gets every message, whoever sends it")
  func everyone() async throws {
    let news = try registry.bindTopic("inproc://news")
    let subscribers = try (0..<3).map { _ in try registry.subscribe(to: "inproc://news") }
    let out = try registry.connect(to: "inproc://news")
    try await news.send("a")
    try await out.send("b \(1)")
    #expect(try news.trySend("c"))
    try await onThread { try out.send("d", timeout: .seconds(60)) }
    for subscriber in subscribers {
      #expect(try await subscriber.receive() == "a")
      #expect(subscriber.drain() == ["b 1", "c", "d"])
      #expect(subscriber.endpoint == news.endpoint)
    }
    #expect(news.subscriberCount == 3 && news.connectionCount == 1)
  }

  @Test("a message without subscribers is sent, and retained as far as the topic retains")
  func retained() async throws {
    let news = try registry.bindTopic("inproc://news", retaining: 3)
    let forgetful = try registry.bindTopic("inproc://forgetful")
    for number in 0..<5 {
      try await news.send(["\(number % 2 == 0 ? "even" : "odd")", "\(number)"])
    }
    try await forgetful.send("x")
    func got(_ capacity: Capacity, _ prefix: Frame = Frame()) throws -> [Message] {
      try registry.subscribe(to: "inproc://news", capacity: capacity, prefix: prefix).drain()
    }
    #expect(try got(.unbounded) == [["even", "2"], ["odd", "3"], ["even", "4"]])
    #expect(try got(.bounded(2)) == [["odd", "3"], ["even", "4"]])
    #expect(try got(.latest(1)) == [["even", "4"]])
    #expect(try got(.bounded(2), "even") == [["even", "2"], ["even", "4"]])
    #expect(try got(.unbounded, "odd!").isEmpty && got(.rendezvous).isEmpty)
    #expect(try registry.subscribe(to: "inproc://forgetful").isEmpty)
  }

  @Test("a prefix is compared with the bytes of the first frame")
  func prefixes() async throws {
    let news = try registry.bindTopic("inproc://news")
    let sport = try registry.subscribe(to: "inproc://news", prefix: "sport.")
    let bytes = try registry.subscribe(to: "inproc://news", prefix: [0xFF, 0x00])
    for message: Message in [
      "sport.chess", "sport", ["news", "sport."], [], [[0xFF, 0x00, 0x01], "x"], [[0xFF]],
    ] {
      try await news.send(message)
    }
    #expect(sport.drain() == ["sport.chess"])
    #expect(bytes.drain() == [[[0xFF, 0x00, 0x01], "x"]])
  }

  @Test("a bounded subscriber that is full makes senders wait, and nobody gets the message before")
  func bounded() async throws {
    let news = try registry.bindTopic("inproc://news", retaining: 9)
    let out = try registry.connect(to: "inproc://news")
    let slow = try registry.subscribe(to: "inproc://news", capacity: 1, prefix: "a")
    let other = try registry.subscribe(to: "inproc://news")
    try await out.send("a 1")
    #expect(try out.trySend("a 2") == false)
    #expect(out.isFull && news.isFull)
    #expect(await asyncFailureCode { try await out.send("a 3", timeout: .zero) } == .timedOut)
    try await out.send("b, which is nothing to the slow one")
    #expect(other.drain().count == 2)
    let sending = Task { try await out.send("a 4") }
    await untilSendersWait(out)
    #expect(other.isEmpty)
    #expect(try await slow.receive() == "a 1")
    try await sending.value
    #expect(slow.drain() == ["a 4"] && other.drain() == ["a 4"])
    #expect(try registry.subscribe(to: "inproc://news").count == 3)
  }

  @Test("a wait for a subscriber ends where that one goes, the connection or the topic")
  func waitsEnd() async throws {
    let news = try registry.bindTopic("inproc://news")
    let out = try registry.connect(to: "inproc://news")
    var slow: Receiver? = try registry.subscribe(to: "inproc://news", capacity: 1)
    try await out.send("1")
    let first = Task { try await out.send("2") }
    await untilSendersWait(out)
    slow = nil
    try await first.value
    #expect(news.subscriberCount == 0)

    slow = try registry.subscribe(to: "inproc://news", capacity: 1)
    try await out.send("3")
    let onThreads = Task { await onThread { failureCode { try out.send("4") } } }
    await untilSendersWait(out)
    out.close()
    #expect(await onThreads.value == .closed)

    let last = Task { await asyncFailureCode { try await news.send("5") } }
    await untilSendersWait(news)
    news.close()
    #expect(await last.value == .closed)
    #expect(slow?.drain() == ["3"])
  }

  @Test("cancelling a task that waits for a subscriber sends nothing")
  func cancelled() async throws {
    let news = try registry.bindTopic("inproc://news")
    let slow = try registry.subscribe(to: "inproc://news", capacity: 1)
    let other = try registry.subscribe(to: "inproc://news")
    try await news.send("1")
    let sending = Task { try await news.send("2") }
    await untilSendersWait(news)
    sending.cancel()
    #expect(await asyncFailureCode { try await sending.value } == .cancelled)
    #expect(slow.drain() == ["1"] && other.drain() == ["1"])
  }

  @Test("the latest messages never make a sender wait: the oldest give way")
  func latest() async throws {
    let news = try registry.bindTopic("inproc://news")
    let subscriber = try registry.subscribe(to: "inproc://news", capacity: .latest(2))
    for number in 0..<5 { #expect(try news.trySend("\(number)")) }
    #expect(subscriber.drain() == ["3", "4"] && !news.isFull)
  }

  @Test("a subscriber without a queue wants to wait for each message", arguments: [false, true])
  func rendezvous(selects: Bool) async throws {
    let news = try registry.bindTopic("inproc://news")
    let subscriber = try registry.subscribe(to: "inproc://news", capacity: .rendezvous)
    let other = try registry.subscribe(to: "inproc://news", capacity: .rendezvous)
    #expect(try news.trySend("x") == false)
    let sending = Task { try await news.send("y") }
    await untilSendersWait(news)
    let receiving = Task {
      selects
        ? try await select(.receive(from: subscriber) { $0 }) : try await subscriber.receive()
    }
    await untilReceiversWait(subscriber)
    #expect(try await other.receive() == "y")
    #expect(try await receiving.value == "y")
    try await sending.value
  }

  @Test("subscriptions end with what they have when the topic is closed or released")
  func topicEnds() async throws {
    for isReleased in [false, true] {
      var news: Topic? = try registry.bindTopic("inproc://news")
      let subscriber = try registry.subscribe(to: "inproc://news")
      let waiting = try registry.subscribe(to: "inproc://news", prefix: "nothing")
      let out = try registry.connect(to: "inproc://news")
      try await out.send("last")
      let receiving = Task { await asyncFailureCode { try await waiting.receive() } }
      await untilReceiversWait(waiting)
      if isReleased { news = nil } else { news?.close() }
      #expect(await receiving.value == .closed)
      #expect(await asyncFailureCode { try await out.send("late") } == .closed)
      #expect(failureCode { try registry.subscribe(to: "inproc://news") } == .notFound)
      var seen: [Message] = []
      for await message in subscriber { seen.append(message) }
      #expect(seen == ["last"])
      withExtendedLifetime(news) {}
    }
  }

  @Test(
    "once it is unbound, subscriptions last as long as the last connection", arguments: [0, 1, 2])
  func unbound(way: Int) async throws {
    let news = try registry.bindTopic("inproc://news")
    let subscriber = try registry.subscribe(to: "inproc://news")
    var out: Sender? = way == 2 ? nil : try registry.connect(to: "inproc://news")
    let receiving = Task { await asyncFailureCode { try await subscriber.receive() } }
    await untilReceiversWait(subscriber)
    if way == 1 { try registry.unbind("inproc://news") } else { news.unbind() }
    if way != 2 {
      #expect(!subscriber.isDisconnected)
      if way == 1 { out?.close() }
      out = nil
    }
    #expect(await receiving.value == .closed)
    try await news.send("own half")
    #expect(subscriber.drain() == ["own half"])
  }

  @Test("closing a subscription drops what it has, and leaves the others alone")
  func subscriptionEnds() async throws {
    let news = try registry.bindTopic("inproc://news")
    let first = try registry.subscribe(to: "inproc://news")
    let second = try registry.subscribe(to: "inproc://news")
    first.close()
    #expect(news.subscriberCount == 1)
    try await news.send("x")
    #expect(first.isEmpty && second.count == 1)
    #expect(await asyncFailureCode { try await first.receive() } == .closed)
  }

  @Test("who subscribes before there is a topic waits for it")
  func waiting() async throws {
    #expect(
      await asyncFailureCode {
        try await registry.subscribe(to: "inproc://news", waiting: .milliseconds(1))
      } == .timedOut)
    let inTask = Task { try await registry.subscribe(to: "inproc://news", waiting: nil) }
    let onThreads = Task { [registry] in
      try await onThread {
        try registry.subscribe(
          to: "inproc://news", capacity: .latest(1), prefix: "b", waiting: .seconds(60))
      }
    }
    let endpoint = try Endpoint("inproc://news")
    await until { registry.waitingConnects(endpoint) == 2 }
    let news = try registry.bindTopic(endpoint)
    let subscribers = (try await inTask.value, try await onThreads.value)
    try await news.send("a")
    try await news.send("b")
    #expect(subscribers.0.drain() == ["a", "b"] && subscribers.1.drain() == ["b"])
  }

  @Test("what is no topic is refused, and a topic where something else is asked for")
  func refused() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let server = try registry.bindBidirectional("inproc://echo")
    for endpoint in ["inproc://jobs", "inproc://echo"] {
      #expect(failureCode { try registry.subscribe(to: endpoint) } == .notATopic)
      #expect(
        await asyncFailureCode { try await registry.subscribe(to: endpoint, waiting: nil) }
          == .notATopic)
    }
    #expect(failureCode { try registry.bindTopic("inproc://jobs") } == .addressInUse)
    #expect(failureCode { try registry.subscribe(to: "inproc://news") } == .notFound)
    let news = try registry.bindTopic("inproc://news")
    #expect(failureCode { try registry.bind("inproc://news") } == .addressInUse)
    #expect(
      failureCode { try registry.connectBidirectional(to: "inproc://news") } == .notBidirectional)
    #expect(failureCode { try registry.subscribe(to: "news") } == .invalidEndpoint)
    for capacity in [Capacity.bounded(-1), .latest(0)] {
      #expect(
        failureCode { try registry.subscribe(to: "inproc://news", capacity: capacity) }
          == .invalidValue)
    }
    #expect(
      failureCode { try registry.bindTopic("inproc://other", retaining: -1) } == .invalidValue)
    withExtendedLifetime((jobs, server, news)) {}
  }

  @Test("nobody but the topic sends to a subscription")
  func ownSender() async throws {
    let news = try registry.bindTopic("inproc://news")
    let subscriber = try registry.subscribe(to: "inproc://news", capacity: 1)
    let own = subscriber.makeSender()
    #expect(await asyncFailureCode { try await own.send("x") } == .closed)
    #expect(failureCode { try own.weak.upgrade() } == .closed)
    try await news.send("y")
    #expect(subscriber.drain() == ["y"] && news.subscriberCount == 1)
  }

  @Test("several messages at once go to all, and a wait for their receipt is one for all")
  func batches() async throws {
    let news = try registry.bindTopic("inproc://news")
    let out = try registry.connect(to: "inproc://news")
    let slow = try registry.subscribe(to: "inproc://news", capacity: 2)
    let other = try registry.subscribe(to: "inproc://news")
    #expect(try out.trySend(contentsOf: ["1", "2", "3"]) == 2)
    #expect(
      await asyncFailureCode { try await out.send(contentsOf: ["3"], timeout: .zero) } == .timedOut)
    let sending = Task { try await out.send(contentsOf: ["3", "4", "5"]) }
    var seen: [Message] = []
    for _ in 0..<5 { seen.append(try await slow.receive()) }
    #expect(try await sending.value == 3)
    #expect(seen == ["1", "2", "3", "4", "5"] && other.count == 5)
    let receipt = Task { try await out.waitUntilReceived() }
    await until { other.inbound.channel.waitingForReceipt == 1 }
    _ = other.drain()
    try await receipt.value
    withExtendedLifetime(news) {}
  }

  @Test("a selection sends to a topic once it has room", arguments: [false, true])
  func selecting(onThreads: Bool) async throws {
    let news = try registry.bindTopic("inproc://news")
    let slow = try registry.subscribe(to: "inproc://news", capacity: 1)
    let inbox = try registry.bind("inproc://inbox")
    try await news.send("1")
    let selecting = Task {
      if onThreads {
        return try await onThread {
          try select(.receive(from: inbox) { _ in 0 }, .send("2", over: news) { 1 })
        }
      }
      return try await select(.receive(from: inbox) { _ in 0 }, .send("2", over: news) { 1 })
    }
    await untilReceiversWait(inbox)
    #expect(try await slow.receive() == "1")
    #expect(try await selecting.value == 1)
    #expect(slow.drain() == ["2"])
    #expect(try await select(.room(at: news) { 1 }) == 1)
  }

  @Test("a listing tells topics and their subscribers")
  func listing() throws {
    let news = try registry.bindTopic("inproc://news", retaining: 1)
    let subscriber = try registry.subscribe(to: "inproc://news")
    let out = try registry.connect(to: "inproc://news")
    try news.trySendNow("x")
    #expect(
      registry.endpoints == [
        EndpointStatus(
          endpoint: news.endpoint, queued: 0, connections: 1, capacity: .unbounded,
          isBidirectional: false, subscribers: 1)
      ])
    withExtendedLifetime((subscriber, out)) {}
  }

  @Test("observers are told of a topic, its subscribers, and what each of them gets")
  func observed() async throws {
    let events = registry.events()
    let news = try registry.bindTopic("inproc://news", retaining: 1)
    let out = try registry.connect(to: "inproc://news")
    try out.trySendNow("a")
    let first = try registry.subscribe(to: "inproc://news", capacity: .latest(1))
    let second = try registry.subscribe(to: "inproc://news", prefix: "c")
    try out.trySendNow("b")
    _ = try await first.receive()
    second.close()
    news.close()
    typealias Kind = Registry.Event.Kind
    let expected: [(kind: Kind, message: Message?)] = [
      (.boundTopic(retaining: 1), nil), (.connected, nil),
      (.subscribed(capacity: .latest(1)), nil), (.sent, "a"),
      (.subscribed(capacity: .unbounded), nil), (.dropped(1), "a"), (.sent, "b"),
      (.received, "b"), (.closed, nil), (.unbound, nil), (.closed, nil),
    ]
    var seen: [Registry.Event] = []
    for await event in events {
      seen.append(event)
      if seen.count == expected.count { break }
    }
    #expect(seen.map(\.kind) == expected.map(\.kind))
    #expect(seen.map(\.message) == expected.map(\.message))
    // What is sent over a connection names it, and each subscriber has a queue of its own.
    #expect(seen[6].connection == seen[1].connection && seen[3].connection == nil)
    #expect(Set([0, 2, 4].map { seen[$0].queue }).count == 3 && seen[2].queue == seen[6].queue)
    withExtendedLifetime(out) {}
  }

  @Test("nothing of a topic or a subscription stays behind")
  func lifetime() async throws {
    var news: Topic? = try registry.bindTopic("inproc://news", retaining: 1)
    var gone = [Weak(try #require(news).channel.storage)]
    var out: Sender? = try registry.connect(to: "inproc://news")
    for _ in 0..<3 {
      let subscriber = try registry.subscribe(to: "inproc://news", capacity: 4)
      try await out?.send("x")
      gone.append(Weak(subscriber.channel.storage))
    }
    #expect(news?.subscriberCount == 0)
    let last = try registry.subscribe(to: "inproc://news")
    gone[1...].forEach { #expect($0.object == nil) }
    gone.append(Weak(last.channel.storage))
    news = nil
    out = nil
    #expect(gone[0].object == nil && last.count == 1)
    _ = consume last
    #expect(gone.allSatisfy { $0.object == nil })
  }
}
