import TestSupport
import Testing

@testable import Inproc

@Suite("Observing a crowd", .serialized, .timeLimit(.minutes(1)))
struct ObservationStressTests {
  typealias Event = Registry.Event

  /// What one observer was told, and what was wrong with it.
  private struct Account {
    /// The first event's number, less one.
    var start: UInt64?
    var seen: UInt64 = 0
    var lost: UInt64 = 0
    var problems: [String] = []
    var last: ContinuousClock.Instant?
    var sent: [UInt64: [UInt64: Message]] = [:]
    var lastSent: [UInt64: UInt64] = [:]
    var lastReceived: [UInt64: UInt64] = [:]
    var hasEnded = false

    mutating func add(_ event: Event) {
      if case .lost(let count) = event.kind {
        lost += UInt64(count)
        return
      }
      seen += 1
      if start == nil { start = event.number - seen - lost }
      if event.number != (start ?? 0) + seen + lost {
        problems.append("event \(event.number) after \(seen) seen and \(lost) lost")
      }
      if let last, event.instant < last { problems.append("\(event.number) went back in time") }
      last = event.instant
      if event.endpoint?.name == "end" { hasEnded = true }
      guard let queue = event.queue, let sequence = event.sequence else { return }
      if event.kind == .sent {
        if lastSent[queue, default: 0] >= sequence { problems.append("sent \(sequence) late") }
        lastSent[queue] = sequence
        sent[queue, default: [:]][sequence] = event.message
        if lastReceived[queue, default: 0] >= sequence {
          problems.append("received \(sequence) before it was sent")
        }
      } else if event.kind == .received {
        if lastReceived[queue, default: 0] >= sequence {
          problems.append("received \(sequence) late")
        }
        lastReceived[queue] = sequence
        if let message = sent[queue]?[sequence], message != event.message {
          problems.append("\(sequence) is two messages")
        }
      }
    }
  }

  /// Four senders and four receivers, threads and tasks, pass messages through one endpoint.
  private func pass(_ each: Int, _ registry: Registry, capacity: Capacity) async throws {
    let inbox = try registry.bind("inproc://crowd", capacity: capacity)
    await withTaskGroup(of: Void.self) { group in
      for sender in 0..<2 {
        let (out, other) = (
          try? registry.connect(to: "inproc://crowd"), try? registry.connect(to: "inproc://crowd")
        )
        group.addTask {
          await onThread {
            for number in 0..<each { try? out?.send(Message(Frame("t\(sender) \(number)"))) }
          }
        }
        group.addTask {
          for number in 0..<each { try? await other?.send(Message(Frame("a\(sender) \(number)"))) }
        }
      }
      for _ in 0..<2 {
        group.addTask { await onThread { for _ in 0..<each { _ = try? inbox.receive() } } }
        group.addTask { for _ in 0..<each { _ = try? await inbox.receive() } }
      }
    }
    #expect(inbox.isEmpty)
    // A thread that has ended its part can hold it for a moment more, and its name is bound again.
    inbox.close()
  }

  @Test(
    "a slow observer is told of each event, or that it is lost and where",
    arguments: [
      Registry.EventBuffering.newest(1), .newest(50), .newest(4096), .oldest(1), .oldest(50),
      .unbounded,
    ])
  func slow(buffering: Registry.EventBuffering) async throws {
    let registry = Registry()
    let account = Guarded(Account())
    let observation = try registry.observe(buffering: buffering) { event in
      account.withLock { $0.add(event) }
      // Takes its time.
      for _ in 0..<5 { _ = registry.endpoints }
    }
    try await pass(100, registry, capacity: .bounded(4))
    // As often as it takes for one to be kept.
    while !account.withLock({ $0.hasEnded }) {
      _ = try registry.bind("inproc://end")
      await Task.yield()
    }
    observation.cancel()
    let told = account.withLock { $0 }
    #expect(told.problems == [])
    #expect(told.seen + told.lost >= 4 * 100 * 2)
    #expect(told.start == 0)
  }

