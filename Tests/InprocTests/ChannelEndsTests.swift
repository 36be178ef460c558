import TestSupport
import Testing

@testable import Inproc

@Suite("Channels without an address, weak senders, clocks", .timeLimit(.minutes(1)))
struct ChannelEndsTests {
  let registry = Registry()

  @Test("a channel without an address ends with its sender, and is not listed")
  func unbound() throws {
    let (out, jobs) = try registry.makeChannel(capacity: 1, named: "inproc://private")
    #expect(registry.endpoints.isEmpty)
    #expect(failureCode { try registry.connect(to: "inproc://private") } == .notFound)
    let other = try registry.bind("inproc://private")
    #expect(try out.trySend("x"))
    #expect(try !out.trySend("y"))
    #expect(other.isEmpty && jobs.connectionCount == 1)
    out.close()
    #expect(try jobs.tryReceive() == "x")
    #expect(failureCode { try jobs.tryReceive() } == .closed)
    jobs.close()
    // Closing it has not unbound the endpoint of the same name.
    #expect(registry.endpoints.count == 1)
    #expect(failureCode { try registry.makeChannel(capacity: .bounded(-1)) } == .invalidValue)
    #expect(failureCode { try registry.makeChannel(named: "private") } == .invalidEndpoint)
  }

  @Test("a weak sender keeps nothing open, and gives senders while another does")
  func weak() throws {
    let (out, jobs) = try registry.makeChannel()
    let weak = out.weak
    let second = try weak.upgrade()
    #expect(jobs.connectionCount == 2)
    out.close()
    try second.trySendNow("x")
    #expect(try jobs.tryReceive() == "x")
    second.close()
    #expect(jobs.isDisconnected)
    #expect(failureCode { try weak.upgrade() } == .closed)
    #expect(jobs.connectionCount == 0)
  }

  @Test("a weak sender of a bound endpoint gives senders until that is closed")
  func weakBound() throws {
    let jobs = try registry.bind("inproc://jobs")
    let weak = try registry.connect(to: "inproc://jobs").weak
    #expect(jobs.connectionCount == 0)
    try weak.upgrade().trySendNow("x")
    #expect(jobs.drain() == ["x"])
    jobs.close()
    #expect(failureCode { try weak.upgrade() } == .closed)
    #expect(weak.endpoint.name == "jobs")
  }

  @Test("a weak sender does not keep the receiving end, nor its messages")
  func weakLifetime() throws {
    let frame = Frame([UInt8](repeating: 7, count: 2000))
    let weak: WeakSender
    do {
      let (out, jobs) = try registry.makeChannel()
      try out.trySendNow([frame])
      weak = out.weak
      _ = jobs.count
    }
    #expect(failureCode { try weak.upgrade() } == .closed)
  }

  @Test("a deadline of any clock ends a task's wait, when that clock says so")
  func clocks() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 1)
    let clock = StoppedClock()
    let receiving = Task {
      await asyncFailureCode { try await jobs.receive(timeout: .seconds(5), clock: clock) }
    }
    await untilReceiversWait(jobs)
    clock.advance(by: .seconds(4))
    try out.trySendNow("1")
    #expect(await receiving.value == nil)
    let late = Task {
      await asyncFailureCode { try await jobs.receive(timeout: .seconds(5), clock: clock) }
    }
    await untilReceiversWait(jobs)
    await until { clock.sleepers == 1 }
    clock.advance(by: .seconds(5))
    #expect(await late.value == .timedOut)
    try out.trySendNow("2")
    let past = clock.now.advanced(by: .seconds(-1))
    #expect(
      await asyncFailureCode { try await out.send("3", until: past, clock: clock) } == .timedOut)
    #expect(
      await asyncFailureCode {
        try await out.send("3", timeout: .milliseconds(1), clock: .suspending)
      }
        == .timedOut)
    #expect(
      await asyncFailureCode {
        try await out.send("3", timeout: .milliseconds(1), clock: .continuous)
      }
        == .timedOut)
    #expect(jobs.drain() == ["2"] && jobs.channel.waiting == (0, 0))
  }

  @Test("batches, receipts and selections follow any clock, too")
  func clocksOfMany() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 1)
    let (full, inFull) = try registry.makeChannel(capacity: 1)
    let clock = StoppedClock()
    let time = Duration.seconds(5)
    try full.trySendNow("1")
    let waits: [@Sendable () async throws -> Void] = [
      {
        var batch: [Message] = []
        try await jobs.receive(into: &batch, max: 2, timeout: time, clock: clock)
      },
      { _ = try await full.send(contentsOf: ["2"], timeout: time, clock: clock) },
      { try await full.waitUntilReceived(timeout: time, clock: clock) },
      { _ = try await select(jobs, timeout: time, clock: clock) },
      {
        try await select(
          .receive(from: jobs) { _ in }, .send("2", over: full) {}, timeout: time, clock: clock)
      },
      { _ = try await Poller(jobs).wait(timeout: time, clock: clock) },
    ]
    for wait in waits {
      let waiting = Task { await asyncFailureCode(wait) }
      await until { clock.sleepers == 1 }
      clock.advance(by: .seconds(4))
      #expect(clock.sleepers == 1)
      clock.advance(by: .seconds(1))
      #expect(await waiting.value == .timedOut)
    }
    #expect(jobs.channel.waiting == (0, 0) && inFull.channel.waiting == (0, 0))
    #expect(inFull.drain() == ["1"] && inFull.channel.waitingForReceipt == 0)
    withExtendedLifetime(out) {}
  }
}

/// A clock that stands still until it is told to move.
private final class StoppedClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }
  private struct State {
    var now = Instant(offset: .zero)
    var next = 0
    var sleepers: [Int: (until: Instant, continuation: CheckedContinuation<Void, Never>)] = [:]
  }
  private let state = Guarded(State())

  var now: Instant { state.withLock { $0.now } }
  var minimumResolution: Duration { .zero }
  var sleepers: Int { state.withLock { $0.sleepers.count } }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if Task.isCancelled || deadline <= state.now { return true }
          state.sleepers[number] = (deadline, continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: number) }?.continuation.resume()
    }
    try Task.checkCancellation()
  }

  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.until <= state.now }
      for number in due.keys { state.sleepers[number] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in due { continuation.resume() }
  }
}
