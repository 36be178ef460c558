import Synchronization
import TestSupport
import Testing

@testable import Inproc

@Suite("Binding and unbinding", .timeLimit(.minutes(1)))
struct BindingTests {
  let registry = Registry()

  @Test("a failed second bind leaves the first untouched")
  func secondBind() throws {
    let first = try registry.bind("inproc://jobs")
    let before = try registry.connect(to: "inproc://jobs")
    #expect(failureCode { try registry.bind("inproc://jobs") } == .addressInUse)
    #expect(failureCode { try registry.bind("inproc://jobs", capacity: 4) } == .addressInUse)
    #expect(failureCode { try registry.bindBidirectional("inproc://jobs") } == .addressInUse)
    let after = try registry.connect(to: "inproc://jobs")
    try before.send("before")
    try after.send("after")
    #expect(first.drain() == ["before", "after"])
    #expect(first.connectionCount == 2)
    #expect(registry.endpoints.map(\.connections) == [2])
    withExtendedLifetime((before, after)) {}
  }

  @Test("exactly one of many concurrent binds of a name wins")
  func concurrentBinds() async throws {
    for round in 0..<50 {
      let name = "inproc://race\(round)"
      let line = StartLine(4)
      let winners = await withTaskGroup(of: Receiver?.self) { group in
        for _ in 0..<4 {
          group.addTask { [registry] in
            await onThread {
              line.wait()
              return try? registry.bind(name)
            }
          }
        }
        return await group.reduce(into: [Receiver]()) { if let won = $1 { $0.append(won) } }
      }
      #expect(winners.count == 1)
      try registry.connect(to: name).trySendNow("x")
      #expect(winners.first?.drain() == ["x"])
      #expect(registry.endpoints.count == 1)
    }
  }

  @Test("binding costs the capacity a queue can have")
  func capacities() throws {
    #expect(
      failureCode { try registry.bind("inproc://a", capacity: .bounded(-1)) } == .invalidValue)
    #expect(failureCode { try registry.bind("inproc://a", capacity: .latest(0)) } == .invalidValue)
    #expect(registry.endpoints.isEmpty)
    let huge = try registry.bind("inproc://a", capacity: .bounded(Int.max))
    try huge.makeSender().send("x")
    #expect(huge.drain() == ["x"])
  }

  @Test("unbinding an unknown name fails")
  func unbindUnknown() throws {
    #expect(failureCode { try registry.unbind("inproc://never") } == .notFound)
    let jobs = try registry.bind("inproc://jobs")
    try registry.unbind("inproc://jobs")
    #expect(failureCode { try registry.unbind("inproc://jobs") } == .notFound)
    withExtendedLifetime(jobs) {}
  }

  @Test("after unbind, existing connections deliver and a rebind is a new endpoint")
  func rebind() throws {
    let old = try registry.bind("inproc://jobs")
    let toOld = try registry.connect(to: "inproc://jobs")
    try registry.unbind("inproc://jobs")
    #expect(failureCode { try registry.connect(to: "inproc://jobs") } == .notFound)
    let new = try registry.bind("inproc://jobs")
    let toNew = try registry.connect(to: "inproc://jobs")
    try toOld.send("old")
    try toNew.send("new")
    #expect(try old.tryReceive() == "old")
    #expect(try new.tryReceive() == "new")
    #expect(!toOld.sharesChannel(with: toNew))
    #expect(toOld.sharesChannel(with: old.makeSender()))
  }

  @Test("closing or releasing an old binding never touches a later one of its name")
  func oldBinding() throws {
    var old: Receiver? = try registry.bind("inproc://jobs")
    try registry.unbind("inproc://jobs")
    let new = try registry.bind("inproc://jobs")
    old?.close()
    #expect(registry.endpoints.count == 1)
    old = nil
    let out = try registry.connect(to: "inproc://jobs")
    try out.send("x")
    #expect(new.drain() == ["x"])
  }

  @Test("the same holds for servers")
  func oldServer() throws {
    var old: Server? = try registry.bindBidirectional("inproc://echo")
    try registry.unbind("inproc://echo")
    let new = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    old?.close()
    old = nil
    try client.send("x")
    try new.receiveNow().reply("y")
    #expect(try client.tryReceive() == "y")
  }

  @Test("a released receiver unbinds: its name is free, and not listed or connectable")
  func release() throws {
    var jobs: Receiver? = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    try out.send("dropped")
    #expect(jobs != nil)
    jobs = nil
    #expect(registry.endpoints.isEmpty)
    #expect(failureCode { try registry.connect(to: "inproc://jobs") } == .notFound)
    #expect(failureCode { try out.send("x") } == .closed)
    let again = try registry.bind("inproc://jobs")
    #expect(again.isEmpty)
  }

  @Test("registries never see each other's endpoints")
  func isolation() throws {
    let other = Registry()
    let one = try registry.bind("inproc://jobs")
    let two = try other.bind("inproc://jobs")
    try registry.connect(to: "inproc://jobs").send("one")
    #expect(one.count == 1 && two.isEmpty)
  }
}

