import TestSupport
import Testing

@testable import Inproc

@Suite("Observing a registry", .timeLimit(.minutes(1)))
struct ObservationTests {
  typealias Event = Registry.Event
  let registry = Registry()

  /// The next events.
  private func take(_ count: Int, _ events: Registry.Events) async -> [Event] {
    var taken: [Event] = []
    for await event in events {
      taken.append(event)
      if taken.count == count { break }
    }
    return taken
  }

  @Test("an endpoint's life: bound, connected, sent, received, disconnected, unbound, closed")
  func life() async throws {
    let events = registry.events()
    let jobs = try registry.bind("inproc://jobs", capacity: 8)
    let out = try registry.connect(to: "inproc://jobs")
    try out.trySendNow(["a", "bc"])
    _ = try jobs.tryReceive()
    out.close()
    jobs.close()
    let seen = await take(7, events)
    #expect(
      seen.map(\.kind) == [
        .bound(capacity: 8, isBidirectional: false), .connected, .sent, .received, .disconnected,
        .unbound, .closed,
      ])
    #expect(seen.map(\.number) == Array(1...7))
    #expect(seen.allSatisfy { $0.endpoint?.name == "jobs" && $0.queue == seen[0].queue })
    #expect(seen[1].connection == seen[2].connection && seen[1].connection == seen[4].connection)
    #expect(seen[2].message == ["a", "bc"] && seen[2].frameCount == 2 && seen[2].byteCount == 3)
    #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.instant <= $1.instant })
  }

  @Test("a receive has the sequence number of its send, whatever came before it")
  func joined() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    for text in ["old", "older"] { try out.trySendNow(Message(Frame(text))) }
    let events = registry.events()
    try out.trySendNow("new")
    #expect(jobs.drain().count == 3)
    try out.trySendNow("last")
    _ = try jobs.tryReceive()
    let seen = await take(6, events)
    let sent = seen.filter { $0.kind == .sent }
    for event in sent {
      let received = seen.first { $0.kind == .received && $0.sequence == event.sequence }
      #expect(received?.message == event.message)
    }
    #expect(sent.map(\.sequence) == [3, 4])
  }

  @Test(
    "a task that has a name is told by it, whatever it does, and a task that has none is a task")
  func taskNames() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: .rendezvous)
    let out = jobs.makeSender()
    let events = registry.events()
    let named = Task(name: "worker") {
      // Is handed the first message, and takes the second.
      for _ in 0..<2 { try await jobs.receive() }
      return try await registry.connect(to: "inproc://later", waiting: nil)
    }
    await untilReceiversWait(jobs)
    try await out.send("1")
    await untilReceiversWait(jobs)
    try await out.send("2")
    let later = try Endpoint("inproc://later")
    await until { registry.waitingConnects(later) == 1 }
    let bound = try registry.bind(later)
    _ = try await named.value
    // blocked, sent, received and woken twice, then blocked, bound, woken and connected.
    let seen = await take(12, events)
    let own: [Event.Kind] = [
      .blocked(.receive), .received, .woken(.receive, .served), .blocked(.connect),
      .woken(.connect, .served), .connected,
    ]
    for event in seen {
      #expect(
        event.thread.isTask && event.thread.name == (own.contains(event.kind) ? "worker" : "task"))
    }
    #expect(Set(seen.filter { $0.thread.name == "worker" }.map(\.thread)).count == 1)
    withExtendedLifetime(bound) {}
  }

  @Test("numbers given while someone observed are not given again")
  func epochs() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    var numbers: [UInt64?] = []
    for _ in 0..<2 {
      let events = registry.events()
      try out.trySendNow("a")
      try out.trySendNow("b")
      numbers += await take(2, events).map(\.sequence)
    }
    // Four are queued, and left while no one looked.
    _ = jobs.drain()
    #expect(Set(numbers).count == 4)
  }

  @Test("a wait is told with its operation and how it ended, on the thread that waited")
  func waits() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    let events = registry.events()
    async let received = onThread { try jobs.receive() }
    await untilReceiversWait(jobs)
    try out.trySendNow("x")
    _ = try await received
    let seen = await take(4, events)
    #expect(
      seen.map(\.kind) == [.blocked(.receive), .sent, .received, .woken(.receive, .served)])
    #expect(seen[0].thread.name == "test" && !seen[0].thread.isTask)
    #expect(seen[0].thread == seen[2].thread && seen[0].thread == seen[3].thread)
    #expect(seen[1].thread.isTask)
  }

  @Test("deadlines, closing and cancellation end a wait each with its own result")
  func endings() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let events = registry.events()
    _ = await asyncFailureCode { try await jobs.receive(timeout: .zero) }
    let task = Task { await asyncFailureCode { try await jobs.receive() } }
    await untilReceiversWait(jobs)
    task.cancel()
    _ = await task.value
    async let closed = onThread { failureCode { try jobs.receive() } }
    await untilReceiversWait(jobs)
    try registry.unbind("inproc://jobs")
    _ = await closed
    async let missing = onThread {
      failureCode { try registry.connect(to: "inproc://none", waiting: .zero) }
    }
    _ = await missing
    let kinds = await take(9, events).map(\.kind)
    #expect(
      kinds == [
        .blocked(.receive), .woken(.receive, .timedOut),
        .blocked(.receive), .woken(.receive, .cancelled),
        .blocked(.receive), .unbound, .woken(.receive, .closed),
        .blocked(.connect), .woken(.connect, .timedOut),
      ])
  }

  @Test("at a rendezvous each end is told of its own thread", arguments: [true, false])
  func rendezvous(receiverFirst: Bool) async throws {
    let meet = try registry.bind("inproc://meet", capacity: .rendezvous)
    let out = try registry.connect(to: "inproc://meet")
    let events = registry.events()
    if receiverFirst {
      async let received = onThread { try meet.receive() }
      await untilReceiversWait(meet)
      try out.trySendNow("x")
      _ = try await received
    } else {
      async let sent: Void = onThread { try out.send("x") }
      await untilSendersWait(out)
      _ = try meet.tryReceive()
      try await sent
    }
    let seen = await take(4, events)
    let operation: Event.Operation = receiverFirst ? .receive : .send
    #expect(
      seen.map(\.kind) == [.blocked(operation), .sent, .received, .woken(operation, .served)])
    #expect(seen.map(\.thread.isTask) == [false, receiverFirst, !receiverFirst, false])
    #expect(seen[1].sequence == seen[2].sequence)
  }

  @Test("a task that waits already when someone begins to observe is told apart from others")
  func lateObserver() async throws {
    let meet = try registry.bind("inproc://meet", capacity: .rendezvous)
    let out = try registry.connect(to: "inproc://meet")
    let task = Task { try await meet.receive() }
    await untilReceiversWait(meet)
    let events = registry.events()
    try out.trySendNow("x")
    _ = try await task.value
    let seen = await take(3, events)
    #expect(seen.map(\.kind) == [.sent, .received, .woken(.receive, .served)])
    #expect(seen.allSatisfy { $0.thread.isTask && $0.thread.id != 0 })
    #expect(seen[1].thread == seen[2].thread && seen[0].thread != seen[1].thread)
  }

  @Test("a select is told with all it waits for")
  func selecting() async throws {
    let (a, b) = (try registry.bind("inproc://a"), try registry.bind("inproc://b"))
    let events = registry.events()
    async let index = onThread { try select(a, b) }
    await untilReceiversWait(b)
    try registry.connect(to: "inproc://b").trySendNow("x")
    #expect(try await index == 1)
    let seen = await take(4, events).filter { $0.kind != .connected && $0.kind != .disconnected }
    #expect(seen.first?.kind == .blocked(.select))
    #expect(seen.first?.endpoint?.name == "a")
    #expect(seen.first?.otherEndpoints.map(\.name) == ["b"])
  }

  @Test("what gives way to newer messages, and what a closing receiver drops, is told")
  func dropped() async throws {
    let latest = try registry.bind("inproc://latest", capacity: .latest(1))
    let out = try registry.connect(to: "inproc://latest")
    let events = registry.events()
    for text in ["1", "2", "3"] { try out.trySendNow(Message(Frame(text))) }
    latest.discard()
    let seen = await take(8, events)
    #expect(
      seen.map(\.kind) == [
        .sent, .dropped(1), .sent, .dropped(1), .sent, .unbound, .closed, .dropped(1),
      ])
    #expect(seen[1].sequence == seen[0].sequence && seen[1].message == "1")
    #expect(seen[7].sequence == seen[4].sequence)
  }

  @Test("replies are told apart from requests, and each client's from another's")
  func replies() async throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let clients = [
      try registry.connectBidirectional(to: "inproc://echo"),
      try registry.connectBidirectional(to: "inproc://echo"),
    ]
    let events = registry.events()
    for client in clients { try client.trySendNow("ping") }
    for request in server.drain() { try request.reply("pong") }
    for client in clients { _ = try client.tryReceive() }
    let seen = await take(8, events)
    #expect(seen.map(\.isReply) == [false, false, false, false, true, true, true, true])
    #expect(seen[4].queue == seen[6].queue && seen[5].queue == seen[7].queue)
    #expect(seen[4].queue != seen[5].queue && seen[4].queue != seen[0].queue)
  }

  @Test("a slow observer loses events, knows how many and where, and no sender waits for it")
  func losing() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = jobs.makeSender()
    let newest = registry.events(messages: .sizes, buffering: .newest(3))
    let oldest = registry.events(buffering: .oldest(3))
    for number in 1...10 { try out.trySendNow(Message(Frame(String(number)))) }
    let last = await take(4, newest)
    #expect(last.map(\.kind) == [.lost(7), .sent, .sent, .sent])
    #expect(last.map(\.number) == [0, 8, 9, 10])
    #expect(last[1].message == nil && last[3].byteCount == 2)
    let first = await take(4, oldest)
    #expect(first.map(\.kind) == [.sent, .sent, .sent, .lost(7)])
    #expect(first.prefix(3).map(\.number) == [1, 2, 3])
    _ = jobs.drain()
  }

  @Test("a closure is called in order, may use the registry, and no more once cancelled")
  func closure() async throws {
    let registry = registry
    let log = try registry.bind("inproc://log")
    let toLog = log.makeSender()
    let other = Registry()
    let observation = try other.observe { event in
      // Another registry's events; this one's lock is free in any case.
      _ = other.endpoints
      try? toLog.send(Message(Frame("\(event.number)")))
    }
    let jobs = try other.bind("inproc://jobs")
    for _ in 0..<99 { try jobs.makeSender().trySendNow("x") }
    var numbers: [Int] = []
    while numbers.count < 100 {
      numbers.append(Int(try await log.receive()[0].description) ?? 0)
    }
    #expect(numbers == Array(1...100))
    observation.cancel()
    try jobs.makeSender().trySendNow("x")
    #expect(!other.observers.isActive)
    #expect(log.isEmpty)
  }

  @Test("an observation ends when it is released")
  func released() throws {
    var observation: Registry.Observation? = try registry.observe { _ in }
    #expect(registry.observers.isActive)
    observation = nil
    #expect(!registry.observers.isActive)
    withExtendedLifetime(observation) {}
  }

  @Test("waiting for an event ends with the task, and leaves nothing behind")
  func cancelled() async throws {
    let events = registry.events()
    for _ in 0..<10 {
      let task = Task { () -> Event? in
        for await event in events { return event }
        return nil
      }
      task.cancel()
      #expect(await task.value == nil)
    }
    let jobs = try registry.bind("inproc://jobs")
    #expect(await take(1, events).count == 1)
    withExtendedLifetime(jobs) {}
  }

  @Test("under threads and tasks each message is told once sent, then once received")
  func crowd() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 4)
    let events = registry.events(messages: .sizes, buffering: .unbounded)
    let count = 300
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          await onThread { for _ in 0..<count { try? jobs.makeSender().send("x") } }
        }
        group.addTask { for _ in 0..<count { try? await jobs.makeSender().send("y") } }
      }
      group.addTask { for _ in 0..<(2 * count) { _ = try? await jobs.receive() } }
      group.addTask { await onThread { for _ in 0..<(2 * count) { _ = try? jobs.receive() } } }
    }
    jobs.close()
    var sent: Set<UInt64> = []
    var received: [UInt64] = []
    for await event in events {
      let sequence = event.sequence ?? 0
      if event.kind == .sent { #expect(sent.insert(sequence).inserted) }
      if event.kind == .received {
        #expect(sent.contains(sequence))
        received.append(sequence)
      }
      if event.kind == .closed { break }
    }
    #expect(received == (1...UInt64(4 * count)).map { $0 })
  }
}
