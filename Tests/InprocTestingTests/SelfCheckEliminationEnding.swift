import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: ends of those who could meet in passing", .timeLimit(.minutes(2)))
struct SelfCheckEliminationEnding {
  @Test("who runs out of time has taken and sent nothing", arguments: SelfCheck.shortQueues)
  func timeout(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.exploreElimination(preemptions: 1, timers: .racing) {
      scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let sender = try scheduler.spawnSender("a", 1...1, ledger) {
        try $0.send($1, timeout: .seconds(1))
      }
      var code: InprocError.Code?
      for _ in 0..<queued + 1 where code == nil {
        code = ledger.receive(as: "main") { try inbox.receive(timeout: .seconds(1)) }
      }
      let other = try sender.join()[0]
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe("\(code?.rawValue ?? "received") \(other?.rawValue ?? "sent")")
    }
    #expect(
      Set(found.outcomes.map(\.text)).isSuperset(of: ["received sent", "timed-out timed-out"]))
  }

  @Test("a message whose receiver gives up is the next one's", arguments: [1, 0] as [Capacity])
  func successor(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1, timers: .racing, meets: capacity == 0) {
      scheduler in
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

  @Test("who is interrupted has taken and sent nothing", arguments: SelfCheck.shortQueues)
  func interrupt(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let sender = try scheduler.spawnSender("a", 1...1, ledger)
      let receiver = scheduler.spawnReceiver("r", queued + 1, inbox, ledger) {
        try $0.receive(timeout: .seconds(1))
      }
      try sender.interrupt()
      try receiver.interrupt()
      let code = try sender.join()[0]
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe(code?.rawValue ?? "sent")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["sent", "interrupted"])
  }

  @Test("closing, and releasing, against those who look", arguments: [1, 0] as [Capacity])
  func close(_ capacity: Capacity) async throws {
    for drops in [false, true] {
      let found = try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
        let ledger = Ledger()
        let inbox = try scheduler.bindInbox(capacity)
        let queued = try scheduler.fill(inbox, ledger)
        let sender = try scheduler.spawnSender("a", 1...2, ledger)
        let receiver = scheduler.spawnReceiver("r", queued + 2, inbox, ledger)
        if drops { inbox.discard() } else { inbox.close() }
        // Nothing is sent any more.
        let late = failureCode { try inbox.makeSender().trySend("late") }
        let codes = try sender.join()
        _ = try receiver.join()
        try scheduler.require(late == .closed && codes.allSatisfy { $0 == nil || $0 == .closed })
        try scheduler.require(failureCode { try inbox.receive() } == .closed || !drops)
        if !drops { try ledger.check(scheduler, left: inbox.drain()) }
        scheduler.observe(codes.map { $0?.rawValue ?? "sent" }.joined(separator: ","))
      }
      #expect(
        Set(found.outcomes.map(\.text)).isSuperset(of: ["closed,closed", "sent,closed"]))
    }
  }

  @Test(
    "what can be received after an end was closed, was queued before", arguments: [false, true])
  func closed(closesConnection: Bool) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      let out = try scheduler.connectToInbox()
      scheduler.spawn("a") {
        for number in 1...2 { ledger.send(number, as: "a") { try out.send($0) } }
      }
      scheduler.spawnReceiver("r", 1, inbox, ledger) { try $0.receive(timeout: .seconds(1)) }
      // Not by the main thread: to leave that would be a preemption.
      let closer = scheduler.spawn("closer") { () -> [Message] in
        if closesConnection { out.close() } else { inbox.close() }
        let queued = inbox.count
        var left: [Message] = []
        while let message = try? inbox.tryReceive() { left.append(message) }
        try scheduler.require(left.count <= queued, "\(left.count) came of \(queued)")
        return left
      }
      let left = try closer.join()
      try scheduler.join()
      try ledger.check(scheduler, left: left)
    }
  }

  @Test(
    "the end of a connection: what it had sent comes, and nothing after that",
    arguments: [1, 0] as [Capacity])
  func connection(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let doomed = try scheduler.connectToInbox()
      try scheduler.registry.unbind(SelfCheck.address)
      let sender = scheduler.spawn("a") { ledger.send(1, as: "a") { try doomed.send($0) } }
      let receiver = scheduler.spawnReceiver("r", queued + 1, inbox, ledger)
      doomed.close()
      let codes = try receiver.join()
      let code = try sender.join()
      // Who is told of the end is told once all has come.
      try scheduler.require(codes.last == .some(code))
      try ledger.check(scheduler)
      scheduler.observe(code?.rawValue ?? "sent")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["sent", "closed"])
  }

  @Test(
    "releasing the last sender is seen by who waits, whoever unbinds meanwhile",
    arguments: [Capacity.unbounded, 1, 0])
  func release(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 2, meets: false) { scheduler in
      let inbox = try scheduler.bindInbox(capacity)
      let senders = Box([try scheduler.connectToInbox(), try scheduler.connectToInbox()])
      for name in ["a", "b"] {
        scheduler.spawn(name) { senders.value.removeLast() }
      }
      scheduler.spawn("unbind") { try scheduler.registry.unbind(SelfCheck.address) }
      try scheduler.require(failureCode { try inbox.receive() } == .closed)
      try scheduler.join()
    }
  }

  @Test("who waits for receipts hears of each message", arguments: [1, 0] as [Capacity])
  func receipt(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let out = try scheduler.connectToInbox()
      let waiter = scheduler.spawn("w") { () -> Int in
        try out.waitUntilReceived()
        return queued
      }
      try scheduler.spawnSender("a", 1...1, ledger)
      for _ in 0..<queued + 1 { ledger.receive(as: "main") { try inbox.receive() } }
      try waiter.join()
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  /// Keeps events, as an observer does, in the order they come.
  private final class Record: EventSink {
    let events = Guarded<[Registry.Event]>([])
    func take(_ event: consuming Registry.Event) -> [any Parker] {
      let event = event
      events.withLock { $0.append(event) }
      return []
    }
  }

  @Test(
    "one begins to observe: from then on each message is told of once, and in order",
    arguments: [1, 0] as [Capacity])
  func observer(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let record = Record()
      try scheduler.spawnSender("a", 1...2, ledger)
      scheduler.spawn("observer") {
        try scheduler.checkpoint("observe")
        scheduler.registry.observers.add(record)
      }
      for _ in 0..<queued + 2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
      scheduler.registry.observers.remove(record)
      var sent: [UInt64: Message] = [:]
      var received: Set<UInt64> = []
      for event in record.events.withLock({ $0 }) {
        guard let number = event.sequence, let message = event.message else { continue }
        if event.kind == .sent { sent[number] = message }
        if event.kind == .received {
          try scheduler.require(received.insert(number).inserted, "received twice: \(number)")
          try scheduler.require(sent[number] ?? message == message, "not what was sent: \(number)")
        }
      }
      try scheduler.require(Set(sent.keys).isSubset(of: received), "sent and never received")
    }
  }
}