extension Server {
  /// A request that must be there.
  func receiveNow() throws -> Request { try #require(try tryReceive()) }
}

@Suite("Connecting", .timeLimit(.minutes(1)))
struct ConnectingTests {
  let registry = Registry()

  @Test("connecting to an unbound endpoint fails at once")
  func missing() {
    #expect(failureCode { try registry.connect(to: "inproc://jobs") } == .notFound)
    #expect(failureCode { try registry.connectBidirectional(to: "inproc://jobs") } == .notFound)
  }

  @Test("a connect that waits blocks until the bind")
  func waitsForBind() async throws {
    let endpoint = try Endpoint("inproc://late")
    async let connected = onThread { [registry] in
      try registry.connect(to: endpoint, waiting: nil)
    }
    await until { registry.waitingConnects(endpoint) == 1 }
    let late = try registry.bind(endpoint)
    let out = try await connected
    try out.trySendNow("hello")
    #expect(late.drain() == ["hello"])
    #expect(registry.waitingConnects(endpoint) == 0)
  }

  @Test("a task that waits to connect goes on at the bind")
  func taskWaitsForBind() async throws {
    let endpoint = try Endpoint("inproc://late")
    let waiting = Task { [registry] in
      try await registry.connectBidirectional(to: endpoint, waiting: nil)
    }
    await until { registry.waitingConnects(endpoint) == 1 }
    let late = try registry.bindBidirectional(endpoint)
    let client = try await waiting.value
    #expect(late.clients == [client.id])
  }

  @Test("many wait for one bind, and all connect")
  func manyWait() async throws {
    let endpoint = try Endpoint("inproc://late")
    try await withThrowingTaskGroup(of: Sender.self) { group in
      for _ in 0..<8 {
        group.addTask { [registry] in
          try await onThread { try registry.connect(to: endpoint, waiting: .seconds(30)) }
        }
        group.addTask { [registry] in try await registry.connect(to: endpoint, waiting: nil) }
      }
      await until { registry.waitingConnects(endpoint) == 16 }
      let late = try registry.bind(endpoint)
      var senders: [Sender] = []
      for try await sender in group { senders.append(sender) }
      #expect(late.connectionCount == 16)
      senders.removeAll()
      // A thread may still be letting go of the sender that it handed over.
      await until { late.connectionCount == 0 }
    }
  }

  @Test("a connect whose time runs out has connected nothing")
  func timesOut() async throws {
    let registry = registry
    let blocked = await onThread {
      failureCode { try registry.connect(to: "inproc://late", waiting: .milliseconds(2)) }
    }
    #expect(blocked == .timedOut)
    let suspended = await asyncFailureCode {
      try await registry.connect(to: "inproc://late", waiting: .milliseconds(2))
    }
    #expect(suspended == .timedOut)
    #expect(registry.waitingConnects(try Endpoint("inproc://late")) == 0)
    let late = try registry.bind("inproc://late")
    #expect(late.connectionCount == 0)
  }

  @Test("cancelling a task ends its wait for a bind, however often the name comes and goes")
  func cancelled() async throws {
    let endpoint = try Endpoint("inproc://late")
    for _ in 0..<200 {
      let waiting = Task { [registry] in
        await asyncFailureCode { try await registry.connect(to: endpoint, waiting: nil) }
      }
      await until { registry.waitingConnects(endpoint) == 1 }
      let flicker = Task { [registry] in _ = try? registry.bind(endpoint) }
      waiting.cancel()
      let ended = await waiting.value
      #expect(ended == .cancelled || ended == nil)
      await flicker.value
      #expect(registry.waitingConnects(endpoint) == 0)
    }
  }

