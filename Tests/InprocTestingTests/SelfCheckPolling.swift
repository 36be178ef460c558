import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: pollers, batches that end", .timeLimit(.minutes(2)))
struct SelfCheckPolling {
  @Test(
    "a poller overlooks no message, and keeps none from who blocks",
    arguments: [Capacity.unbounded, 1, 0])
  func poller(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let other = try scheduler.registry.bind("inproc://other")
      let poller = scheduler.spawn("p") {
        let poller = Poller(other, inbox)
        // One of each; where another is faster, it waits on.
        for _ in 0..<2 {
          var (message, index) = (Message?.none, 0)
          while message == nil {
            index = try poller.wait()
            message = try (index == 0 ? other : inbox).tryReceive()
          }
          poller.remove(at: index)
          ledger.receive(as: "p") { message }
        }
      }
      scheduler.spawnReceiver("r", 1, inbox, ledger)
      try scheduler.spawnSender("a", 1...2, ledger)
      let out = other.makeSender()
      ledger.send(1, as: "main") { try out.send($0) }
      try poller.join()
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a poller against its deadline, cancelling and closing")
  func ends() async throws {
    let timed = try await SelfCheck.endings(preemptions: 2, timers: .racing, success: "found") {
      scheduler in
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      let out = try scheduler.connectToInbox()
      scheduler.spawn("a") { try out.send("x") }
      let poller = Poller(other, inbox)
      let failure = failureCode { try poller.wait(timeout: .seconds(1)) }
      try scheduler.join()
      // Whatever came of the wait, the message is there and found.
      try scheduler.require(poller.poll() == 1 && inbox.count == 1)
      return failure
    }
    #expect(timed == ["found", "timed-out"])
    let cancelled = try await SelfCheck.endings(preemptions: 2, success: "found") { scheduler in
      let inbox = try scheduler.bindInbox()
      let other = try scheduler.registry.bind("inproc://other")
      let task = scheduler.task("t") {
        let poller = Poller(other, inbox)
        return await asyncFailureCode { try await poller.wait() }
      }
      scheduler.spawn("closer") { inbox.close() }
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      return code
    }
    #expect(cancelled == ["found", "cancelled"])
  }

  @Test("a batch receive in a task against cancelling, its deadline and a message")
  func batch() async throws {
    let endings = try await SelfCheck.endings(preemptions: 1, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let task = scheduler.task("t") { () -> InprocError.Code? in
        var batch: [Message] = []
        let failure = await asyncFailureCode {
          try await inbox.receive(into: &batch, max: 2, timeout: .seconds(1))
        }
        for message in batch { ledger.receive(as: "t") { message } }
        return failure
      }
      try scheduler.spawnSender("a", 1...2, ledger)
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      return code
    }
    #expect(endings == ["received", "cancelled", "timed-out"])
  }

  @Test("a send of many in a task against cancelling and its deadline: what it counts is there")
  func sendMany() async throws {
    let found = try await SelfCheck.explore(preemptions: 1, timers: .racing) { scheduler in
      let inbox = try scheduler.bindInbox(1)
      let out = try scheduler.connectToInbox()
      let task = scheduler.task("t") {
        (try? await out.send(
          contentsOf: (1...3).map { Ledger.message("t", $0) }, timeout: .seconds(1))) ?? 0
      }
      let receiver = scheduler.spawn("r") { try? inbox.receive(timeout: .seconds(1)) }
      try task.cancel()
      let sent = try task.join()
      let first = try receiver.join()
      let came = (first.map { [$0] } ?? []) + inbox.drain()
      try scheduler.require(came == (1...3).prefix(sent).map { Ledger.message("t", $0) })
      scheduler.observe("\(sent)")
    }
    #expect(Set(found.outcomes.map(\.text)).isSuperset(of: ["0", "1", "2"]))
  }

  @Test("draining into a buffer against sending, receiving and closing")
  func drain() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      try scheduler.spawnSender("a", 1...2, ledger)
      scheduler.spawnReceiver("r", 1, inbox, ledger) { try $0.receive(timeout: .seconds(1)) }
      var batch: [Message] = []
      inbox.drain(into: &batch)
      inbox.close()
      try scheduler.join()
      inbox.drain(into: &batch)
      for message in batch { ledger.receive(as: "main") { message } }
      try ledger.check(scheduler)
    }
  }
}
