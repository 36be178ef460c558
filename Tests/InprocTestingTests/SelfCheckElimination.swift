import Foundation
import Inproc
import InprocTesting
import TestSupport
import Testing

extension SelfCheck {
  static let shortQueues: [Capacity] = [.bounded(1), .bounded(2), .rendezvous]

  /// How many preemptions more than usual; that takes minutes.
  private static let deeper =
    ProcessInfo.processInfo.environment["INPROC_DEEPER"].flatMap { Int($0) } ?? 0

  /// As ``explore(preemptions:timers:_:)``, of calls that meet in passing. In some run they must. To go
  /// on elsewhere while a call looks is no preemption.
  @discardableResult
  static func exploreElimination(
    preemptions: Int, timers: TimerRule = .idle, meets: Bool = true, _ body: @escaping Body
  ) async throws -> Exploration {
    let found = try await InprocTesting.exploreElimination(
      .exhaustive(preemptions: preemptions + deeper), timers: timers, sharing: .endpointsOnly,
      limits: ExplorationLimits(schedules: 10_000_000), body: body)
    #expect(found.meetings > 0 || !meets)
    #expect(!found.wasCutShort)
    return found
  }
}

extension TestScheduler {
  /// Fills a bounded endpoint, so that the next sender finds no room. Returns how many it took.
  @discardableResult
  func fill(_ inbox: Receiver, _ ledger: Ledger) throws -> Int {
    let out = inbox.makeSender()
    var count = 0
    while try out.trySend(Ledger.message("filler", count)) {
      ledger.send(count, as: "filler") { _ in }
      count += 1
    }
    return count
  }
}

/// Calls that spin before they park, and exchange messages without the queue: see
/// `Channel+Elimination.swift`. Everywhere
/// else a schedule is kept from that.
@Suite("SelfCheck: elimination", .timeLimit(.minutes(2)))
struct SelfCheckElimination {
  @Test("one sender, one receiver", arguments: SelfCheck.shortQueues)
  func oneToOne(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      try scheduler.spawnSender("a", 1...2, ledger)
      for _ in 0..<queued + 2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
      try scheduler.require(inbox.isEmpty)
    }
  }

  @Test("one message at a rendezvous")
  func one() async throws {
    try await SelfCheck.exploreElimination(preemptions: 4) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      try scheduler.spawnSender("a", 1...1, ledger)
      ledger.receive(as: "main") { try inbox.receive() }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("two senders, one receiver", arguments: SelfCheck.shortQueues)
  func twoToOne(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 0, meets: capacity != 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      try scheduler.spawnSender("a", 1...1, ledger)
      try scheduler.spawnSender("b", 1...1, ledger)
      for _ in 0..<queued + 2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("one sender, two receivers", arguments: SelfCheck.shortQueues)
  func oneToTwo(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: capacity == 2 ? 0 : 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      scheduler.spawnReceiver("r", queued + 1, inbox, ledger)
      scheduler.spawnReceiver("s", 1, inbox, ledger)
      let out = try scheduler.connectToInbox()
      for number in 1...2 { ledger.send(number, as: "main") { try out.send($0) } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("calls that do not wait take part", arguments: [1, 0] as [Capacity])
  func trying(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      try scheduler.fill(inbox, ledger)
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

  @Test("batches, and single messages between", arguments: SelfCheck.shortQueues)
  func batches(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let out = try scheduler.connectToInbox()
      scheduler.spawn("a") {
        let messages = (1...3).map { Ledger.message("a", $0) }
        var sent = 0
        while sent < 3 { sent += try out.send(contentsOf: messages[sent...]) }
        for number in 1...3 { ledger.send(number, as: "a") { _ in } }
        out.close()
      }
      var batch: [Message] = []
      while batch.count < queued + 2 { try inbox.receive(into: &batch, max: 2) }
      while batch.count < queued + 3 { batch.append(try inbox.receive()) }
      for message in batch { ledger.receive(as: "main") { message } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a queued task beside threads that spin", arguments: [1, 0] as [Capacity])
  func line(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      scheduler.task("t") { await ledger.receive(as: "t") { try await inbox.receive() } }
      scheduler.spawnReceiver("r", 1 + queued, inbox, ledger)
      let out = try scheduler.connectToInbox()
      for number in 1...2 { ledger.send(number, as: "main") { try out.send($0) } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let out = try scheduler.connectToInbox()
      scheduler.task("t") { await ledger.send(1, as: "t") { try await out.send($0) } }
      try scheduler.spawnSender("a", 1...1, ledger)
      for _ in 0..<queued + 2 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a poller and a selection beside one who looks", arguments: [1, 0] as [Capacity])
  func watchers(_ capacity: Capacity) async throws {
    for polls in [true, false] {
      try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
        let ledger = Ledger()
        let inbox = try scheduler.bindInbox(capacity)
        let queued = try scheduler.fill(inbox, ledger)
        scheduler.spawn("p") {
          var message: Message?
          let poller = Poller(inbox)
          while message == nil {
            _ = try polls ? poller.wait() : Inproc.select(inbox)
            message = try inbox.tryReceive()
          }
          ledger.receive(as: "p") { message }
        }
        try scheduler.spawnSender("a", 1...2, ledger)
        for _ in 0..<queued + 1 { ledger.receive(as: "main") { try inbox.receive() } }
        try scheduler.join()
        try ledger.check(scheduler)
      }
    }
  }

  @Test(
    "a selection that sends or receives beside those who look", arguments: [1, 0] as [Capacity])
  func select(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1, meets: capacity == 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let other = try scheduler.registry.bind("inproc://other", capacity: capacity)
      let queued = try scheduler.fill(inbox, ledger)
      let out = try scheduler.connectToInbox()
      try scheduler.spawnSender("a", 1...1, ledger) { try $0.send($1, timeout: .seconds(2)) }
      scheduler.spawnReceiver("r", 1 + queued, inbox, ledger) {
        try $0.receive(timeout: .seconds(2))
      }
      try? Inproc.select(
        .send(Ledger.message("main", 1), over: out) {
          _ = ledger.send(1, as: "main") { _ in }
        },
        .receive(from: other) { message in _ = ledger.receive(as: "main") { message } },
        timeout: .seconds(1))
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("each reply comes to who asked", arguments: [1, 0] as [Capacity])
  func replies(_ capacity: Capacity) async throws {
    try await SelfCheck.exploreElimination(preemptions: 1) { scheduler in
      let server = try scheduler.registry.bindBidirectional(SelfCheck.address, capacity: capacity)
      let clients = try ["a", "b"].map { name in
        let client = try scheduler.registry.connectBidirectional(to: SelfCheck.address)
        return scheduler.spawn(name) {
          try client.send([Frame(name)])
          try scheduler.require(try client.receive() == [Frame(name)])
        }
      }
      for _ in 0..<2 {
        let request = try server.receive()
        try request.reply(request.message)
      }
      for client in clients { try client.join() }
    }
  }
}
