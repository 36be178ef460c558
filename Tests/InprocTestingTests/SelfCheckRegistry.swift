import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: registry, select, replies", .timeLimit(.minutes(2)))
struct SelfCheckRegistry {
  @Test("of two binds one wins, and what is sent to it is received")
  func bind() async throws {
    let found = try await SelfCheck.explore { scheduler in
      let registry = scheduler.registry
      let other = scheduler.spawn("other") { try? registry.bind(SelfCheck.address) }
      let mine = try? registry.bind(SelfCheck.address)
      let others = try other.join()
      try scheduler.require((mine == nil) != (others == nil))
      try scheduler.connectToInbox().send("x")
      try scheduler.require((mine ?? others)?.count == 1)
      scheduler.observe(mine == nil ? "other" : "mine")
    }
    #expect(found.isComplete && found.outcomes.count == 2)
  }

  @Test("a connect that waits is not overlooked by a bind")
  func connect() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      for name in ["a", "b"] {
        scheduler.spawn(name) {
          let out = try scheduler.registry.connect(to: SelfCheck.address, waiting: nil)
          ledger.send(1, as: name) { try out.send($0) }
        }
      }
      let inbox = try scheduler.bindInbox()
      for _ in 0..<2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test(
    "a connect that runs out of time, or comes to a bind that is gone again, has connected nothing")
  func connectOrNot() async throws {
    let endings = try await SelfCheck.endings(preemptions: 3, timers: .racing, success: "connected")
    { scheduler in
      let registry = scheduler.registry
      let client = scheduler.spawn("client") { () -> InprocError.Code? in
        failureCode {
          let out = try registry.connect(to: SelfCheck.address, waiting: .seconds(1))
          try out.send("x")
        }
      }
      let inbox = try scheduler.bindInbox()
      try registry.unbind(SelfCheck.address)
      let came = failureCode { try inbox.receive() } == nil
      let code = try client.join()
      try scheduler.require(came == (code == nil))
      try scheduler.require(inbox.connectionCount == 0)
      return code
    }
    #expect(endings == ["connected", "timed-out"])
  }

  @Test("a connect that is interrupted has connected nothing")
  func interruptConnect() async throws {
    try await SelfCheck.explore { scheduler in
      let registry = scheduler.registry
      let client = scheduler.spawn("client") { () -> InprocError.Code? in
        failureCode { try registry.connect(to: SelfCheck.address, waiting: nil).close() }
      }
      try client.interrupt()
      let inbox = try scheduler.bindInbox()
      let code = try client.join()
      try scheduler.require(code == nil || code == .interrupted)
      try scheduler.require(inbox.connectionCount == 0)
    }
  }

  @Test("after a rebind the old binding and the new one are apart")
  func rebind() async throws {
    let found = try await SelfCheck.explore { scheduler in
      let registry = scheduler.registry
      let old = try scheduler.bindInbox()
      let client = scheduler.spawn("client") { () -> InprocError.Code? in
        failureCode { try registry.connect(to: SelfCheck.address).send("x") }
      }
      try registry.unbind(SelfCheck.address)
      let new = try scheduler.bindInbox()
      old.close()
      let code = try client.join()
      let came = old.drain().count + new.drain().count
      try scheduler.require(came == (code == nil ? 1 : 0))
      try scheduler.require(code == nil || code == .notFound || code == .closed)
      try registry.unbind(SelfCheck.address)
      scheduler.observe(code?.rawValue ?? "sent")
    }
    #expect(found.isComplete && found.outcomes.count == 3)
  }

  @Test("a select sees whichever comes, and takes nothing")
  func select() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      try scheduler.spawnSender("a", 1...1, ledger)
      scheduler.spawn("b") { ledger.send(1, as: "b") { try other.makeSender().send($0) } }
      for _ in 0..<2 {
        let ready = try Inproc.select(inbox, other)
        ledger.receive(as: "main") { try (ready == 0 ? inbox : other).tryReceive() }
      }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test(
    "a select does not keep a message from one who receives", arguments: [Capacity.unbounded, 1, 0])
  func selectAndReceive(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let other = try scheduler.registry.bind("inproc://other")
      scheduler.spawn("selector") { _ = try Inproc.select(other, inbox) }
      scheduler.spawnReceiver("r", 1, inbox, ledger)
      let out = try scheduler.connectToInbox()
      ledger.send(1, as: "main") { try out.send($0) }
      // Where the receiver was first, the selector saw nothing.
      inbox.close()
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a select that runs out of time or is interrupted leaves its lines")
  func selectEnds() async throws {
    try await SelfCheck.explore(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      let selector = scheduler.spawn("selector") { () -> InprocError.Code? in
        failureCode { _ = try Inproc.select(inbox, other, timeout: .seconds(1)) }
      }
      let receiver = scheduler.spawnReceiver("r", 1, inbox, ledger)
      try selector.interrupt()
      ledger.send(1, as: "main") { try inbox.makeSender().send($0) }
      try scheduler.require(try receiver.join() == [nil])
      try selector.join()
      try ledger.check(scheduler)
    }
  }

  @Test("each client gets its own replies, and learns of the server's end")
  func replies() async throws {
    try await SelfCheck.explore(preemptions: 1) { scheduler in
      let server = try scheduler.registry.bindBidirectional(SelfCheck.address)
      let clients = try ["a", "b"].map { name in
        let client = try scheduler.registry.connectBidirectional(to: SelfCheck.address)
        return scheduler.spawn(name) {
          try client.send([Frame(name)])
          let reply = try client.receive()
          try scheduler.require(reply[0] == Frame(name), "\(name) got the reply to \(reply[0])")
          return failureCode { try client.receive() }
        }
      }
      for _ in 0..<2 {
        let request = try server.receive()
        try request.reply(request.message)
      }
      server.close()
      for client in clients { try scheduler.require(try client.join() == .closed) }
    }
  }

  @Test("a client that closes while it is answered")
  func clientCloses() async throws {
    let found = try await SelfCheck.explore { scheduler in
      let server = try scheduler.registry.bindBidirectional(SelfCheck.address)
      let client = try scheduler.registry.connectBidirectional(to: SelfCheck.address)
      scheduler.spawn("client") {
        try client.send("x")
        client.close()
      }
      let request = try server.receive()
      let failure = failureCode { try request.reply("y") }
      try scheduler.join()
      try scheduler.require(failure == nil || failure == .noPeer)
      try scheduler.require(server.clients.isEmpty && server.connectionCount == 0)
      scheduler.observe(failure?.rawValue ?? "replied")
    }
    #expect(found.isComplete && found.outcomes.count == 2)
  }
}