  @Test("a wait for a bidirectional endpoint ends when a plain one is bound")
  func wrongKind() async throws {
    let endpoint = try Endpoint("inproc://late")
    async let connected = onThread { [registry] in
      failureCode { try registry.connectBidirectional(to: endpoint, waiting: nil) }
    }
    await until { registry.waitingConnects(endpoint) == 1 }
    let late = try registry.bind(endpoint)
    #expect(await connected == .notBidirectional)
    #expect(late.connectionCount == 0)
  }

  @Test("an interrupted thread stops waiting for a bind")
  func interrupted() async throws {
    let endpoint = try Endpoint("inproc://late")
    let thread = Mailbox<SystemThread>()
    async let connected = onThread { [registry] in
      thread.put(SystemThread.current)
      return failureCode { try registry.connect(to: endpoint, waiting: nil) }
    }
    await until { registry.waitingConnects(endpoint) == 1 }
    thread.value?.interrupt()
    #expect(await connected == .interrupted)
    #expect(registry.waitingConnects(endpoint) == 0)
  }

  @Test("each client's messages arrive in its sending order")
  func order() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 16)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for sender in 0..<4 {
        group.addTask { [registry] in
          try await onThread {
            let out = try registry.connect(to: "inproc://jobs")
            for number in 0..<500 { try out.send([Frame("\(sender)"), Frame("\(number)")]) }
          }
        }
      }
      var next = [String: Int]()
      for _ in 0..<2000 {
        let message = try await jobs.receive()
        let sender = message[0].description
        #expect(message[1].description == "\(next[sender, default: 0])")
        next[sender, default: 0] += 1
      }
      try await group.waitForAll()
      #expect(next.values.allSatisfy { $0 == 500 } && next.count == 4)
    }
  }
}

extension SendingEnd {
  /// Sends what must fit; for asynchronous tests.
  func trySendNow(_ message: Message) throws { try #require(try trySend(message)) }
}

/// A place where one thread leaves a value for another.
final class Mailbox<Value: Sendable>: Sendable {
  private let state = Guarded<Value?>(nil)
  func put(_ value: Value) { state.withLock { $0 = value } }
  var value: Value? { state.withLock { $0 } }
}

@Suite("Listing")
struct ListingTests {
  let registry = Registry()

  @Test("the list is sorted and shows queues, connections, capacity and kind")
  func list() throws {
    #expect(registry.endpoints.isEmpty)
    let jobs = try registry.bind("inproc://jobs", capacity: 8)
    let echo = try registry.bindBidirectional("inproc://echo")
    let out = try registry.connect(to: "inproc://jobs")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    let plain = try registry.connect(to: "inproc://echo")
    try out.send("1")
    try out.send("2")
    let own = jobs.makeSender()
    #expect(
      registry.endpoints == [
        EndpointStatus(
          endpoint: try Endpoint("inproc://echo"), queued: 0, connections: 2,
          capacity: .unbounded, isBidirectional: true, subscribers: nil),
        EndpointStatus(
          endpoint: try Endpoint("inproc://jobs"), queued: 2, connections: 1,
          capacity: .bounded(8), isBidirectional: false, subscribers: nil),
      ])
    client.close()
    plain.close()
    out.close()
    #expect(registry.endpoints.map(\.connections) == [0, 0])
    withExtendedLifetime((own, echo)) {}
  }

  @Test("a thousand endpoints are bound, listed in order and released")
  func thousand() throws {
    var ends: [Receiver] = []
    for number in 0..<1000 { ends.append(try registry.bind("inproc://e\(number)")) }
    let names = registry.endpoints.map(\.endpoint)
    #expect(names.count == 1000 && names == names.sorted())
    for number in 0..<1000 {
      try registry.connect(to: "inproc://e\(number)").send(Message(Frame("\(number)")))
    }
    #expect(registry.endpoints.allSatisfy { $0.queued == 1 && $0.connections == 0 })
    for (number, end) in ends.enumerated() {
      #expect(try end.tryReceive() == Message(Frame("\(number)")))
    }
    ends.removeAll()
    #expect(registry.endpoints.isEmpty)
  }
}
