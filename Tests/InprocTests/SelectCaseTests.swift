import TestSupport
import Testing

@testable import Inproc

@Suite("Selecting cases", .timeLimit(.minutes(1)))
struct SelectCaseTests {
  let registry = Registry()

  private func channel(_ capacity: Capacity = .unbounded) throws -> (Sender, Receiver) {
    let (out, jobs) = try registry.makeChannel(capacity: capacity)
    return (out, jobs)
  }

  @Test("the first named that can be done is done, and nothing else")
  func firstNamed() throws {
    let (a, inA) = try channel()
    let (b, inB) = try channel()
    let (full, inFull) = try channel(1)
    try a.trySendNow("a")
    try b.trySendNow("b")
    try full.trySendNow("0")
    let first = try select(
      .send("1", over: full) { "sent" as Message }, .receive(from: inB) { $0 },
      .receive(from: inA) { $0 })
    #expect(first == "b")
    #expect(inA.count == 1 && inB.count == 0 && inFull.count == 1)
    _ = inFull.drain()
    #expect(
      try select(.send("1", over: full) { "sent" }, .message(at: inA) { "message" }) == "sent")
    #expect(inFull.drain() == ["1"] && inA.count == 1)
    #expect(try select(.message(at: inA) { 1 }, .room(at: full) { 2 }) == 1)
    #expect(try select(.room(at: full) { 2 }, .message(at: inA) { 1 }) == 2)
    #expect(inA.count == 1 && inFull.isEmpty)
  }

  @Test("a server's case is given a request that can be replied to", arguments: [false, true])
  func server(waits: Bool) async throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    let (_open, inbox) = try channel()
    if !waits { try client.trySendNow("ping") }
    let selecting = Task {
      try await onThread {
        try select(.receive(from: inbox) { _ in nil as Request? }, .receive(from: server) { $0 })
      }
    }
    if waits {
      await untilReceiversWait(inbox)
      try await client.send("ping")
    }
    try await selecting.value?.reply("pong")
    #expect(try await client.receive() == "pong")
    withExtendedLifetime(_open) {}
  }

  @Test("a fair selection lets each case have its turn")
  func fair() throws {
    let ends = try (0..<3).map { _ in try channel() }
    for (out, _) in ends { for _ in 0..<4 { try out.trySendNow("x") } }
    let turns = SelectOrder.Turns()
    let order = try (0..<12).map { _ in
      try select(
        .receive(from: ends[0].1) { _ in 0 }, .receive(from: ends[1].1) { _ in 1 },
        .receive(from: ends[2].1) { _ in 2 }, order: .fair(turns))
    }
    #expect(order == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
  }

  @Test("it waits for room and for messages, on a thread and in a task", arguments: [false, true])
  func waits(inTask: Bool) async throws {
    let (full, inFull) = try channel(1)
    let (out, inbox) = try channel()
    func chosen() -> Task<String, any Error> {
      Task {
        if inTask {
          return try await select(
            .receive(from: inbox) { $0[0].description }, .send("2", over: full) { "sent" })
        }
        return try await onThread {
          try select(
            .receive(from: inbox) { $0[0].description }, .send("2", over: full) { "sent" })
        }
      }
    }
    try full.trySendNow("1")
    let first = chosen()
    await untilSendersWait(full)
    #expect(try inFull.tryReceive() == "1")
    #expect(try await first.value == "sent")
    #expect(inFull.count == 1 && inbox.channel.waiting == (0, 0))
    let second = chosen()
    await untilSendersWait(full)
    try out.trySendNow("message")
    #expect(try await second.value == "message")
    #expect(inFull.drain() == ["2"] && inbox.isEmpty && full.channel.waiting == (0, 0))
  }

  @Test("at a rendezvous it meets who sends and who receives")
  func rendezvous() async throws {
    let (out, meeting) = try channel(.rendezvous)
    let sending = Task { try await select(.send("x", over: out) { true }) }
    await untilSendersWait(out)
    #expect(try await meeting.receive() == "x")
    #expect(try await sending.value)
    let receiving = Task { try await select(.receive(from: meeting) { $0 }) }
    await untilReceiversWait(meeting)
    try await out.send("y")
    #expect(try await receiving.value == "y")
    #expect(meeting.channel.waiting == (0, 0))
  }

  @Test("closed ends are passed over, until all are closed")
  func closed() async throws {
    let (a, inA) = try channel()
    let (b, inB) = try channel()
    a.close()
    try b.trySendNow("b")
    #expect(try await select(.receive(from: inA) { $0 }, .receive(from: inB) { $0 }) == "b")
    let end = try await select(.message(at: inA) { "end" }, .receive(from: inB) { _ in "b" })
    #expect(end == "end")
    let waiting = Task {
      await asyncFailureCode {
        try await select(.receive(from: inA) { $0 }, .receive(from: inB) { $0 })
      }
    }
    await untilReceiversWait(inB)
    b.close()
    #expect(await waiting.value == .closed)
    #expect(await asyncFailureCode { try await select(.send("x", over: a) {}) } == .closed)
    let (full, inFull) = try channel(1)
    try full.trySendNow("1")
    async let sending = onThread { failureCode { try select(.send("2", over: full) {}) } }
    await untilSendersWait(full)
    full.close()
    #expect(await sending == .closed)
    #expect(inFull.count == 1)
  }

  @Test("one that ends by time or by cancelling has done nothing")
  func ends() async throws {
    let (full, inFull) = try channel(1)
    let (out, inbox) = try channel()
    try full.trySendNow("1")
    let time = Duration.milliseconds(2)
    #expect(
      await onThread {
        failureCode { try select(.send("2", over: full) {}, .message(at: inbox) {}, timeout: time) }
      } == .timedOut)
    #expect(
      await asyncFailureCode {
        try await select(.room(at: full) {}, .receive(from: inbox) { _ in }, timeout: time)
      } == .timedOut)
    let waiting = Task {
      await asyncFailureCode {
        try await select(.send("2", over: full) {}, .receive(from: inbox) { _ in })
      }
    }
    await untilSendersWait(full)
    waiting.cancel()
    #expect(await waiting.value == .cancelled)
    #expect(inFull.drain() == ["1"])
    #expect(full.channel.waiting == (0, 0) && inbox.channel.waiting == (0, 0))
    withExtendedLifetime(out) {}
  }

  @Test("its bodies run where the caller does") @MainActor
  func isolation() async throws {
    let (out, inbox) = try channel()
    var seen: [Message] = []
    try out.trySendNow("x")
    try await select(.receive(from: inbox) { seen.append($0) })
    #expect(seen == ["x"])
  }
}
