import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: tasks", .timeLimit(.minutes(2)))
struct SelfCheckTasks {
  @Test("a task and a thread receive", arguments: SelfCheckDelivery.capacities)
  func receive(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      scheduler.task("t") { await ledger.receive(as: "t") { try await inbox.receive() } }
      scheduler.spawnReceiver("r", 1, inbox, ledger)
      let out = try scheduler.connectToInbox()
      for number in 1...2 { ledger.send(number, as: "main") { try out.send($0) } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("a task and a thread send", arguments: [1, 0] as [Capacity])
  func send(_ capacity: Capacity) async throws {
    try await SelfCheck.explore(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let out = try scheduler.connectToInbox()
      scheduler.task("t") {
        for number in 1...2 { await ledger.send(number, as: "t") { try await out.send($0) } }
      }
      try scheduler.spawnSender("a", 1...1, ledger)
      for _ in 0..<3 { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test(
    "cancelling against a message: taken or left to the next", arguments: [Capacity.unbounded, 0])
  func cancelReceive(_ capacity: Capacity) async throws {
    let endings = try await SelfCheck.endings(preemptions: 1) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      let task = scheduler.task("t") {
        await ledger.receive(as: "t") { try await inbox.receive() }
      }
      let next = scheduler.spawnReceiver("r", 1, inbox, ledger)
      scheduler.spawn("canceller") { try task.cancel() }
      let out = try scheduler.connectToInbox()
      ledger.send(1, as: "main") { try out.send($0) }
      let code = try task.join()
      if code == nil { ledger.send(2, as: "main") { try out.send($0) } }
      try scheduler.require(try next.join() == [nil])
      try ledger.check(scheduler)
      return code
    }
    #expect(endings == ["received", "cancelled"])
  }

  @Test("cancelling against room: sent or not", arguments: [1, 0] as [Capacity])
  func cancelSend(_ capacity: Capacity) async throws {
    let endings = try await SelfCheck.endings(preemptions: 2, success: "sent") { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(capacity)
      if capacity != 0 { ledger.send(0, as: "main") { try inbox.makeSender().send($0) } }
      let out = try scheduler.connectToInbox()
      let task = scheduler.task("t") { await ledger.send(1, as: "t") { try await out.send($0) } }
      scheduler.spawnReceiver("r", 1, inbox, ledger) { try $0.receive(timeout: .seconds(1)) }
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      return code
    }
    #expect(endings == ["sent", "cancelled"])
  }

  @Test("a cancelled sender leaves its turn to one who waits behind it")
  func cancelFirst() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(1)
      ledger.send(0, as: "main") { try inbox.makeSender().send($0) }
      let out = try scheduler.connectToInbox()
      let task = scheduler.task("t") { await ledger.send(1, as: "t") { try await out.send($0) } }
      let behind = try scheduler.spawnSender("a", 1...1, ledger)
      ledger.receive(as: "main") { try inbox.receive() }
      try task.cancel()
      if try task.join() == nil { ledger.receive(as: "main") { try inbox.receive() } }
      try scheduler.require(try behind.join() == [nil])
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("cancelling against the deadline against a message")
  func deadline() async throws {
    let endings = try await SelfCheck.endings(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let task = scheduler.task("t") {
        await ledger.receive(as: "t") { try await inbox.receive(timeout: .seconds(1)) }
      }
      try scheduler.spawnSender("a", 1...1, ledger)
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
      return code
    }
    #expect(endings == ["received", "cancelled", "timed-out"])
  }

  @Test("cancelling against closing")
  func closing() async throws {
    let endings = try await SelfCheck.endings(preemptions: 3) { scheduler in
      let inbox = try scheduler.bindInbox()
      let task = scheduler.task("t") { await asyncFailureCode { try await inbox.receive() } }
      scheduler.spawn("closer") { inbox.close() }
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      return code
    }
    #expect(endings == ["cancelled", "closed"])
  }

  @Test("cancelling twice, from two threads")
  func twice() async throws {
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox()
      let task = scheduler.task("t") {
        await ledger.receive(as: "t") { try await inbox.receive() }
      }
      scheduler.spawn("other") { try task.cancel() }
      try task.cancel()
      ledger.send(1, as: "main") { try inbox.makeSender().send($0) }
      try scheduler.join()
      try ledger.check(scheduler, left: inbox.drain())
    }
  }

  @Test("a select and a connect that are cancelled leave nothing behind")
  func others() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let inbox = try scheduler.bindInbox()
      let control = try scheduler.registry.bind("inproc://control")
      let select = scheduler.task("select") {
        await asyncFailureCode { _ = try await Inproc.select(inbox, control) }
      }
      let sender = scheduler.spawn("a") { try inbox.makeSender().send("x") }
      try select.cancel()
      let code = try select.join()
      try scheduler.require(code == nil || code == .cancelled)
      try sender.join()
      try scheduler.require(inbox.count == 1)
    }
    try await SelfCheck.explore(preemptions: 3) { scheduler in
      let registry = scheduler.registry
      let connect = scheduler.task("connect") {
        await asyncFailureCode {
          try await registry.connect(to: SelfCheck.address, waiting: nil).close()
        }
      }
      let binder = scheduler.spawn("binder") { try scheduler.bindInbox() }
      try connect.cancel()
      let code = try connect.join()
      try scheduler.require(code == nil || code == .cancelled)
      try scheduler.require(try binder.join().connectionCount == 0)
    }
  }
}
