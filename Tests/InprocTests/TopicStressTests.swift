import TestSupport
import Testing

@testable import Inproc

@Suite("Topics, many threads at once", .timeLimit(.minutes(2)))
struct TopicStressTests {
  let registry = Registry()
  private static let senders = ["a", "b"]

  /// What every subscriber gets of one sender.
  private func expected(_ sender: String, _ count: Int) -> [Message] {
    (0..<count).map { [Frame(sender), Frame("\($0)")] }
  }

  /// Sends so many messages from each of several threads, and closes the topic.
  private func send(_ count: Int, to news: Topic) async throws {
    let threads = Self.senders.map { name in
      Task { [registry] in
        let out = try registry.connect(to: news.endpoint)
        try await onThread {
          for number in 0..<count { try out.send([Frame(name), "\(number)"]) }
        }
      }
    }
    for thread in threads { try await thread.value }
    news.close()
  }

  private func check(_ seen: [Message], _ count: Int, _ name: Comment) {
    for sender in Self.senders {
      #expect(seen.filter { $0.first == Frame(sender) } == expected(sender, count), name)
    }
    #expect(seen.count == count * Self.senders.count, name)
  }

  @Test(
    "nobody misses, doubles or reorders a message, whatever the queues", arguments: [false, true])
  func everyone(isObserved: Bool) async throws {
    let observation = isObserved ? try registry.observe { _ in } : nil
    let news = try registry.bindTopic("inproc://news")
    let capacities = [Capacity.unbounded, .bounded(1), .bounded(7), .rendezvous, .rendezvous]
    let receiving = try capacities.map { capacity in
      let mine = try registry.subscribe(to: "inproc://news", capacity: capacity)
      return Task { await onThread { Array(mine.messages) } }
    }
    let task = try registry.subscribe(to: "inproc://news", capacity: .bounded(2))
    let inTask = Task {
      var seen: [Message] = []
      for await message in task { seen.append(message) }
      return seen
    }
    try await send(200, to: news)
    let first = await receiving[0].value
    check(first, 200, "unbounded")
    for (capacity, subscriber) in zip(capacities, receiving).dropFirst() {
      #expect(await subscriber.value == first, "\(capacity)")
    }
    #expect(await inTask.value == first)
    observation?.cancel()
  }

  @Test("a selection that turns to something else while it is handed a message gets it after all")
  func selecting() async throws {
    let news = try registry.bindTopic("inproc://news")
    let mine = try registry.subscribe(to: "inproc://news", capacity: .rendezvous)
    let all = try registry.subscribe(to: "inproc://news")
    // Others send here, so that the selection often chooses this at the moment when the topic does it.
    let (out, other) = try registry.makeChannel(capacity: .rendezvous)
    let noise = Task { await onThread { while (try? out.send("noise")) != nil {} } }
    let selecting = Task {
      await onThread {
        var seen: [Message] = []
        while !mine.isDisconnected {
          let message = try? select(.receive(from: mine) { $0 }, .receive(from: other) { $0 })
          if let message, message != "noise" { seen.append(message) }
        }
        other.close()
        return seen
      }
    }
    try await send(300, to: news)
    check(await selecting.value, 300, "selecting")
    check(all.drain(), 300, "all")
    await noise.value
  }

  @Test("those who come and go see a whole stretch of what was sent", arguments: [0, 3])
  func comingAndGoing(retaining: Int) async throws {
    let news = try registry.bindTopic("inproc://news", retaining: retaining)
    let guests = (0..<2).map { _ in
      Task { [registry] in
        await onThread {
          var stretches: [[Message]] = []
          while let mine = try? registry.subscribe(to: "inproc://news", capacity: 2) {
            stretches.append([mine.messages.next(), mine.messages.next()].compactMap { $0 })
          }
          return stretches
        }
      }
    }
    try await send(100, to: news)
    for guest in guests {
      for stretch in await guest.value {
        for sender in Self.senders {
          let numbers = stretch.filter { $0[0] == Frame(sender) }.compactMap { Int("\($0[1])") }
          #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
        }
      }
    }
    #expect(news.subscriberCount == 0)
  }
}
