import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("SelfCheck: selections that meet", .timeLimit(.minutes(2)))
struct SelfCheckMeeting {
  /// A selection that sends one or receives one.
  private static func exchange(
    _ name: String, _ number: Int, _ out: Sender, _ inbox: Receiver, _ ledger: Ledger,
    timeout: Duration? = nil
  ) -> String {
    do throws(InprocError) {
      return try Inproc.select(
        .send(Ledger.message(name, number), over: out) {
          ledger.send(number, as: name) { _ in }
          return "sent"
        },
        .receive(from: inbox) { message in
          ledger.receive(as: name) { message }
          return "received"
        }, timeout: timeout)
    } catch {
      return error.code.rawValue
    }
  }

  @Test("one to send and one to receive meet at a rendezvous")
  func meet() async throws {
    try await SelfCheck.explore { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      let out = try scheduler.connectToInbox()
      let sender = scheduler.spawn("s") {
        try Inproc.select(
          .send(Ledger.message("s", 1), over: out) { _ = ledger.send(1, as: "s") { _ in } })
      }
      try Inproc.select(
        .receive(from: inbox) { message in _ = ledger.receive(as: "main") { message } })
      try sender.join()
      try ledger.check(scheduler)
    }
  }

  @Test("each to do either, at two places: they agree on one")
  func cross() async throws {
    let found = try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let a = try scheduler.registry.bind("inproc://a", capacity: .rendezvous)
      let b = try scheduler.registry.bind("inproc://b", capacity: .rendezvous)
      let (toA, toB) = (a.makeSender(), b.makeSender())
      let other = scheduler.spawn("t") { Self.exchange("t", 1, toB, a, ledger) }
      let mine = Self.exchange("main", 2, toA, b, ledger)
      let theirs = try other.join()
      try scheduler.require(Set([mine, theirs]) == ["sent", "received"])
      try ledger.check(scheduler)
      scheduler.observe(mine)
    }
    #expect(Set(found.outcomes.map(\.text)) == ["sent", "received"])
  }

  @Test("one that could meet two meets one of them")
  func three() async throws {
    try await SelfCheck.explore(preemptions: 2) { scheduler in
      let ledger = Ledger()
      let a = try scheduler.registry.bind("inproc://a", capacity: .rendezvous)
      let b = try scheduler.registry.bind("inproc://b", capacity: .rendezvous)
      let (toA, toB) = (a.makeSender(), b.makeSender())
      for (name, end) in [("r", a), ("s", b)] {
        scheduler.spawn(name) {
          failureCode {
            try Inproc.select(
              .receive(from: end) { message in _ = ledger.receive(as: name) { message } },
              timeout: .seconds(1))
          }
        }
      }
      for number in 1...2 {
        try Inproc.select(
          .send(Ledger.message("main", number), over: toA) {
            _ = ledger.send(number, as: "main") { _ in }
          },
          .send(Ledger.message("main", number), over: toB) {
            _ = ledger.send(number, as: "main") { _ in }
          }, timeout: .seconds(2))
      }
      try scheduler.join()
      try ledger.check(scheduler)
    }
  }

  @Test("one alone does not meet itself")
  func alone() async throws {
    try await SelfCheck.explore { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      let out = inbox.makeSender()
      let code = Self.exchange("main", 1, out, inbox, ledger, timeout: .seconds(1))
      try scheduler.require(code == "timed-out")
      try ledger.check(scheduler)
    }
  }

  @Test("meeting against a deadline, and against who only sends")
  func deadline() async throws {
    let found = try await SelfCheck.explore(preemptions: 2, timers: .racing) { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      let out = try scheduler.connectToInbox()
      let sender = scheduler.spawn("s") {
        failureCode {
          try Inproc.select(
            .send(Ledger.message("s", 1), over: out) { _ = ledger.send(1, as: "s") { _ in } },
            timeout: .seconds(1))
        }
      }
      let failure = failureCode {
        try Inproc.select(
          .receive(from: inbox) { message in _ = ledger.receive(as: "main") { message } },
          timeout: .seconds(1))
      }
      let theirs = try sender.join()
      try scheduler.require(failure == theirs && (failure == nil || failure == .timedOut))
      try ledger.check(scheduler)
      scheduler.observe(failure?.rawValue ?? "met")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["met", "timed-out"])
  }

  @Test("meeting in a task against cancelling, and against closing", arguments: [false, true])
  func cancelled(closes: Bool) async throws {
    let endings = try await SelfCheck.endings(preemptions: 2, success: "met") { scheduler in
      let ledger = Ledger()
      let inbox = try scheduler.bindInbox(.rendezvous)
      let out = try scheduler.connectToInbox()
      let task = scheduler.task("t") {
        await asyncFailureCode {
          try await Inproc.select(
            .send(Ledger.message("t", 1), over: out) { _ = ledger.send(1, as: "t") { _ in } })
        }
      }
      let receiver = scheduler.spawn("r") {
        failureCode {
          try Inproc.select(
            .receive(from: inbox) { message in _ = ledger.receive(as: "r") { message } },
            timeout: .seconds(1))
        }
      }
      if closes { inbox.close() } else { try task.cancel() }
      let (mine, theirs) = (try task.join(), try receiver.join())
      try scheduler.require((mine == nil) == (theirs == nil))
      try ledger.check(scheduler)
      return mine
    }
    #expect(endings == ["met", closes ? "closed" : "cancelled"])
  }
}
