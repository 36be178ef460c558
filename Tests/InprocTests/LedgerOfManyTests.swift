import TestSupport
import Testing

@testable import Inproc

/// As ``LedgerTests``, by the calls that move many at once, choose, or keep nothing open.
@Suite(
  "Nothing is lost or doubled by batches, selections and weak senders", .timeLimit(.minutes(1)))
struct LedgerOfManyTests {
  static let rounds = 300

  private static func messages(_ sender: String, _ numbers: Range<Int>) -> [Message] {
    numbers.map { [Frame(sender), Frame("\($0)")] }
  }

  /// Notes the first so many numbers as sent. Returns whether to go on.
  private static func note(
    _ sent: Int, _ failure: InprocError.Code?, from number: Int, by name: String, _ ledger: Ledger
  ) -> Bool {
    for further in 0..<sent { ledger.sent(number + further, by: name) }
    switch failure {
    case nil, .timedOut, .cancelled, .interrupted: return true
    case .closed: return false
    case let other:
      Issue.record("\(String(describing: other))")
      return false
    }
  }

  private static func sendBlocking(
    _ name: String, _ out: Sender, _ other: Receiver, _ ledger: Ledger
  ) {
    let weak = out.weak
    let time = Duration.microseconds(30)
    for round in 0..<rounds {
      let number = round * 3
      let batch = messages(name, number..<number + 3)
      var sent = 0
      let failure = failureCode {
        switch round % 6 {
        case 0: sent = try out.send(contentsOf: batch, timeout: time)
        case 1: sent = try out.trySend(contentsOf: batch)
        case 2: sent = try select(.send(batch[0], over: out) { 1 }, timeout: time)
        case 3:
          sent = try select(
            .receive(from: other) { _ in 0 }, .send(batch[0], over: out) { 1 }, timeout: time)
        case 4:
          let further = try weak.upgrade()
          try further.send(batch[0], timeout: time)
          sent = 1
        default:
          // Gives up or not: it takes nothing.
          try out.waitUntilReceived(timeout: time)
        }
      }
      guard note(sent, failure, from: number, by: name, ledger) else { return }
    }
  }

  private static func sendSuspending(
    _ name: String, _ out: Sender, _ other: Receiver, _ ledger: Ledger
  ) async {
    for round in 0..<rounds {
      let number = round * 3
      let batch = messages(name, number..<number + 3)
      let sending = Task { () async throws -> Int in
        switch round % 4 {
        case 0: return try await out.send(contentsOf: batch, timeout: .microseconds(50))
        case 1: return try await select(.send(batch[0], over: out) { 1 })
        case 2:
          return try await select(.send(batch[0], over: out) { 1 }, .message(at: other) { 0 })
        default:
          try await out.waitUntilReceived(timeout: .microseconds(50), clock: .suspending)
          return 0
        }
      }
      await Task.yield()
      sending.cancel()
      let result = await sending.result
      let sent = (try? result.get()) ?? 0
      let failure = failureCode { try result.get() }
      guard note(sent, failure, from: number, by: name, ledger) else { return }
    }
  }

  private static func receiveBlocking(
    _ jobs: Receiver, _ other: Receiver, _ thread: Mailbox<SystemThread>
  ) -> [Message] {
    thread.put(SystemThread.current)
    let poller = Poller(other, jobs)
    let time = Duration.microseconds(30)
    var seen: [Message] = []
    var round = 0
    while true {
      round += 1
      let failure = failureCode {
        switch round % 5 {
        case 0: try jobs.receive(into: &seen, max: 3)
        case 1: _ = try jobs.tryReceive(into: &seen, max: 2)
        case 2: jobs.drain(into: &seen)
        case 3:
          try select(
            .receive(from: other) { seen.append($0) }, .receive(from: jobs) { seen.append($0) },
            timeout: time)
        default:
          if try poller.wait(timeout: time) == 1, let message = try jobs.tryReceive() {
            seen.append(message)
          }
        }
      }
      if failure == .closed { return seen }
    }
  }

  private static func receiveSuspending(_ jobs: Receiver, _ other: Receiver) async -> [Message] {
    var seen: [Message] = []
    var round = 0
    while true {
      round += 1
      let kind = round % 3
      let receiving = Task { () async -> ([Message], InprocError.Code?) in
        var batch: [Message] = []
        let failure = await asyncFailureCode {
          switch kind {
          case 0: try await jobs.receive(into: &batch, max: 3, timeout: .microseconds(50))
          case 1: try await select(.receive(from: jobs) { batch.append($0) })
          default:
            _ = try await Poller(other, jobs).wait(timeout: .milliseconds(1))
          }
        }
        return (batch, failure)
      }
      if round.isMultiple(of: 2) {
        await Task.yield()
        receiving.cancel()
      }
      let (batch, failure) = await receiving.value
      seen += batch
      if failure == .closed { return seen }
    }
  }

  @Test(
    "every message is accounted for",
    arguments: [Capacity.unbounded, .bounded(1), .bounded(8), .rendezvous], [false, true])
  func ledger(capacity: Capacity, closesEarly: Bool) async throws {
    let crowd = Crowd(
      sendBlocking: Self.sendBlocking, sendSuspending: Self.sendSuspending,
      receiveBlocking: Self.receiveBlocking, receiveSuspending: Self.receiveSuspending)
    try await crowd.run(senders: 4, capacity, closesEarly: closesEarly, atLeast: 100)
  }
}
