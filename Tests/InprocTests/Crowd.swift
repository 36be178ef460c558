import Testing

@testable import Inproc

/// What was sent and what was received, to be compared at the end.
final class Ledger: Sendable {
  private struct Books {
    var sent: [String: [Int]] = [:]
    var received: [[Message]] = []
  }
  private let books = Guarded(Books())

  func sent(_ number: Int, by sender: String) {
    books.withLock { $0.sent[sender, default: []].append(number) }
  }
  func received(_ messages: [Message]) { books.withLock { $0.received.append(messages) } }

  /// Each message that was reported as sent was received once, none that was not; and each receiver
  /// saw each sender's messages in their order.
  func check(atLeast count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    let (sent, received) = books.withLock { ($0.sent, $0.received) }
    var seen: [String: [Int]] = [:]
    for messages in received {
      var last: [String: Int] = [:]
      for message in messages {
        let sender = message[0].description
        let number = Int(message[1].description) ?? -1
        #expect(number > last[sender, default: -1], sourceLocation: sourceLocation)
        last[sender] = number
        seen[sender, default: []].append(number)
      }
    }
    #expect(sent.values.reduce(0) { $0 + $1.count } >= count, sourceLocation: sourceLocation)
    #expect(Set(sent.keys) == Set(seen.keys), sourceLocation: sourceLocation)
    for (sender, numbers) in sent {
      #expect(seen[sender]?.sorted() == numbers, sourceLocation: sourceLocation)
    }
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
        for thread in threads {
          group.addTask {
            ledger.received(await onThread { receiveBlocking(jobs, other, thread) })
          }
        }
        for _ in 0..<2 {
          group.addTask { ledger.received(await receiveSuspending(jobs, other)) }
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
