import TestSupport
import Testing

@testable import Inproc

@Suite("Nothing is lost or doubled", .timeLimit(.minutes(1)))
struct LedgerTests {
  static let rounds = 400

  private static func message(_ sender: String, _ number: Int) -> Message {
    [Frame(sender), Frame("\(number)")]
  }

  /// Sends in every blocking way, some of which give up.
  private static func sendBlocking(_ name: String, _ out: Sender, _ ledger: Ledger) {
    var number = 0
    while number < rounds {
      let message = message(name, number)
      let failure: InprocError.Code?
      switch number % 4 {
      case 0: failure = failureCode { try out.send(message) }
      case 1: failure = failureCode { try out.send(message, timeout: .microseconds(20)) }
      case 2: failure = failureCode { try out.send(message, until: .now) }
      default:
        failure = failureCode {
          if try !out.trySend(message) { throw InprocError(.wouldBlock, "") }
        }
      }
      switch failure {
      case nil: ledger.sent(number, by: name)
      case .timedOut, .wouldBlock, .interrupted: break
      case .closed: return
      case let other: Issue.record("\(String(describing: other))")
      }
      number += 1
    }
  }

  /// Sends in tasks that are cancelled or run out of time.
  private static func sendSuspending(_ name: String, _ out: Sender, _ ledger: Ledger) async {
    for number in 0..<rounds {
      let message = message(name, number)
      let sending = Task {
        switch number % 3 {
        case 0: await asyncFailureCode { try await out.send(message) }
        case 1: await asyncFailureCode { try await out.send(message, timeout: .microseconds(50)) }
        default: await asyncFailureCode { try await out.send(message, until: .now) }
        }
      }
      if number.isMultiple(of: 2) {
        await Task.yield()
        sending.cancel()
      }
      switch await sending.value {
      case nil: ledger.sent(number, by: name)
      case .timedOut, .cancelled: break
      case .closed: return
      case let other: Issue.record("\(String(describing: other))")
      }
    }
  }

  private static func receiveBlocking(
    _ jobs: Receiver, _ other: Receiver, _ thread: Mailbox<SystemThread>
  ) -> [Message] {
    thread.put(SystemThread.current)
    var seen: [Message] = []
    var round = 0
    while true {
      round += 1
      do throws(InprocError) {
        switch round % 5 {
        case 0: seen.append(try jobs.receive())
        case 1: seen.append(try jobs.receive(timeout: .microseconds(20)))
        case 2: if let message = try jobs.tryReceive() { seen.append(message) }
        case 3: seen += jobs.drain()
        default: _ = try select(other, jobs, timeout: .microseconds(50))
        }
      } catch {
        switch error.code {
        case .closed: return seen
        case .timedOut, .interrupted: break
        default: Issue.record(error)
        }
      }
    }
  }

  private static func receiveSuspending(_ jobs: Receiver, _ other: Receiver) async -> [Message] {
    var seen: [Message] = []
    var round = 0
    while true {
      round += 1
      let kind = round % 3
      let receiving = Task { () async throws -> Message? in
        switch kind {
        case 0: return try await jobs.receive()
        case 1: return try await jobs.receive(timeout: .microseconds(50))
        default:
          _ = try await select(other, jobs, timeout: .milliseconds(1))
          return nil
        }
      }
      if round.isMultiple(of: 2) {
        await Task.yield()
        receiving.cancel()
      }
      switch await receiving.result {
      case .success(let message): if let message { seen.append(message) }
      case .failure(let error as InprocError):
        switch error.code {
        case .closed: return seen
        case .timedOut, .cancelled: break
        default: Issue.record(error)
        }
      case .failure(let error): Issue.record(error)
      }
    }
  }

  @Test(
    "every message is accounted for under timeouts, interruptions, cancelling and closing",
    arguments: [Capacity.unbounded, .bounded(1), .bounded(8), .rendezvous], [false, true])
  func ledger(capacity: Capacity, closesEarly: Bool) async throws {
    let crowd = Crowd(
      sendBlocking: { Self.sendBlocking($0, $1, $3) },
      sendSuspending: { await Self.sendSuspending($0, $1, $3) },
      receiveBlocking: Self.receiveBlocking, receiveSuspending: Self.receiveSuspending)
    try await crowd.run(senders: 6, capacity, closesEarly: closesEarly, atLeast: 300)
  }

  @Test(
    "a message that is sent while its receiver gives up is received by the next",
    arguments: [
      Capacity.unbounded, .rendezvous,
    ])
  func handOver(capacity: Capacity) async throws {
    let registry = Registry()
    let jobs = try registry.bind("inproc://jobs", capacity: capacity)
    let out = try registry.connect(to: "inproc://jobs")
    for _ in 0..<300 {
      async let received = onThread { try? jobs.receive(timeout: .microseconds(100)) }
      async let sent = onThread {
        (try? out.send("x", timeout: .microseconds(100))) != nil
      }
      let (message, wasSent) = (await received, await sent)
      #expect((message != nil ? 1 : 0) + jobs.drain().count == (wasSent ? 1 : 0))
    }
  }
}
