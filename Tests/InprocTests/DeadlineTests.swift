import TestSupport
import Testing

@testable import Inproc

// Any instant and any duration may be asked for: `Duration` holds more seconds than 64 bits do.

/// Near the longest duration there is.
private let longest = Duration.seconds(Int64.max) * 18

/// Times that are over when a call begins.
private let pastTimeouts: [Duration] = [
  .zero, .nanoseconds(-1), .seconds(-10_000_000_000), .seconds(Int64.min), longest * -1,
]

/// Times that never come.
private let endlessTimeouts: [Duration] = [
  .seconds(1 << 41), .seconds(Int64.max), .seconds(Int64.max) * 2, longest,
]

/// An endpoint without a message, one that is full, and one that does not exist.
private struct Waits: Sendable {
  let registry = Registry()
  let empty: Receiver
  let feed: Sender
  let full: Sender
  let fullEnd: Receiver

  init() throws {
    empty = try registry.bind("inproc://empty")
    feed = try registry.connect(to: "inproc://empty")
    fullEnd = try registry.bind("inproc://full", capacity: 1)
    full = try registry.connect(to: "inproc://full")
    try full.trySendNow("first")
  }

  /// Whether a call waits, but for a poller, which is told once and counts as no waiter.
  var someoneWaits: Bool {
    empty.channel.waiting.receivers + full.channel.waiting.senders
      + full.channel.waitingForReceipt
      + registry.waitingConnects((try? Endpoint("inproc://late")) ?? full.endpoint) > 0
  }

  /// Brings about what a call waits for.
  func serve() throws -> (any Sendable)? {
    try feed.trySendNow("served")
    _ = try fullEnd.tryReceive()
    return try? registry.bindBidirectional("inproc://late")
  }
}

/// A call that has to wait, of a thread and of a task.
private struct Call: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let ofThread: @Sendable (Waits, Duration) throws -> Void
  let ofTask: @Sendable (Waits, Duration) async throws -> Void
  /// The same of a task, by the suspending clock.
  var ofClock: (@Sendable (Waits, Duration) async throws -> Void)?
}

private let calls: [Call] = [
  Call(testDescription: "receive") {
    try $0.empty.receive(timeout: $1)
  } ofTask: {
    try await $0.empty.receive(timeout: $1)
  } ofClock: {
    try await $0.empty.receive(timeout: $1, clock: .suspending)
  },
  Call(testDescription: "receive until") {
    try $0.empty.receive(until: .now + $1)
  } ofTask: {
    try await $0.empty.receive(until: .now + $1)
  } ofClock: {
    try await $0.empty.receive(until: .now + $1, clock: .suspending)
  },
  Call(testDescription: "receive several") {
    var messages: [Message] = []
    try $0.empty.receive(into: &messages, max: 2, timeout: $1)
  } ofTask: {
    var messages: [Message] = []
    try await $0.empty.receive(into: &messages, max: 2, timeout: $1)
  } ofClock: {
    var messages: [Message] = []
    try await $0.empty.receive(into: &messages, max: 2, timeout: $1, clock: .suspending)
  },
  Call(testDescription: "send") {
    try $0.full.send("x", timeout: $1)
  } ofTask: {
    try await $0.full.send("x", timeout: $1)
  } ofClock: {
    try await $0.full.send("x", timeout: $1, clock: .suspending)
  },
  Call(testDescription: "send until") {
    try $0.full.send("x", until: .now + $1)
  } ofTask: {
    try await $0.full.send("x", until: .now + $1)
  } ofClock: {
    try await $0.full.send("x", until: .now + $1, clock: .suspending)
  },
  Call(testDescription: "send several") {
    _ = try $0.full.send(contentsOf: ["x"], timeout: $1)
  } ofTask: {
    _ = try await $0.full.send(contentsOf: ["x"], timeout: $1)
  } ofClock: {
    _ = try await $0.full.send(contentsOf: ["x"], timeout: $1, clock: .suspending)
  },
  Call(testDescription: "wait until received") {
    try $0.full.waitUntilReceived(timeout: $1)
  } ofTask: {
    try await $0.full.waitUntilReceived(timeout: $1)
  } ofClock: {
    try await $0.full.waitUntilReceived(timeout: $1, clock: .suspending)
  },
  Call(testDescription: "select") {
    _ = try select($0.empty, timeout: $1)
  } ofTask: {
    _ = try await select($0.empty, timeout: $1)
  } ofClock: {
    _ = try await select($0.empty, timeout: $1, clock: .suspending)
  },
  Call(testDescription: "select a case") {
    try select(.receive(from: $0.empty) { _ in }, timeout: $1)
  } ofTask: {
    try await select(.receive(from: $0.empty) { _ in }, timeout: $1)
  } ofClock: {
    try await select(.receive(from: $0.empty) { _ in }, timeout: $1, clock: .suspending)
  },
  Call(testDescription: "poll") {
    _ = try Poller(among: [$0.empty]).wait(timeout: $1)
  } ofTask: {
    _ = try await Poller(among: [$0.empty]).wait(timeout: $1)
  } ofClock: {
    _ = try await Poller(among: [$0.empty]).wait(timeout: $1, clock: .suspending)
  },
  Call(testDescription: "connect") {
    _ = try $0.registry.connect(to: "inproc://late", waiting: $1)
  } ofTask: {
    _ = try await $0.registry.connect(to: "inproc://late", waiting: $1)
  },
  Call(testDescription: "connect bidirectionally") {
    _ = try $0.registry.connectBidirectional(to: "inproc://late", waiting: $1)
  } ofTask: {
    _ = try await $0.registry.connectBidirectional(to: "inproc://late", waiting: $1)
  },
]