  @Test(
    "observers that come and go are told of what happens meanwhile, and no number is given twice")
  func comingAndGoing() async throws {
    let registry = Registry()
    let accounts = Guarded<[Account]>([])
    let isOver = Guarded(false)
    async let visitors: Void = withTaskGroup(of: Void.self) { group in
      for visitor in 0..<3 {
        group.addTask {
          while !isOver.withLock({ $0 }), !Task.isCancelled {
            var account = Account()
            if visitor == 0 {
              let shared = Guarded(Account())
              let observation = try? registry.observe { event in
                shared.withLock { $0.add(event) }
              }
              await until { isOver.withLock { $0 } || shared.withLock { $0.seen } > 40 }
              observation?.cancel()
              account = shared.withLock { $0 }
            } else {
              for await event in registry.events(buffering: .newest(visitor * 30)) {
                account.add(event)
                if account.seen > 60 { break }
                if isOver.withLock({ $0 }) { break }
              }
            }
            let told = account
            accounts.withLock { $0.append(told) }
          }
        }
      }
    }
    for _ in 0..<3 { try await pass(100, registry, capacity: .bounded(16)) }
    isOver.withLock { $0 = true }
    // Wakes those who still wait for an event.
    let waker = Task {
      while !Task.isCancelled {
        _ = try registry.bind("inproc://end")
        await Task.yield()
      }
    }
    await visitors
    waker.cancel()
    let all = accounts.withLock { $0 }
    #expect(all.flatMap(\.problems) == [])
    var known: [UInt64: [UInt64: Message]] = [:]
    for account in all {
      for (queue, messages) in account.sent {
        for (sequence, message) in messages {
          let other = known[queue, default: [:]].updateValue(message, forKey: sequence)
          #expect(other == nil || other == message)
        }
      }
    }
  }

  @Test("what ends a wait is told between its beginning and its end")
  func waiting() async throws {
    let registry = Registry()
    let events = registry.events(buffering: .unbounded)
    try await pass(100, registry, capacity: .bounded(1))
    _ = try registry.bind("inproc://end")
    var blocked: [Event.Thread: UInt64] = [:]
    var sentAt: [UInt64: UInt64] = [:]
    var receivedFrom: [Event.Thread: UInt64] = [:]
    var lastReceived: UInt64 = 0
    var waits = 0
    for await event in events {
      if event.endpoint?.name == "end" { break }
      switch event.kind {
      case .sent: sentAt[event.sequence ?? 0] = event.number
      case .received:
        receivedFrom[event.thread] = sentAt[event.sequence ?? 0]
        lastReceived = event.number
      case .blocked: blocked[event.thread] = event.number
      case .woken(let operation, .served):
        let known = blocked.removeValue(forKey: event.thread)
        let began = try #require(known)
        let ended = operation == .send ? lastReceived : receivedFrom[event.thread] ?? 0
        #expect(began < ended)
        waits += 1
      default: break
      }
    }
    #expect(waits > 0)
    #expect(blocked.isEmpty)
  }

  @Test("an event's instant lies between two looks at the clock")
  func instants() async throws {
    let registry = Registry()
    let events = registry.events()
    let before = ContinuousClock.now
    let inbox = try registry.bind("inproc://jobs")
    try inbox.makeSender().trySendNow("x")
    let after = ContinuousClock.now
    var taken: [Event] = []
    for await event in events {
      taken.append(event)
      if taken.count == 2 { break }
    }
    for event in taken { #expect(before <= event.instant && event.instant <= after) }
  }

  @Test("a message that an observer has lost is released without any lock held")
  func released() async throws {
    let registry = Registry()
    let inbox = try registry.bind("inproc://jobs")
    let out = inbox.makeSender()
    let events = registry.events(buffering: .newest(1))
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
    let released = Guarded(false)
    do {
      let frame = Frame(bytesNoCopy: UnsafeRawBufferPointer(bytes)) {
        // Would wait for itself.
        _ = try? out.trySend("released")
        released.withLock { $0 = true }
      }
      try out.trySendNow(Message(frame))
    }
    _ = try inbox.tryReceive()
    #expect(!released.withLock { $0 })
    await onThread { _ = try? out.trySend("next") }
    #expect(released.withLock { $0 })
    #expect(inbox.drain().map { $0[0] } == ["next", "released"])
    bytes.deallocate()
    withExtendedLifetime(events) {}
  }
}
