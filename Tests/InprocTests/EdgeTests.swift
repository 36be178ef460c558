import Synchronization
import SystemCallFilter
import TestSupport
import Testing

@testable import Inproc

/// Keeps an object alive as the owner of a frame's bytes.
private func message(keeping object: any AnyObject & Sendable) -> Message {
  Message(
    Frame(bytesNoCopy: UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: 64), count: 0)) {
      withExtendedLifetime(object) {}
    })
}

/// A value that keeps the queue of another one.
private final class Link: Sendable {
  static let alive = Atomic(0)
  let next: ValueReceiver<Link>?
  init(_ next: ValueReceiver<Link>?) {
    self.next = next
    Link.alive.add(1, ordering: .relaxed)
  }
  deinit { Link.alive.subtract(1, ordering: .relaxed) }
}

@Suite("Edges of the core", .timeLimit(.minutes(2)))
struct EdgeTests {
  private static let depth = 50_000

  @Test("a deep chain of queues within queues is released")
  func chainOfMessages() async throws {
    try await onThread {
      let registry = Registry()
      var inner = try registry.makeChannel().receiver
      let innermost = Weak(inner)
      for _ in 0..<Self.depth {
        let (out, outer) = try registry.makeChannel(capacity: 1)
        #expect(try out.trySend(message(keeping: inner)))
        inner = outer
      }
      inner = try registry.makeChannel().receiver
      #expect(innermost.object == nil)
    }
  }

  @Test("so is a chain of which each queue still has a sender, and one of values")
  func chainsWithSenders() async throws {
    try await onThread {
      let registry = Registry()
      var senders: [Sender] = []
      var inner = try registry.makeChannel().receiver
      let innermost = Weak(inner)
      for _ in 0..<Self.depth {
        let (out, outer) = try registry.makeChannel(capacity: 1)
        #expect(try out.trySend(message(keeping: inner)))
        senders.append(out)
        inner = outer
      }
      inner = try registry.makeChannel().receiver
      #expect(innermost.object == nil)
      senders = []
      var link: Link? = Link(nil)
      for _ in 0..<Self.depth {
        let (out, inbox) = try registry.makeChannel(of: Link.self)
        if let link { #expect(try out.trySend(link)) }
        link = Link(inbox)
      }
      #expect(Link.alive.load(ordering: .relaxed) == Self.depth + 1)
      link = nil
      #expect(Link.alive.load(ordering: .relaxed) == 0)
    }
  }

  @Test("tasks that receive at a rendezvous get what threads hand over")
  func rendezvous() async throws {
    let (out, inbox) = try Registry().makeChannel(capacity: .rendezvous)
    let count = 3000
    async let sending: Void = onThread {
      for number in 0..<count { try out.send("job \(number)") }
      out.close()
    }
    var number = 0
    for await message in inbox {
      #expect(message == Message("job \(number)"))
      number += 1
    }
    try await sending
    #expect(number == count)
  }

  // Not under the address sanitizer, which runs a process of its own in an exit test as everywhere.
  @Test("a process that forbids itself membarrier after it started goes on")
  func forbidden() async {
    await #expect(processExitsWith: .success) {
      let registry = Registry()
      let there = try registry.bind("inproc://there", capacity: 1)
      let back = try registry.bind("inproc://back", capacity: 1)
      let (toThere, toBack) = (
        try registry.connect(to: "inproc://there"), try registry.connect(to: "inproc://back")
      )
      // Both before and after that one thread owns each end.
      for isForbidden in [false, true] {
        if isForbidden, !forbid_membarrier(false) { return }
        async let answering: Void = onThread {
          for _ in 0..<1000 { try toBack.send(try there.receive()) }
        }
        try await onThread {
          for _ in 0..<1000 {
            try toThere.send("ping")
            try back.receive()
          }
        }
        try await answering
      }
    }
  }

  @Test("one that forbids itself every such barrier ends with a sentence, and does not hang")
  func allForbidden() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      let registry = Registry()
      let inbox = try registry.bind("inproc://inbox")
      let out = try registry.connect(to: "inproc://inbox")
      let (isOwned, isOver) = (Signal(), Signal())
      // One thread owns the end that sends, and lives on: a lock may be biased to it.
      async let owning: Void = onThread {
        for _ in 0..<10_000 { try out.send("ping") }
        isOwned.signal()
        _ = isOver.wait()
      }
      await onThread { _ = isOwned.wait() }
      guard forbid_membarrier(true) else { throw CancellationError() }
      // Another one has to take it away, which needs a barrier.
      try await onThread { try out.send("pong") }
      isOver.signal()
      try await owning
      withExtendedLifetime(inbox) {}
    }
    if let text = result?.standardErrorContent, !text.isEmpty {
      #expect(String(decoding: text, as: UTF8.self).contains("has forbidden itself membarrier"))
    }
  }
}
