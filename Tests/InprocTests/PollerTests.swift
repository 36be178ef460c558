import TestSupport
import Testing

@testable import Inproc

@Suite("Polling many ends", .timeLimit(.minutes(1)))
struct PollerTests {
  let registry = Registry()

  private func channels(
    _ count: Int, _ capacity: Capacity = .unbounded
  ) throws -> (outs: [Sender], inboxes: [Receiver]) {
    let ends = try (0..<count).map { _ in try registry.makeChannel(capacity: capacity) }
    return (ends.map(\.sender), ends.map(\.receiver))
  }

  @Test("it finds each end that has something, the first named first", arguments: [2, 64, 65, 300])
  func firstNamed(count: Int) throws {
    let (outs, inboxes) = try channels(count)
    let poller = Poller(among: inboxes)
    #expect(poller.poll() == nil)
    try outs[count - 1].trySendNow("last")
    #expect(poller.poll() == count - 1)
    try outs[0].trySendNow("first")
    #expect(poller.poll() == 0 && poller.poll() == 0)
    #expect(try inboxes[0].tryReceive() == "first")
    #expect(poller.poll() == count - 1)
    #expect(try inboxes[count - 1].tryReceive() == "last")
    #expect(poller.poll() == nil)
    for out in outs { try out.trySendNow("x") }
    for index in 0..<count {
      #expect(poller.poll() == index)
      #expect(try inboxes[index].tryReceive() == "x")
    }
    #expect(poller.poll() == nil)
  }

  @Test("a fair one lets each end have its turn")
  func fair() throws {
    let (outs, inboxes) = try channels(3)
    for out in outs { for _ in 0..<2 { try out.trySendNow("x") } }
    let poller = Poller(inboxes[0], inboxes[1], inboxes[2], order: .fair(SelectOrder.Turns()))
    let order = try (0..<6).map { _ in
      let index = poller.poll() ?? -1
      _ = try inboxes[index].tryReceive()
      return index
    }
    #expect(order == [0, 1, 2, 0, 1, 2])
  }

  @Test("it waits, on a thread and in a task", arguments: [false, true], [Capacity.unbounded, 0])
  func waits(inTask: Bool, capacity: Capacity) async throws {
    let (outs, inboxes) = try channels(70, capacity)
    for round in 0..<3 {
      let waiting = Task {
        if inTask { return try await Poller(among: inboxes).wait() }
        return try await onThread { try Poller(among: inboxes).wait() }
      }
      await untilReceiversWait(inboxes[69])
      async let sending: Void = outs[60 + round].send("x")
      #expect(try await waiting.value == 60 + round)
      #expect(inboxes.allSatisfy { $0.channel.waiting.receivers == 0 })
      #expect(try await inboxes[60 + round].receive() == "x")
      try await sending
    }
  }

  @Test("one that is woken in vain waits on, and takes nothing from others")
  func vain() async throws {
    let (outs, inboxes) = try channels(2)
    let poller = Poller(among: inboxes)
    // Its node is queued from here on, and must not keep the message from a receive that blocks behind it.
    #expect(
      await asyncFailureCode { try await poller.wait(timeout: .milliseconds(2)) } == .timedOut)
    let receiving = Task { try await inboxes[1].receive() }
    await untilReceiversWait(inboxes[1], 2)
    try await outs[1].send("theirs")
    #expect(try await receiving.value == "theirs")
    #expect(poller.poll() == nil)
    #expect(
      await asyncFailureCode { try await poller.wait(timeout: .milliseconds(2)) } == .timedOut)
    try await outs[1].send("mine")
    #expect(try await poller.wait(timeout: .seconds(5)) == 1)
  }

  @Test(
    "messages that come one by one are found without queueing, and one after a pause too")
  func oneByOne() async throws {
    let (outs, inboxes) = try channels(20)
    let poller = Poller(among: inboxes)
    // 16 are checked directly, the nodes of the others are queued; after many failed checks all are.
    for round in 0..<200 {
      let index = round % 3 == 0 ? 19 : round % 16
      try outs[index].trySendNow("x")
      #expect(poller.poll() == index)
      #expect(try inboxes[index].tryReceive() == "x")
      #expect(poller.poll() == nil)
    }
    for index in inboxes.indices {
      let waiting = Task { try await onThread { try inboxes[index].receive() } }
      try outs[index].trySendNow("theirs")
      #expect(try await waiting.value == "theirs")
      try outs[index].trySendNow("mine")
      #expect(try await poller.wait(timeout: .seconds(5)) == index)
      _ = try inboxes[index].tryReceive()
    }
  }

  @Test("what is closed is found until it is removed; without ends nothing can come")
  func closed() async throws {
    let (outs, inboxes) = try channels(2)
    let poller = Poller(among: inboxes)
    #expect(poller.poll() == nil)
    outs[1].close()
    #expect(poller.poll() == 1 && poller.poll() == 1)
    #expect(failureCode { try inboxes[1].tryReceive() } == .closed)
    poller.remove(at: 1)
    poller.remove(at: 1)
    poller.remove(at: 7)
    #expect(poller.poll() == nil)
    try await outs[0].send("x")
    #expect(try await poller.wait() == 0)
    poller.remove(at: 0)
    #expect(await asyncFailureCode { try await poller.wait() } == .closed)
    #expect(failureCode { try Poller(among: []).waitNow() } == .closed)
    #expect(inboxes[0].channel.waiting == (0, 0))
  }

  @Test("a wait that ends by time or by cancelling leaves the poller usable")
  func ends() async throws {
    let (outs, inboxes) = try channels(3)
    let cancelled = Task {
      let poller = Poller(among: inboxes)
      let code = await asyncFailureCode { try await poller.wait() }
      return (code, poller.poll())
    }
    await untilReceiversWait(inboxes[2])
    cancelled.cancel()
    #expect(await cancelled.value == (.cancelled, nil))
    #expect(inboxes.allSatisfy { $0.channel.waiting == (0, 0) })
    let result = try await onThread {
      let poller = Poller(among: inboxes)
      let late = failureCode { try poller.wait(timeout: .milliseconds(2)) }
      try outs[1].trySendNow("x")
      return (late, try poller.wait())
    }
    #expect(result == (.timedOut, 1))
  }

  @Test("servers and clients are polled, too")
  func bidirectional() throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    let poller = Poller(client, server)
    #expect(poller.poll() == nil)
    try client.trySendNow("ping")
    #expect(poller.poll() == 1)
    try server.tryReceive()?.reply("pong")
    #expect(poller.poll() == 0)
  }
}

extension Poller {
  /// Blocks the test's thread, and may therefore only where it does not block.
  fileprivate func waitNow() throws -> Int { try wait(timeout: .zero) }
}
