import TestSupport
import Testing

@testable import Inproc

@Suite("Closing and lifetimes", .timeLimit(.minutes(1)))
struct LifetimeTests {
  let registry = Registry()

  @Test("a finished server's receive loop ends: the registry itself keeps nothing open")
  func loopEnds() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    async let seen = onThread { Array(jobs.messages) }
    try out.trySendNow("1")
    try registry.unbind("inproc://jobs")
    await untilReceiversWait(jobs)
    out.close()
    #expect(await seen == ["1"])
    #expect(jobs.isDisconnected)
  }

  @Test("unbinding ends a receive at once where no connection is left")
  func unbindEnds() async throws {
    let jobs = try registry.bind("inproc://jobs")
    async let ended = onThread { failureCode { try jobs.receive() } }
    let suspended = Task { await asyncFailureCode { try await jobs.receive() } }
    await untilReceiversWait(jobs, 2)
    try registry.unbind("inproc://jobs")
    #expect(await ended == .closed)
    #expect(await suspended.value == .closed)
  }

  @Test("a bound endpoint without connections is not closed: one can come")
  func boundIsOpen() throws {
    let jobs = try registry.bind("inproc://jobs")
    try registry.connect(to: "inproc://jobs").send("x")
    #expect(try jobs.tryReceive() == "x")
    #expect(try jobs.tryReceive() == nil)
    #expect(!jobs.isDisconnected && !jobs.isClosed)
  }

  @Test("what is queued when the last connection ends is still received")
  func queuedAfterEnd() throws {
    let jobs = try registry.bind("inproc://jobs")
    try registry.connect(to: "inproc://jobs").send("x")
    try registry.unbind("inproc://jobs")
    #expect(!jobs.isDisconnected)
    #expect(try jobs.tryReceive() == "x")
    #expect(failureCode { try jobs.tryReceive() } == .closed)
    #expect(jobs.drain() == [])
  }

  @Test("one's own sender keeps nothing open, and works after unbind")
  func ownSender() throws {
    let jobs = try registry.bind("inproc://jobs")
    let own = jobs.makeSender()
    #expect(jobs.connectionCount == 0)
    try registry.unbind("inproc://jobs")
    #expect(failureCode { try jobs.tryReceive() } == .closed)
    try own.send("x")
    #expect(try jobs.tryReceive() == "x")
    #expect(failureCode { try jobs.tryReceive() } == .closed)
    own.close()
    #expect(failureCode { try own.send("y") } == .closed)
  }

  @Test("closing refuses further messages and gives out those that are queued")
  func close() throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    try out.send("1")
    try out.send("2")
    jobs.close()
    jobs.close()
    #expect(registry.endpoints.isEmpty && jobs.isClosed && out.isClosed)
    #expect(failureCode { try out.trySend("3") } == .closed)
    #expect(failureCode { try out.send("3") } == .closed)
    #expect(failureCode { try jobs.makeSender().send("3") } == .closed)
    #expect(try jobs.tryReceive() == "1")
    #expect(jobs.drain() == ["2"])
    #expect(failureCode { try jobs.tryReceive() } == .closed)
  }

  @Test("closing ends every call that waits")
  func closeWakes() async throws {
    let empty = try registry.bind("inproc://empty")
    let full = try registry.bind("inproc://full", capacity: 1)
    let out = try registry.connect(to: "inproc://full")
    try out.trySendNow("1")
    let receives = (0..<3).map { _ in
      Task { await onThread { failureCode { try empty.receive() } } }
    }
    let awaits = (0..<3).map { _ in Task { await asyncFailureCode { try await empty.receive() } } }
    let sends = (0..<3).map { _ in Task { await onThread { failureCode { try out.send("2") } } } }
    let suspends = (0..<3).map { _ in Task { await asyncFailureCode { try await out.send("2") } } }
    await untilReceiversWait(empty, 6)
    await untilSendersWait(out, 6)
    empty.close()
    full.close()
    for task in receives + awaits + sends + suspends { #expect(await task.value == .closed) }
    #expect(full.drain() == ["1"])
  }

  @Test("closing a sender ends the sends that wait on it, and no others")
  func closeSender() async throws {
    let full = try registry.bind("inproc://full", capacity: 1)
    let one = try registry.connect(to: "inproc://full")
    let other = try registry.connect(to: "inproc://full")
    try one.trySendNow("1")
    async let closed = onThread { failureCode { try one.send("one") } }
    await untilSendersWait(one, 1)
    async let stays = onThread { failureCode { try other.send("other") } }
    await untilSendersWait(one, 2)
    one.close()
    #expect(await closed == .closed)
    #expect(full.channel.waiting.senders == 1 && full.connectionCount == 1)
    #expect(failureCode { try one.trySend("x") } == .closed)
    #expect(try full.tryReceive() == "1")
    #expect(await stays == nil)
    #expect(full.drain() == ["other"])
    one.close()
    #expect(full.connectionCount == 1)
  }

  @Test("releasing the last sender of a connection ends it")
  func releaseSender() throws {
    let jobs = try registry.bind("inproc://jobs")
    var out: Sender? = try registry.connect(to: "inproc://jobs")
    var same = out
    out = nil
    #expect(jobs.connectionCount == 1)
    withExtendedLifetime(same) {}
    same = nil
    #expect(jobs.connectionCount == 0)
  }

  @Test("releasing a receiver ends the sends that wait")
  func releaseReceiver() async throws {
    let box = Mailbox<Receiver?>()
    box.put(try registry.bind("inproc://full", capacity: .rendezvous))
    let out = try registry.connect(to: "inproc://full")
    async let sent = onThread { failureCode { try out.send("x") } }
    await untilSendersWait(out)
    box.put(nil)
    #expect(await sent == .closed)
    #expect(registry.endpoints.isEmpty)
  }

  @Test("an interrupted call ends, and only that one")
  func interrupt() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let thread = Mailbox<SystemThread>()
    async let codes = onThread {
      thread.put(SystemThread.current)
      return [failureCode { try jobs.receive() }, failureCode { try jobs.receive() }]
    }
    await untilReceiversWait(jobs)
    // The call has ended when this returns; the next one may be queued already.
    thread.value?.interrupt()
    try jobs.makeSender().trySendNow("x")
    #expect(await codes == [.interrupted, nil])
  }

  @Test("an interruption that finds no wait ends the next one")
  func interruptBefore() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let codes = await onThread {
      SystemThread.current.interrupt()
      return [
        failureCode { try jobs.receive() },
        failureCode { try jobs.receive(timeout: .milliseconds(1)) },
      ]
    }
    #expect(codes == [.interrupted, .timedOut])
  }

  @Test("nothing outlives its owners: no cycle keeps a channel")
  func noCycles() async throws {
    func use() async throws -> [Weak<ChannelStorage>] {
      let registry = Registry()
      let jobs = try registry.bind("inproc://jobs", capacity: .rendezvous)
      let out = try registry.connect(to: "inproc://jobs")
      let server = try registry.bindBidirectional("inproc://echo", capacity: 1)
      let client = try registry.connectBidirectional(to: "inproc://echo")
      let time = Duration.milliseconds(1)
      await onThread {
        _ = failureCode { try jobs.receive(timeout: time) }
        _ = failureCode { try out.send("x", timeout: time) }
        _ = failureCode { try select(jobs, server, client, timeout: time) }
        _ = failureCode { try registry.connect(to: "inproc://late", waiting: time) }
      }
      _ = await asyncFailureCode { try await jobs.receive(timeout: time) }
      _ = await asyncFailureCode { try await out.send("x", timeout: time) }
      _ = await asyncFailureCode { try await select(jobs, server, client, timeout: time) }
      _ = await asyncFailureCode { try await registry.connect(to: "inproc://late", waiting: time) }
      let cancelled = Task { await asyncFailureCode { try await client.receive() } }
      await untilReceiversWait(client)
      cancelled.cancel()
      #expect(await cancelled.value == .cancelled)
      let met = Task { try await jobs.receive() }
      await untilReceiversWait(jobs)
      try out.trySendNow("x")
      _ = try await met.value
      try client.trySendNow("1")
      try server.receiveNow().reply("2")
      try client.trySendNow("left")
      return [jobs.channel, server.state.channel, client.inbound.channel].map { Weak($0.storage) }
    }
    let channels = try await use()
    // Timers of tasks that timed out may be ending still.
    await until { channels.allSatisfy { $0.object == nil } }
  }
}

