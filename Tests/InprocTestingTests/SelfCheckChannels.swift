import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: batches, receipts, weak senders, select cases", .timeLimit(.minutes(2)))
struct SelfCheckChannels {
  @Test(
    "a batch receive against closing loses nothing", arguments: [Capacity.unbounded, 1, 0])
  func batchAndClose(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      try scheduler.spawnSender("a", 1...2, ledger)
      let receiver = scheduler.spawn("r") { () -> InprocError.Code? in
        var code: InprocError.Code?
        while code == nil {
          var batch: [Message] = []
          code = failureCode { try inbox.receive(into: &batch, max: 2) }
          for message in batch { ledger.receive(as: "r") { message } }
        }
        return code
      }
      inbox.close()
      let code = try receiver.join()
      try scheduler.join()
      try scheduler.require(code == .closed)
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("two batch receivers share what is sent at once")
  func batches() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(2)
      let out = try scheduler.connectToInbox()
      for name in ["r", "s"] {
        scheduler.spawn(name) {
          var batch: [Message] = []
          try inbox.receive(into: &batch, max: 2)
          for message in batch { ledger.receive(as: name) { message } }
        }
      }
      let messages = (1...3).map { Ledger.message("main", $0) }
      var sent = 0
      // Two receivers take at least two; the third may stay.
      sent += try out.trySend(contentsOf: messages)
      while sent < 3 { sent += try out.send(contentsOf: messages[sent...]) }
      for number in 1...3 { ledger.send(number, as: "main") { _ in } }
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("a send of many against closing: what it counts is there, in order, and no more")
  func sendManyAndClose() async throws {
    let found = try await SelfCheck.explore(preemptions: 2) { scheduler in
      let inbox = try scheduler.bindInbox(1)
      let out = try scheduler.connectToInbox()
      let sender = scheduler.spawn("a") {
        (try? out.send(contentsOf: (1...3).map { Ledger.message("a", $0) })) ?? 0
      }
      let first = try? inbox.receive()
      inbox.close()
      let sent = try sender.join()
      let came = (first.map { [$0] } ?? []) + inbox.drain()
      try scheduler.require(came == (1...3).prefix(sent).map { Ledger.message("a", $0) })
      scheduler.observe("\(sent)")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["1", "2"])
  }

  @Test("waiting for receipts against receiving and dropping", arguments: [Capacity.unbounded, 1])
  func receipt(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.explore(preemptions: 3) { scheduler in
      let inbox = try scheduler.bindInbox(capacity)
      let out = try scheduler.connectToInbox()
      try out.send("x")
      let waiter = scheduler.spawn("waiter") { failureCode { try out.waitUntilReceived() } }
      let receiver = scheduler.spawn("r") { try inbox.tryReceive() != nil }
      inbox.discard()
      let code = try waiter.join()
      let came = (try? receiver.join()) == true
      try scheduler.require(came ? code == nil : code == .closed)
      scheduler.observe(code?.rawValue ?? "received")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["received", "closed"])
  }

  @Test("waiting for receipts against the last sender's close, its deadline and an interruption")
  func receiptEnds() async throws {
    let endings = try await SelfCheck.endings(preemptions: 2, timers: .racing) { scheduler in
      let inbox = try scheduler.bindInbox()
      let out = try scheduler.connectToInbox()
      try out.send("x")
      let waiter = scheduler.spawn("waiter") {
        failureCode { try out.waitUntilReceived(timeout: .seconds(1)) }
      }
      scheduler.spawn("closer") { out.close() }
      try waiter.interrupt()
      let came = try inbox.receive()
      try scheduler.require(came == "x")
      let code = try waiter.join()
      try scheduler.join()
      return code
    }
    #expect(endings == ["received", "timed-out", "interrupted"])
  }

  @Test("waiting for receipts in a task against cancelling")
  func receiptCancelled() async throws {
    let endings = try await SelfCheck.endings(preemptions: 2) { scheduler in
      let inbox = try scheduler.bindInbox()
      let out = try scheduler.connectToInbox()
      try out.send("x")
      let task = scheduler.task("t") {
        await asyncFailureCode { try await out.waitUntilReceived() }
      }
      scheduler.spawn("r") { _ = try inbox.receive() }
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      return code
    }
    #expect(endings == ["received", "cancelled"])
  }

  @Test("upgrading a weak sender against the last close: the receiver sees it or the end")
  func weak() async throws {
    let found = try await SelfCheck.explore { scheduler in
      let (out, inbox) = try scheduler.registry.makeChannel()
      let weak = out.weak
      let upgrade = scheduler.spawn("upgrade") { failureCode { try weak.upgrade().send("x") } }
      let receiver = scheduler.spawn("r") { failureCode { try inbox.receive() } }
      out.close()
      let code = try upgrade.join()
      try scheduler.require(try receiver.join() == code)
      scheduler.observe(code?.rawValue ?? "sent")
    }
    #expect(found.isComplete && Set(found.outcomes.map(\.text)) == ["sent", "closed"])
  }

  @Test(
    "a select that sends or receives, against its deadline: exactly one or nothing",
    arguments: [1, 0] as [Capacity])
  func select(_ capacity: Capacity) async throws {
    let found = try await SelfCheck.explore(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let other = try scheduler.registry.bind("inproc://other")
      let out = try scheduler.connectToInbox()
      if capacity == 1 { ledger.send(0, as: "main") { try out.send($0) } }
      let selector = scheduler.spawn("s") { () -> String in
        do throws(InprocError) {
          return try Inproc.select(
            .send(Ledger.message("s", 1), over: out) {
              ledger.send(1, as: "s") { _ in }
              return "sent"
            },
            .receive(from: other) { message in
              ledger.receive(as: "s") { message }
              return "received"
            }, timeout: .seconds(1))
        } catch {
          return error.code.rawValue
        }
      }
      scheduler.spawnReceiver("r", 1, inbox, ledger) { try $0.receive(timeout: .seconds(2)) }
      ledger.send(2, as: "main") { try other.makeSender().send($0) }
      let outcome = try selector.join()
      try scheduler.join()
      for message in other.drain() { ledger.receive(as: "other") { message } }
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe(outcome)
    }
    #expect(Set(found.outcomes.map(\.text)) == ["sent", "received", "timed-out"])
  }

  @Test("a select for room and one who sends do not keep each other from the place")
  func selectAndSend() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      let out = try scheduler.connectToInbox()
      ledger.send(0, as: "main") { try out.send($0) }
      let selector = scheduler.spawn("s") {
        try Inproc.select(
          .send(Ledger.message("s", 1), over: out) { _ = ledger.send(1, as: "s") { _ in } })
      }
      try scheduler.spawnSender("a", 1...1, ledger)
      for _ in 0..<3 { ledger.receive(as: "main") { try inbox.receive() } }
      try selector.join()
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("two selects that take share what comes")
  func selects() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      for name in ["s", "t"] {
        scheduler.spawn(name) {
          try Inproc.select(
            .receive(from: inbox) { message in _ = ledger.receive(as: name) { message } },
            .receive(from: other) { message in _ = ledger.receive(as: name) { message } })
        }
      }
      ledger.send(1, as: "main") { try inbox.makeSender().send($0) }
      ledger.send(2, as: "main") { try other.makeSender().send($0) }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a select in a task against cancelling takes a message or leaves it")
  func selectCancelled() async throws {
    let found = try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      let task = scheduler.task("t") {
        await asyncFailureCode {
          try await Inproc.select(
            .receive(from: other) { message in _ = ledger.receive(as: "t") { message } },
            .receive(from: inbox) { message in _ = ledger.receive(as: "t") { message } })
        }
      }
      scheduler.spawn("canceller") { try task.cancel() }
      ledger.send(1, as: "main") { try inbox.makeSender().send($0) }
      let code = try task.join()
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      scheduler.observe(code?.rawValue ?? "received")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["received", "cancelled"])
  }
}
