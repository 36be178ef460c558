import CInprocCore
import CInprocPlatform
import Synchronization
import TestSupport
import Testing

@testable import Inproc

/// Counts frames that were made and frames that were released.
private final class Census: Sendable {
  private let made = Atomic(0)
  private let released = Atomic(0)

  func message() -> Message {
    made.add(1, ordering: .relaxed)
    let byte = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
    let place = UInt(bitPattern: byte.baseAddress)
    return Message(
      Frame(bytesNoCopy: UnsafeRawBufferPointer(byte)) {
        UnsafeMutableRawPointer(bitPattern: place)?.deallocate()
        self.released.add(1, ordering: .relaxed)
      })
  }

  var alive: Int { made.load(ordering: .relaxed) - released.load(ordering: .relaxed) }
}

private final class Books: Sendable {
  let sent = Atomic(0)
  let received = Atomic(0)
  let sendersEnded = Atomic(0)
}

@Suite("Queues under stress", .timeLimit(.minutes(1)))
struct QueueStressTests {
  /// Four senders and three receivers, each in several ways, until someone closes in the midst of it.
  @Test(
    "every message is received once, refused, or dropped by a close; none stays behind",
    arguments: [
      Capacity.unbounded, .bounded(1), .bounded(3), .bounded(64), .latest(2), .rendezvous,
    ],
    [false, true])
  func accounts(capacity: Capacity, dropping: Bool) async throws {
    let census = Census()
    let books = Books()
    for round in 0..<3 {
      var receiver: Receiver? = try Registry().bind("inproc://stress", capacity: capacity)
      let out = try #require(receiver).makeSender()
      await withTaskGroup(of: Void.self) { group in
        for sender in 0..<4 { group.addTask { await send(over: out, sender, census, books) } }
        for number in 0..<3 {
          let receiver = receiver
          group.addTask { if let receiver { await receive(from: receiver, number, books) } }
        }
        let receiver = receiver
        group.addTask {
          await onThread {
            let enough = 500 * (round + 1)
            while books.received.load(ordering: .relaxed) < enough,
              books.sendersEnded.load(ordering: .relaxed) < 4 * (round + 1)
            { inproc_yield() }
            if dropping { receiver?.discard() } else { receiver?.close() }
          }
        }
      }
      let left = receiver?.drain().count ?? 0
      books.received.add(left, ordering: .relaxed)
      receiver = nil
      let sentCount = books.sent.load(ordering: .relaxed)
      let receivedCount = books.received.load(ordering: .relaxed)
      if dropping || capacity == .latest(2) {
        #expect(receivedCount <= sentCount)
      } else {
        #expect(receivedCount == sentCount)
      }
    }
    #expect(census.alive == 0)
  }

  private func send(over out: Sender, _ sender: Int, _ census: Census, _ books: Books) async {
    await onThread {
      defer { books.sendersEnded.add(1, ordering: .relaxed) }
      for number in 0..<2000 {
        let failure = failureCode {
          switch (number + sender) % 3 {
          case 0: try out.send(census.message())
          case 1: try out.send(census.message(), timeout: .microseconds(number % 40))
          default: if try !out.trySend(census.message()) { throw InprocError(.wouldBlock, "") }
          }
        }
        if failure == nil { books.sent.add(1, ordering: .relaxed) }
        if failure == .closed { return }
      }
    }
  }

  private func receive(from receiver: Receiver, _ number: Int, _ books: Books) async {
    await onThread {
      for turn in 0... {
        let failure = failureCode {
          switch (turn + number) % 3 {
          case 0: try receiver.receive()
          case 1: try receiver.receive(timeout: .microseconds(turn % 40))
          default: if try receiver.tryReceive() == nil { throw InprocError(.wouldBlock, "") }
          }
        }
        if failure == nil { books.received.add(1, ordering: .relaxed) }
        if failure == .closed { return }
      }
    }
  }

  @Test("a lock that is biased to one thread lets one in at a time")
  func biasedLock() async {
    final class Shared: @unchecked Sendable {
      // Unchecked because the test is about what protects it.
      let lock = UnsafeMutablePointer<inproc_lock>.allocate(capacity: 1)
      var count = 0
      init() { inproc_lock_initialize(lock, INPROC_ANY) }
      deinit { lock.deallocate() }
      func add() {
        let held = inproc_lock(lock)
        count += 1
        inproc_unlock(lock, held)
      }
    }
    let shared = Shared()
    let start = StartLine(3)
    await withTaskGroup(of: Void.self) { group in
      for thread in 0..<3 {
        group.addTask {
          await onThread {
            start.wait()
            // One enters all the time, the others now and then: enough to be made the owner.
            for number in 0..<30_000 {
              shared.add()
              if thread > 0, number % 1000 == 0 { for _ in 0..<20 { inproc_yield() } }
            }
          }
        }
      }
    }
    #expect(shared.count == 90_000)
  }

  @Test("senders of one thread after the other keep a queue's order")
  func owners() async throws {
    let receiver = try Registry().bind("inproc://owners")
    for thread in 0..<12 {
      let out = receiver.makeSender()
      await onThread {
        for number in 0..<200 {
          #expect(failureCode { try out.send(Message(Frame("\(thread * 200 + number)"))) } == nil)
        }
      }
    }
    #expect(receiver.drain().map { Int($0[0].description) } == Array(0..<2400))
  }

  @Test("memory of a burst is given back: its blocks are freed as they empty")
  func burst() throws {
    let census = Census()
    let receiver = try Registry().bind("inproc://burst")
    let out = receiver.makeSender()
    for _ in 0..<5000 { _ = try out.trySend(census.message()) }
    #expect(receiver.count == 5000)
    for left in stride(from: 4999, through: 0, by: -1) {
      #expect(try receiver.tryReceive() != nil)
      #expect(receiver.count == left && census.alive == left)
    }
  }
}