@Suite("Deadlines, however far", .timeLimit(.minutes(1)))
struct DeadlineTests {
  @Test("that are over end a call at once", arguments: calls, pastTimeouts)
  fileprivate func past(call: Call, timeout: Duration) async throws {
    let waits = try Waits()
    #expect(await onThread { failureCode { try call.ofThread(waits, timeout) } } == .timedOut)
    #expect(await asyncFailureCode { try await call.ofTask(waits, timeout) } == .timedOut)
    if let ofClock = call.ofClock {
      #expect(await asyncFailureCode { try await ofClock(waits, timeout) } == .timedOut)
    }
  }

  @Test("that never come let a call wait until it is served", arguments: calls, endlessTimeouts)
  fileprivate func endless(call: Call, timeout: Duration) async throws {
    try await served(call) { waits in try await onThread { try call.ofThread(waits, timeout) } }
    try await served(call) { waits in try await call.ofTask(waits, timeout) }
    if let ofClock = call.ofClock {
      try await served(call) { waits in try await ofClock(waits, timeout) }
    }
  }

  private func served(
    _ call: Call, _ run: @escaping @Sendable (Waits) async throws -> Void
  ) async throws {
    let waits = try Waits()
    let running = Task { try await run(waits) }
    if call.testDescription != "poll" { await until { waits.someoneWaits } }
    let late = try waits.serve()
    try await running.value
    withExtendedLifetime(late) {}
  }

  @Test("of waits that ended leave no alarm behind")
  func alarms() async throws {
    let (out, jobs) = try Registry().makeChannel(capacity: 1)
    let before = TimerService.shared.count
    for _ in 0..<1000 {
      let receiving = Task { try await jobs.receive(timeout: .seconds(3600)) }
      await untilReceiversWait(jobs)
      try out.trySendNow("x")
      _ = try await receiving.value
    }
    #expect(TimerService.shared.count < before + 100)
  }

  @Test("go off in their order, whatever order they were set in")
  func order() async throws {
    let gone = Guarded<[Int]>([])
    let numbers = [37, 5, 81, 12, 64, 3, 99, 28, 70, 41, 55, 8]
    await whileNoneGoesOff { now in
      for number in numbers {
        _ = TimerService.shared.alarm(at: now + .microseconds(10 * number)) {
          gone.withLock { $0.append(number) }
        }
      }
    }
    await until { gone.withLock { $0.count } == numbers.count }
    #expect(gone.withLock { $0 } == numbers.sorted())
  }

  @Test("that were cancelled do not go off")
  func cancelled() async throws {
    let gone = Guarded<[Int]>([])
    await whileNoneGoesOff { now in
      let alarms = (0..<40).map { number in
        TimerService.shared.alarm(at: now + .microseconds(number)) {
          gone.withLock { $0.append(number) }
        }
      }
      for number in stride(from: 0, to: 40, by: 2) { alarms[number]?.cancel() }
    }
    await until { gone.withLock { $0.count } == 20 }
    #expect(gone.withLock { $0 } == Array(stride(from: 1, to: 40, by: 2)))
  }

  /// Does something while the thread of the alarms is kept from letting any go off.
  private func whileNoneGoesOff(_ body: (ContinuousClock.Instant) -> Void) async {
    let now = ContinuousClock.now
    let (isHeld, isDone) = (Signal(), Signal())
    let holding = TimerService.shared.alarm(at: now) {
      isHeld.signal()
      _ = isDone.wait()
    }
    await onThread { _ = isHeld.wait() }
    body(now)
    isDone.signal()
    withExtendedLifetime(holding) {}
  }
}