@Suite("Cancelling", .timeLimit(.minutes(1)))
struct CancellationTests {
  let registry = Registry()

  @Test("a cancelled receive takes nothing")
  func receive() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let receiving = Task { await asyncFailureCode { try await jobs.receive() } }
    await untilReceiversWait(jobs)
    receiving.cancel()
    #expect(await receiving.value == .cancelled)
    #expect(jobs.channel.waiting.receivers == 0)
    try jobs.makeSender().trySendNow("x")
    #expect(jobs.drain() == ["x"])
  }

  @Test("a cancelled send sends nothing", arguments: [Capacity.bounded(1), .rendezvous])
  func send(capacity: Capacity) async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: capacity)
    let out = try registry.connect(to: "inproc://jobs")
    _ = try out.trySend("1")
    let sending = Task { await asyncFailureCode { try await out.send("2") } }
    await untilSendersWait(out)
    sending.cancel()
    #expect(await sending.value == .cancelled)
    #expect(!jobs.drain().contains("2"))
    #expect(try jobs.tryReceive() == nil)
  }

  @Test("a task that is cancelled already neither takes nor sends")
  func before() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    try out.trySendNow("x")
    let codes = Task {
      await until { Task.isCancelled }
      return [
        await asyncFailureCode { try await jobs.receive() },
        await asyncFailureCode { try await out.send("y") },
        await asyncFailureCode { try await select(jobs) },
        await asyncFailureCode { try await registry.connect(to: "inproc://jobs", waiting: nil) },
      ]
    }
    codes.cancel()
    #expect(await codes.value == [.cancelled, .cancelled, .cancelled, .cancelled])
    #expect(jobs.drain() == ["x"])
  }

  @Test("cancelling ends an iteration")
  func iteration() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let iterating = Task {
      var seen = 0
      for await _ in jobs { seen += 1 }
      return seen
    }
    try jobs.makeSender().trySendNow("x")
    await untilReceiversWait(jobs)
    iterating.cancel()
    #expect(await iterating.value == 1)
  }

  @Test("one who leaves the line passes the message on to the next")
  func passesOn() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = jobs.makeSender()
    for _ in 0..<300 {
      let first = Task { try? await jobs.receive() }
      await untilReceiversWait(jobs, 1)
      let second = Task { try? await jobs.receive() }
      await untilReceiversWait(jobs, 2)
      async let cancelling: Void = onThread { first.cancel() }
      try out.trySendNow("x")
      await cancelling
      // Whoever the message went to: it is not lost, and no one waits beside it.
      if await first.value == nil {
        #expect(await second.value == "x")
      } else {
        second.cancel()
        #expect(await second.value == nil)
      }
      #expect(jobs.isEmpty)
    }
  }
}
