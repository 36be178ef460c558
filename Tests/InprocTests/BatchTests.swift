import AllocationCounting
import TestSupport
import Testing

@testable import Inproc

@Suite("Batches", .timeLimit(.minutes(1)))
struct BatchTests {
  let registry = Registry()

  private func numbers(_ range: Range<Int>) -> [Message] { range.map { Message(Frame("\($0)")) } }

  @Test(
    "a batch is what is there, in order, behind what the buffer holds",
    arguments: [Capacity.unbounded, 8, .latest(8)])
  func receives(_ capacity: Capacity) throws {
    let (out, jobs) = try registry.makeChannel(capacity: capacity)
    #expect(try out.send(contentsOf: numbers(0..<5)) == 5)
    var buffer: [Message] = ["mine"]
    #expect(try jobs.receive(into: &buffer, max: 3) == 3)
    #expect(buffer == ["mine", "0", "1", "2"])
    #expect(try jobs.tryReceive(into: &buffer, max: 100) == 2)
    #expect(buffer.count == 6)
    #expect(try jobs.tryReceive(into: &buffer, max: 1) == 0)
    #expect(failureCode { try jobs.receive(into: &buffer, max: 0) } == .invalidValue)
    #expect(failureCode { try jobs.tryReceive(into: &buffer, max: -1) } == .invalidValue)
    out.close()
    #expect(failureCode { try jobs.receive(into: &buffer, max: 1) } == .closed)
    #expect(failureCode { try jobs.tryReceive(into: &buffer, max: 1) } == .closed)
    #expect(buffer.count == 6)
  }

  @Test("a batch receive waits for the first message, on a thread and in a task")
  func waits() async throws {
    let (out, jobs) = try registry.makeChannel()
    async let threaded = onThread { () throws -> [Message] in
      var buffer: [Message] = []
      try jobs.receive(into: &buffer, max: 8)
      return buffer
    }
    await untilReceiversWait(jobs)
    try out.trySendNow("1")
    #expect(try await threaded == ["1"])
    let suspended = Task { () async throws -> [Message] in
      var buffer: [Message] = []
      try await jobs.receive(into: &buffer, max: 8)
      return buffer
    }
    await untilReceiversWait(jobs)
    try out.trySendNow("2")
    #expect(try await suspended.value == ["2"])
  }

  @Test("a batch receive that ends early leaves the buffer as it was")
  func ends() async throws {
    let (out, jobs) = try registry.makeChannel()
    let threaded = await onThread { () -> (InprocError.Code?, [Message]) in
      var buffer: [Message] = ["mine"]
      let first = failureCode { try jobs.receive(into: &buffer, max: 8, timeout: .milliseconds(1)) }
      let second = failureCode { try jobs.receive(into: &buffer, max: 8, until: .now) }
      return (first == second ? first : nil, buffer)
    }
    #expect(threaded == (.timedOut, ["mine"]))
    var buffer: [Message] = []
    #expect(
      await asyncFailureCode {
        try await jobs.receive(into: &buffer, max: 8, timeout: .milliseconds(1))
      }
        == .timedOut)
    #expect(
      await asyncFailureCode { try await jobs.receive(into: &buffer, max: 8, until: .now) }
        == .timedOut)
    let task = Task { () async -> InprocError.Code? in
      var buffer: [Message] = []
      return await asyncFailureCode { try await jobs.receive(into: &buffer, max: 8) }
    }
    await untilReceiversWait(jobs)
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(jobs.channel.waiting == (0, 0))
    withExtendedLifetime(out) {}
  }

  @Test("a batch frees all its places: senders that wait go on")
  func makesRoom() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 2)
    #expect(try out.trySend(contentsOf: numbers(0..<5)) == 2)
    async let sent = onThread { try out.send(contentsOf: numbers(2..<9)) }
    var buffer: [Message] = []
    while buffer.count < 9 { try await jobs.receive(into: &buffer, max: 4) }
    #expect(buffer == numbers(0..<9))
    #expect(try await sent == 7)
  }

  @Test("at a rendezvous a batch takes from all who wait")
  func rendezvous() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: .rendezvous)
    let out = try registry.connect(to: "inproc://jobs")
    async let a = onThread { failureCode { try out.send("x") } }
    async let b = onThread { try out.send(contentsOf: ["x"]) }
    await untilSendersWait(out, 2)
    var buffer: [Message] = []
    #expect(jobs.drain(into: &buffer) == 0)
    #expect(try await jobs.receive(into: &buffer, max: 8) == 2)
    #expect(await a == nil)
    #expect(try await b == 1)
    #expect(try out.trySend(contentsOf: ["y"]) == 0)
  }

  @Test("what was not sent is told by the count, and the reason by the next call")
  func sends() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 2)
    let all = numbers(0..<5)
    let first = try await onThread { try out.send(contentsOf: all, timeout: .milliseconds(2)) }
    #expect(first == 2)
    #expect(
      await onThread {
        failureCode { try out.send(contentsOf: all[2...], timeout: .milliseconds(2)) }
      }
        == .timedOut)
    #expect(
      await asyncFailureCode {
        try await out.send(contentsOf: all[2...], timeout: .milliseconds(2))
      }
        == .timedOut)
    let sending = Task { try await out.send(contentsOf: all[2...]) }
    await untilSendersWait(out)
    #expect(try jobs.tryReceive() == "0")
    await untilSendersWait(out)
    sending.cancel()
    let second = (try? await sending.value) ?? 0
    // It was cancelled after it sent one, or before, and the rest was not sent.
    var buffer: [Message] = []
    jobs.drain(into: &buffer)
    #expect(buffer == numbers(1..<(2 + second)))
    jobs.close()
    #expect(failureCode { try out.trySend(contentsOf: all) } == .closed)
    #expect(failureCode { try out.send(contentsOf: all) } == .closed)
    #expect(try out.trySend(contentsOf: []) == 0)
  }

  @Test("a server's batch can be answered, and observers see each message of a batch")
  func serversAndObservers() async throws {
    let events = Guarded<[Registry.Event]>([])
    let observing = try registry.observe { event in events.withLock { $0.append(event) } }
    try answer()
    func count(_ kind: Registry.Event.Kind) -> Int {
      events.withLock { $0.count { $0.kind == kind } }
    }
    await until { count(.received) == 4 }
    #expect(count(.sent) == 4)
    observing.cancel()
  }

  private func answer() throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    #expect(try client.send(contentsOf: ["1", "2"]) == 2)
    var requests: [Request] = []
    #expect(try server.receive(into: &requests, max: 8) == 2)
    for request in requests { try request.reply(request.message) }
    var replies: [Message] = []
    #expect(client.drain(into: &replies) == 2)
    #expect(replies == ["1", "2"])
  }

  @Test("a batch and a drain into a buffer with capacity allocate nothing")
  func allocations() throws {
    guard counts_allocations() else { return }
    let (out, jobs) = try registry.makeChannel()
    var buffer: [Message] = []
    buffer.reserveCapacity(64)
    let batch = numbers(0..<32)
    var counts = [0, 0]
    for _ in 0..<100 {
      _ = try out.trySend(contentsOf: batch)
      let start = allocations_so_far()
      _ = try jobs.tryReceive(into: &buffer, max: 16)
      let received = allocations_so_far()
      jobs.drain(into: &buffer)
      let drained = allocations_so_far()
      buffer.removeAll(keepingCapacity: true)
      // Of the last round: the first ones fill what is kept.
      counts = [Int(received - start), Int(drained - received)]
    }
    #expect(counts == [0, 0])
  }

  @Test("receiving in a task allocates nothing where a message is there")
  func asyncAllocations() async throws {
    guard counts_allocations() else { return }
    let (out, jobs) = try registry.makeChannel()
    var most = 0
    for round in 0..<2 {
      for _ in 0..<100 { try out.trySendNow("x") }
      let before = allocations_so_far()
      for _ in 0..<100 { try await jobs.receive() }
      most = round == 0 ? 0 : allocations_so_far() - before
    }
    #expect(most == 0)
  }
}

