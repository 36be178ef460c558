import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: closing, timeouts, interruption", .timeLimit(.minutes(2)))
struct SelfCheckEnding {
  @Test(
    "closing ends those who wait to send, and keeps what was sent", arguments: [1, 0] as [Capacity])
  func close(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.explore { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let sender = try scheduler.spawnSender("a", 1...2, ledger)
      inbox.close()
      let codes = try sender.join()
      try scheduler.require(codes.allSatisfy { $0 == nil || $0 == .closed })
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe(codes.map { $0?.rawValue ?? "sent" }.joined(separator: ","))
    }
    #expect(found.isComplete)
    #expect(found.outcomes.count == (capacity == 0 ? 1 : 2))
  }

  @Test(
    "closing ends those who wait to receive, once nothing is left", arguments: [1, 0] as [Capacity])
  func closeReceivers(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let receiver = scheduler.spawnReceiver("r", 2, inbox, ledger)
      try scheduler.spawnSender("a", 1...1, ledger)
      inbox.close()
      try scheduler.require(try receiver.join().last == .closed)
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("the end of the last connection ends those who wait to receive")
  func lastConnection() async throws {
    try await SelfCheck.explore(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let one = scheduler.spawnReceiver("r", 2, inbox, ledger)
      let other = scheduler.spawnReceiver("s", 1, inbox, ledger)
      try scheduler.spawnSender("a", 1...1, ledger)
      try scheduler.registry.unbind(SelfCheck.address)
      let codes = try one.join() + other.join()
      try scheduler.require(codes.filter { $0 == .closed }.count == 2)
      try ledger.check(scheduler)
    }
  }

  @Test("a connection that closes ends its own sends only")
  func connection() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      let doomed = try scheduler.connectToInbox()
      let ended = scheduler.spawn("a") { ledger.send(1, as: "a") { try doomed.send($0) } }
      try scheduler.spawnSender("b", 1...1, ledger)
      doomed.close()
      // Before anyone receives.
      try scheduler.require(try ended.join() == .closed)
      ledger.receive(as: "main") { try inbox.receive() }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("who runs out of time has taken and sent nothing", arguments: [Capacity.unbounded, 1, 0])
  func timeout(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.explore(timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let sender = try scheduler.spawnSender("a", 1...1, ledger) {
        try $0.send($1, timeout: .seconds(1))
      }
      let code = ledger.receive(as: "main") { try inbox.receive(timeout: .seconds(1)) }
      let other = try sender.join()[0]
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe("\(code?.rawValue ?? "received") \(other?.rawValue ?? "sent")")
    }
    #expect(found.isComplete)
    #expect(found.outcomes.count == 2)
  }

  @Test("a message whose receiver gives up is the next one's", arguments: [Capacity.unbounded, 0])
  func successor(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let hasty = scheduler.spawnReceiver("hasty", 1, inbox, ledger) {
        try $0.receive(timeout: .seconds(1))
      }
      let patient = scheduler.spawnReceiver("patient", 1, inbox, ledger)
      let out = try scheduler.connectToInbox()
      ledger.send(1, as: "main") { try out.send($0) }
      if try hasty.join() == [nil] { ledger.send(2, as: "main") { try out.send($0) } }
      try scheduler.require(try patient.join() == [nil])
      try ledger.check(scheduler)
    }
  }

  @Test("room that is left by one who gives up is the next one's")
  func nextSender() async throws {
    try await SelfCheck.explore(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      ledger.send(0, as: "main") { try inbox.makeSender().send($0) }
      let hasty = try scheduler.spawnSender("hasty", 1...1, ledger) {
        try $0.send($1, timeout: .seconds(1))
      }
      let patient = try scheduler.spawnSender("patient", 1...1, ledger)
      ledger.receive(as: "main") { try inbox.receive() }
      if try hasty.join() == [nil] { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.require(try patient.join() == [nil])
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("who is interrupted has taken nothing", arguments: [Capacity.unbounded, 1, 0])
  func interrupt(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let receiver = scheduler.spawnReceiver("r", 1, inbox, ledger)
      let sender = try scheduler.spawnSender("a", 1...1, ledger)
      try receiver.interrupt()
      let code = try receiver.join()[0]
      if code != nil { ledger.receive(as: "main") { try inbox.receive() } }
      try sender.join()
      try ledger.check(scheduler)
      scheduler.observe(code?.rawValue ?? "received")
    }
    #expect(found.outcomes.count == 2)
  }

  @Test("an interruption that comes too late for one wait ends the next")
  func interruptLater() async throws {
    let found = try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let receiver = scheduler.spawnReceiver("r", 2, inbox, ledger)
      try scheduler.spawnSender("a", 1...1, ledger)
      try receiver.interrupt()
      let codes = try receiver.join()
      try scheduler.join()
      try ledger.check(scheduler)
      scheduler.observe(codes.map { $0?.rawValue ?? "received" }.joined(separator: ","))
    }
    #expect(Set(found.outcomes.map(\.text)) == ["received,interrupted", "interrupted,received"])
  }

  @Test("a send that is interrupted was not made", arguments: [1, 0] as [Capacity])
  func interruptSend(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let sender = try scheduler.spawnSender("a", 1...2, ledger)
      scheduler.spawnReceiver("r", 1, inbox, ledger) { try $0.receive(timeout: .seconds(1)) }
      try sender.interrupt()
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }
}
