import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: delivery", .timeLimit(.minutes(2)))
struct SelfCheckDelivery {
  static let capacities: [Capacity] = [.unbounded, .bounded(1), .bounded(2), .rendezvous]

  @Test("one sender, one receiver", arguments: capacities)
  func oneToOne(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      try scheduler.spawnSender("a", 1...2, ledger)
      for _ in 0..<2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      try scheduler.require(inbox.isEmpty)
    }
  }

  @Test("two senders, one receiver", arguments: capacities)
  func twoToOne(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      try scheduler.spawnSender("a", 1...1, ledger)
      try scheduler.spawnSender("b", 1...1, ledger)
      for _ in 0..<2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("one sender, two receivers", arguments: capacities)
  func oneToTwo(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      scheduler.spawnReceiver("r", 1, inbox, ledger)
      scheduler.spawnReceiver("s", 1, inbox, ledger)
      let out = try scheduler.connectToInbox()
      for number in 1...2 { ledger.send(number, as: "main") { try out.send($0) } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a queue of the latest loses the oldest only, and never the last")
  func latest() async throws {
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let inbox = try scheduler.bindInbox(.latest(1))
      let out = try scheduler.connectToInbox()
      scheduler.spawn("a") { for number in 1...3 { try out.send([Frame("\(number)")]) } }
      var last = 0
      while last < 3 {
        let number = Int(try inbox.receive()[0].description) ?? 0
        try scheduler.require(number > last, "\(number) came after \(last)")
        last = number
      }
      try scheduler.require(inbox.isEmpty)
    }
  }

  @Test("calls that do not wait take part", arguments: capacities)
  func trying(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      try scheduler.spawnSender("a", 1...1, ledger) { out, message in
        if try !out.trySend(message) { throw InprocError(.wouldBlock, "") }
      }
      try scheduler.spawnSender("b", 1...1, ledger) { try $0.send($1, timeout: .seconds(1)) }
      ledger.receive(as: "main") { try inbox.tryReceive() }
      ledger.receive(as: "main") { try inbox.receive(timeout: .seconds(1)) }
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("draining makes room for those who wait to send")
  func drain() async throws {
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      let sender = try scheduler.spawnSender("a", 1...2, ledger)
      var left = inbox.drain()
      while left.count < 2 { left.append(try inbox.receive()) }
      try sender.join()
      try ledger.check(scheduler, left: left)
    }
  }

  @Test("two senders that wait for room both get it")
  func room() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      ledger.send(0, as: "main") { try inbox.makeSender().send($0) }
      try scheduler.spawnSender("a", 1...1, ledger)
      try scheduler.spawnSender("b", 1...1, ledger)
      for _ in 0..<3 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }
}