@Suite("Until all was received", .timeLimit(.minutes(1)))
struct ReceiptTests {
  let registry = Registry()

  /// Waits until a call waits for receipts.
  private func untilWaiting(_ out: Sender, _ count: Int = 1) async {
    await until { out.channel.waitingForReceipt == count }
  }

  @Test("it waits for what was sent before, not for what comes later", arguments: [false, true])
  func waits(inTask: Bool) async throws {
    let (out, jobs) = try registry.makeChannel()
    try await out.waitUntilReceived()
    try out.trySendNow("1")
    try out.trySendNow("2")
    let waiting = Task {
      inTask
        ? await asyncFailureCode { try await out.waitUntilReceived() }
        : await onThread { failureCode { try out.waitUntilReceived() } }
    }
    await untilWaiting(out)
    try out.trySendNow("3")
    #expect(try jobs.tryReceive() == "1")
    #expect(out.channel.waitingForReceipt == 1)
    var buffer: [Message] = []
    #expect(try jobs.tryReceive(into: &buffer, max: 1) == 1)
    #expect(await waiting.value == nil)
    #expect(jobs.count == 1 && out.channel.waitingForReceipt == 0)
  }

  @Test("it works over a closed connection, and with an unbound endpoint")
  func afterClose() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 4)
    try out.trySendNow("1")
    out.close()
    async let waited = onThread { failureCode { try out.waitUntilReceived() } }
    await untilWaiting(out)
    jobs.close()
    #expect(jobs.drain() == ["1"])
    #expect(await waited == nil)
  }

  @Test("what is dropped with its receiver was not received, what came before was")
  func dropped() async throws {
    let (out, jobs) = try registry.makeChannel()
    try out.trySendNow("1")
    async let first = onThread { failureCode { try out.waitUntilReceived() } }
    await untilWaiting(out)
    try out.trySendNow("2")
    async let second = asyncFailureCode { try await out.waitUntilReceived() }
    await untilWaiting(out, 2)
    #expect(try jobs.tryReceive() == "1")
    jobs.discard()
    #expect(await first == nil)
    #expect(await second == .closed)
    #expect(await asyncFailureCode { try await out.waitUntilReceived() } == .closed)
  }

  @Test("it ends by time and by cancelling, and leaves its line")
  func ends() async throws {
    let (out, jobs) = try registry.makeChannel()
    try out.trySendNow("1")
    let time = Duration.milliseconds(2)
    #expect(
      await onThread { failureCode { try out.waitUntilReceived(timeout: time) } } == .timedOut)
    #expect(await asyncFailureCode { try await out.waitUntilReceived(timeout: time) } == .timedOut)
    let task = Task { await asyncFailureCode { try await out.waitUntilReceived() } }
    await untilWaiting(out)
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(out.channel.waitingForReceipt == 0)
    #expect(jobs.drain() == ["1"])
  }

  @Test("a message that gave way to newer ones is not waited for")
  func latest() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: .latest(1))
    try out.trySendNow("1")
    async let waited = onThread { failureCode { try out.waitUntilReceived() } }
    await untilWaiting(out)
    try out.trySendNow("2")
    #expect(await waited == nil)
    #expect(jobs.drain() == ["2"])
  }
}
