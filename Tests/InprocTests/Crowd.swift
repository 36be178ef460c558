import TestSupport
import Testing

@testable import Inproc

extension Ledger {
  /// At least so much was sent, each message that was reported as sent was received once, none that
  /// was not; and each receiver saw each sender's messages in their order.
  func check(atLeast count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(sentCount >= count, sourceLocation: sourceLocation)
    #expect(mismatches == [], sourceLocation: sourceLocation)
  }

  /// Notes all that a receiver got.
  func received(_ messages: [Message], by receiver: String) {
    for message in messages { received(message, by: receiver) }
  }
}

/// Threads and tasks that send to one endpoint and receive there in their ways, while others
/// interrupt them.
struct Crowd: Sendable {
  /// Given a name, where to send, an endpoint where nothing is sent, and where to note what was sent.
  var sendBlocking: @Sendable (String, Sender, Receiver, Ledger) -> Void
  var sendSuspending: @Sendable (String, Sender, Receiver, Ledger) async -> Void
  /// Given where to receive, an endpoint where nothing is sent, and where to put the own thread.
  /// Returns what came, once nothing more can.
  var receiveBlocking: @Sendable (Receiver, Receiver, Mailbox<SystemThread>) -> [Message]
  var receiveSuspending: @Sendable (Receiver, Receiver) async -> [Message]

  /// Two threads and two tasks receive, every other sender is a task; in the end the books must
  /// balance, and nobody may be left in a line.
  func run(
    senders count: Int, _ capacity: Capacity, closesEarly: Bool, atLeast: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let registry = Registry()
    let jobs = try registry.bind("inproc://jobs", capacity: capacity)
    let other = try registry.bind("inproc://other")
    let ledger = Ledger()
    let threads = (0..<2).map { _ in Mailbox<SystemThread>() }
    let isOver = Mailbox<Bool>()
    let senders = try (0..<count).map { _ in try registry.connect(to: "inproc://jobs") }

    let receiving = Task {
      await withTaskGroup(of: Void.self) { group in
        for (number, thread) in threads.enumerated() {
          group.addTask {
            let messages = await onThread { receiveBlocking(jobs, other, thread) }
            ledger.received(messages, by: "thread\(number)")
          }
        }
        for number in 0..<2 {
          group.addTask {
            ledger.received(await receiveSuspending(jobs, other), by: "task\(number)")
          }
        }
      }
    }
    let disturbing = Task {
      while isOver.value == nil {
        for thread in threads { thread.value?.interrupt() }
        for _ in 0..<50 { await Task.yield() }
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for (number, out) in senders.enumerated() {
        group.addTask {
          if number.isMultiple(of: 2) {
            await onThread { sendBlocking("thread\(number)", out, other, ledger) }
          } else {
            await sendSuspending("task\(number)", out, other, ledger)
          }
          // The last one's end is the end of all.
          out.close()
        }
      }
      if closesEarly {
        group.addTask {
          for _ in 0..<2000 { await Task.yield() }
          jobs.close()
        }
      }
    }
    if !closesEarly { try registry.unbind("inproc://jobs") }
    await receiving.value
    isOver.put(true)
    await disturbing.value
    ledger.check(atLeast: closesEarly ? 0 : atLeast, sourceLocation: sourceLocation)
    #expect(
      jobs.channel.waiting == (0, 0) && other.channel.waiting == (0, 0),
      sourceLocation: sourceLocation)
    #expect(jobs.channel.waitingForReceipt == 0, sourceLocation: sourceLocation)
    #expect(jobs.isDisconnected && jobs.connectionCount == 0, sourceLocation: sourceLocation)
  }
}
