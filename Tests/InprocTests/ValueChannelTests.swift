import AllocationCounting
import Synchronization
import TestSupport
import Testing

@testable import Inproc

/// Does not fit into a slot of the queue, and holds a reference.
private struct Job: Sendable, Equatable {
  var id: Int
  var words: [String] = ["some", "words"]
  var size = (width: 1.0, height: 2.0)

  static func == (left: Job, right: Job) -> Bool {
    left.id == right.id && left.words == right.words
  }
}

/// 40 bytes without references.
private struct Sample: Sendable, Equatable {
  var numbers: (Int, Int, Int, Int, Int)
  static func == (left: Sample, right: Sample) -> Bool { left.numbers == right.numbers }
}

/// Counts the objects that are alive.
private final class Counted: Sendable {
  static let alive = Atomic(0)
  let number: Int
  init(_ number: Int) {
    self.number = number
    Counted.alive.add(1, ordering: .relaxed)
  }
  deinit { Counted.alive.subtract(1, ordering: .relaxed) }
  static var count: Int { alive.load(ordering: .sequentiallyConsistent) }
}

@Suite("Channels of values", .serialized, .timeLimit(.minutes(1)))
struct ValueChannelTests {
  let registry = Registry()

  // MARK: Verbs

  @Test("values of every size arrive as they were sent, in order")
  func sizes() throws {
    func check<Value: Sendable & Equatable>(_ values: [Value]) throws {
      let (out, inbox) = try registry.makeChannel(of: Value.self)
      for value in values { try blockingSend(value, over: out) }
      #expect(inbox.count == values.count)
      #expect(inbox.drain() == values)
    }
    try check(Array(0..<600))
    try check([true, false, true])
    try check([UInt8](0...255))
    try check(["", "short", String(repeating: "long", count: 50)])
    try check((0..<600).map { Job(id: $0) })
    try check((0..<600).map { Sample(numbers: ($0, 1, 2, 3, -$0)) })
    try check([nil, 7, nil] as [Int?])
    try check([[1, 2], [], [3]])
  }

  private func blockingSend<Value>(_ value: Value, over out: ValueSender<Value>) throws {
    try out.send(value)
  }

  @Test("blocking verbs wait, give up and end as those of messages")
  func blocking() async throws {
    let inbox = try registry.bind("inproc://jobs", of: Job.self, capacity: .bounded(1))
    let out = try registry.connect(to: "inproc://jobs", of: Job.self)
    try await onThread {
      #expect(try out.trySend(Job(id: 1)))
      #expect(try !out.trySend(Job(id: 2)))
      #expect(failureCode { try out.send(Job(id: 2), timeout: .milliseconds(1)) } == .timedOut)
      #expect(failureCode { try out.send(Job(id: 2), until: .now) } == .timedOut)
      #expect(out.isFull && inbox.isFull && out.queuedCount == 1)
      #expect(try inbox.receive() == Job(id: 1))
      #expect(failureCode { try inbox.receive(timeout: .milliseconds(1)) } == .timedOut)
      #expect(failureCode { try inbox.receive(until: .now) } == .timedOut)
      #expect(try inbox.tryReceive() == nil)
      try out.send(Job(id: 3), timeout: nil)
      #expect(try inbox.receive(timeout: .seconds(60)) == Job(id: 3))
    }
    let sending = Task {
      await onThread { failureCode { try out.send(contentsOf: [Job(id: 4), Job(id: 5)]) } }
    }
    await until { out.outbound.channel.waiting.senders == 1 }
    #expect(try await inbox.receive() == Job(id: 4))
    #expect(try await inbox.receive() == Job(id: 5))
    #expect(await sending.value == nil)
    let receiving = Task { await onThread { (try? inbox.receive())?.id } }
    await untilReceiversWait(inbox)
    try await out.send(Job(id: 6))
    #expect(await receiving.value == 6)
    let ending = Task { await onThread { failureCode { try inbox.receive() } } }
    await untilReceiversWait(inbox)
    try registry.unbind("inproc://jobs")
    out.close()
    #expect(await ending.value == .closed)
    #expect(failureCode { try out.trySend(Job(id: 7)) } == .closed)
  }

  @Test("suspending verbs wait, give up, are cancelled and end as those of messages")
  func suspending() async throws {
    let (out, inbox) = try registry.makeChannel(of: Job.self, capacity: .bounded(1))
    try await out.send(Job(id: 1))
    #expect(
      await asyncFailureCode { try await out.send(Job(id: 2), timeout: .milliseconds(1)) }
        == .timedOut)
    #expect(await asyncFailureCode { try await out.send(Job(id: 2), until: .now) } == .timedOut)
    let clock = SuspendingClock()
    #expect(
      await asyncFailureCode {
        try await out.send(Job(id: 2), timeout: .milliseconds(1), clock: clock)
      }
        == .timedOut)
    let sending = Task { await asyncFailureCode { try await out.send(Job(id: 2)) } }
    await until { out.outbound.channel.waiting.senders == 1 }
    sending.cancel()
    #expect(await sending.value == .cancelled)
    #expect(try await inbox.receive() == Job(id: 1))
    #expect(
      await asyncFailureCode { try await inbox.receive(timeout: .milliseconds(1)) } == .timedOut)
    let receiving = Task { await asyncFailureCode { try await inbox.receive() } }
    await untilReceiversWait(inbox)
    receiving.cancel()
    #expect(await receiving.value == .cancelled)
    let all = Task {
      var ids: [Int] = []
      for await job in inbox { ids.append(job.id) }
      return ids
    }
    #expect(try await out.send(contentsOf: (3..<20).map { Job(id: $0) }) == 17)
    try await out.send(
      contentsOf: AsyncStream { continuation in
        continuation.yield(Job(id: 20))
        continuation.finish()
      })
    try await out.waitUntilReceived()
    out.close()
    #expect(await all.value == Array(3...20))
  }

  @Test("batches, sequences and a reference of a verb")
  func conveniences() async throws {
    let (out, inbox) = try registry.makeChannel(of: Job.self)
    #expect(try out.trySend(contentsOf: (0..<6).map { Job(id: $0) }) == 6)
    var batch: [Job] = []
    #expect(try inbox.tryReceive(into: &batch, max: 2) == 2)
    #expect(try await inbox.receive(into: &batch, max: 2) == 2)
    #expect(batch.map(\.id) == [0, 1, 2, 3])
    #expect(try await Task.detached(operation: inbox.receive).value == Job(id: 4))
    out.close()
    #expect(await onThread { inbox.messages.map(\.id) } == [5])
  }

  @Test("at a rendezvous a value is handed over, and of the latest the oldest gives way")
  func capacities() async throws {
    let (out, inbox) = try registry.makeChannel(of: Job.self, capacity: .rendezvous)
    #expect(try !out.trySend(Job(id: 1)))
    let sending = Task { try await out.send(Job(id: 1)) }
    await until { out.outbound.channel.waiting.senders == 1 }
    #expect(try inbox.tryReceive() == Job(id: 1))
    try await sending.value
    let (latest, seen) = try registry.makeChannel(of: Job.self, capacity: .latest(2))
    for id in 0..<5 { try await latest.send(Job(id: id)) }
    #expect(seen.drain().map(\.id) == [3, 4])
  }

  // MARK: Types

  @Test("another type is refused, and the error names both")
  func typeMismatch() async throws {
    let inbox = try registry.bind("inproc://jobs", of: Job.self)
    let messages = try registry.bind("inproc://text")
    let server = try registry.bindBidirectional("inproc://echo")
    func refusal(_ body: () throws -> Void) -> InprocError? {
      do {
        try body()
        return nil
      } catch { return error as? InprocError }
    }
    let wrong = refusal { _ = try registry.connect(to: "inproc://jobs", of: Sample.self) }
    #expect(wrong?.code == .typeMismatch)
    #expect(wrong?.description.contains("'Job'") == true)
    #expect(wrong?.description.contains("'Sample'") == true)
    let plain = refusal { _ = try registry.connect(to: "inproc://jobs") }
    #expect(plain?.code == .typeMismatch)
    #expect(plain?.description.contains("'Message'") == true)
    for name in ["inproc://text", "inproc://echo"] {
      let values = refusal { _ = try registry.connect(to: name, of: Job.self) }
      #expect(values?.code == .typeMismatch)
    }
    #expect(
      failureCode { try registry.connectBidirectional(to: "inproc://jobs") } == .notBidirectional)
    #expect(failureCode { try registry.connect(to: "inproc://none", of: Job.self) } == .notFound)
    #expect(
      await asyncFailureCode {
        try await registry.connect(to: "inproc://jobs", of: Int.self, waiting: .seconds(60))
      } == .typeMismatch)
    #expect(
      await asyncFailureCode { try await registry.connect(to: "inproc://jobs", waiting: nil) }
        == .typeMismatch)
    #expect(
      inbox.connectionCount == 0 && messages.connectionCount == 0 && server.connectionCount == 0)
  }

  @Test("a connection waits until the endpoint is bound")
  func waiting() async throws {
    let connecting = Task {
      try await registry.connect(to: "inproc://late", of: Job.self, waiting: nil)
    }
    let blocking = Task {
      try await onThread { try registry.connect(to: "inproc://late", of: Job.self, waiting: nil) }
    }
    let name = try Endpoint("inproc://late")
    await until { registry.waitingConnects(name) == 2 }
    let inbox = try registry.bind("inproc://late", of: Job.self)
    try await connecting.value.send(Job(id: 1))
    try await blocking.value.send(Job(id: 2))
    #expect(inbox.drain().map(\.id) == [1, 2])
  }

  // MARK: Ends

  @Test("ends are found, kept open and closed as those of messages")
  func ends() async throws {
    let inbox = try registry.bind("inproc://jobs", of: Job.self, capacity: .bounded(4))
    let out = try registry.connect(to: "inproc://jobs", of: Job.self)
    let again = try registry.connect(to: "inproc://jobs", of: Job.self)
    #expect(inbox.connectionCount == 2 && out.sharesChannel(with: again))
    #expect(out.endpoint == inbox.endpoint && out.capacity == .bounded(4))
    #expect(registry.endpoints.map(\.connections) == [2])
    let weak = out.weak
    try await inbox.makeSender().send(Job(id: 1))
    inbox.unbind()
    out.close()
    #expect(out.isClosed && !again.isClosed)
    let third = try weak.upgrade()
    again.close()
    try await third.send(Job(id: 2))
    third.close()
    #expect(failureCode { try weak.upgrade() } == .closed)
    #expect(inbox.drain().map(\.id) == [1, 2])
    #expect(failureCode { try inbox.tryReceive() } == .closed)
    let other = try registry.bind("inproc://jobs", of: Int.self)
    other.close()
    #expect(other.isClosed)
  }

  // MARK: Releases

  @Test("a value is released once, whatever becomes of it")
  func releases() async throws {
    #expect(Counted.count == 0)
    do {
      let (out, inbox) = try registry.makeChannel(of: Counted.self)
      for round in 0..<3 {
        for number in 0..<300 { try await out.send(Counted(number)) }
        #expect(Counted.count == 300, "round \(round)")
        var taken: [Counted] = []
        for _ in 0..<150 { taken.append(try await inbox.receive()) }
        #expect(taken.map(\.number) == Array(0..<150))
        taken = []
        #expect(Counted.count == 150)
        #expect(inbox.drain().count == 150)
        #expect(Counted.count == 0)
      }
      // Queued while the receiver is released.
      for number in 0..<300 { try await out.send(Counted(number)) }
    }
    #expect(Counted.count == 0)
    do {
      let (out, inbox) = try registry.makeChannel(of: Counted.self, capacity: .bounded(1))
      try await out.send(Counted(1))
      #expect(try !out.trySend(Counted(2)))
      #expect(
        await asyncFailureCode { try await out.send(Counted(3), timeout: .milliseconds(1)) }
          == .timedOut)
      // The thread of the timers lets go of the call a moment after it has ended.
      await until { Counted.count == 1 }
      #expect(Counted.count == 1)
      inbox.close()
      #expect(failureCode { try out.trySend(Counted(4)) } == .closed)
      #expect(Counted.count == 1)
    }
    #expect(Counted.count == 0)
    do {
      let (out, inbox) = try registry.makeChannel(of: Counted.self, capacity: .latest(2))
      for number in 0..<10 { try await out.send(Counted(number)) }
      #expect(Counted.count == 2 && inbox.count == 2)
    }
    #expect(Counted.count == 0)
  }

  @Test(
    "a value that a case of a selection did not send is released, one that it sent twice stays whole"
  )
  func selectReleases() async throws {
    do {
      let (out, inbox) = try registry.makeChannel(of: Counted.self, capacity: .bounded(1))
      let other = try registry.makeChannel(of: Int.self)
      let sends = SelectCase<Int>.send(Counted(1), over: out) { 1 }
      let takes = SelectCase<Int>.receive(from: other.receiver) { $0 }
      #expect(try await select(sends, takes) == 1)
      #expect(try await inbox.receive().number == 1)
      #expect(try await select(sends, takes) == 1)
      try await other.sender.send(7)
      #expect(try await select(sends, takes) == 7)
      #expect(try await inbox.receive().number == 1)
      #expect(Counted.count == 1)
      _ = consume sends
    }
    #expect(Counted.count == 0)
  }

  @Test("a selection waits for values and for room")
  func selects() async throws {
    let (out, inbox) = try registry.makeChannel(of: Job.self, capacity: .bounded(1))
    let text = try registry.bind("inproc://text")
    let selecting = Task {
      try await select(.receive(from: inbox) { "job \($0.id)" }, .receive(from: text) { "\($0)" })
    }
    await untilReceiversWait(inbox)
    try await out.send(Job(id: 8))
    #expect(try await selecting.value == "job 8")
    try await out.send(Job(id: 9))
    let roomy = Task { try await select(.room(at: out) { true }) }
    await until { out.outbound.channel.waiting.senders == 1 }
    #expect(try await inbox.receive().id == 9)
    #expect(try await roomy.value)
    let poller = Poller(inbox, text)
    try await out.send(Job(id: 10))
    #expect(try await poller.wait() == 0)
    #expect(try inbox.tryReceive()?.id == 10)
  }

  // MARK: Observation and memory

  @Test("events tell of values without bytes")
  func observed() async throws {
    let seen = Guarded<[(Registry.Event.Kind, Int)]>([])
    let (out, inbox) = try registry.makeChannel(of: Counted.self)
    let observation = try registry.observe { event in
      if event.sequence != nil { seen.withLock { $0.append((event.kind, event.byteCount)) } }
    }
    for number in 0..<3 { try await out.send(Counted(number)) }
    for number in 0..<3 { #expect(try await inbox.receive().number == number) }
    await until { seen.withLock { $0.count } == 6 }
    observation.cancel()
    #expect(seen.withLock { $0.filter { $0.0 == .received }.count } == 3)
    #expect(seen.withLock { $0.allSatisfy { $0.1 == 0 } })
    await until { Counted.count == 0 }
  }

  @Test("a steady flow of values allocates nothing")
  func allocations() throws {
    guard counts_allocations() else { return }
    func most<Value: Sendable>(_ value: Value) throws -> Int {
      let (out, inbox) = try registry.makeChannel(of: Value.self, capacity: .bounded(64))
      var most = 0
      for round in 0..<20 {
        let before = allocations_so_far()
        for _ in 0..<64 where try !out.trySend(value) { Issue.record("full") }
        for _ in 0..<64 where try inbox.tryReceive() == nil { Issue.record("empty") }
        // The first rounds fill the queue's blocks, and make boxes.
        if round > 10 { most = max(most, allocations_so_far() - before) }
      }
      return most
    }
    #expect(try most(7) == 0)
    #expect(try most(Sample(numbers: (1, 2, 3, 4, 5))) == 0)
    #expect(try most(Job(id: 1)) == 0)
  }

  @Test("many threads send and receive, and each value arrives once")
  func many() async throws {
    let (out, inbox) = try registry.makeChannel(of: Job.self, capacity: .bounded(16))
    let (senders, receivers, count) = (3, 3, 5000)
    let sums = await withTaskGroup(of: Int.self) { group in
      for sender in 0..<senders {
        group.addTask {
          await onThread {
            for number in 0..<count { try? out.send(Job(id: sender * count + number)) }
            return 0
          }
        }
      }
      for _ in 0..<receivers {
        group.addTask {
          await onThread {
            var sum = 0
            while let job = try? inbox.receive() {
              sum += job.words.count == 2 ? job.id : -1_000_000
            }
            return sum
          }
        }
      }
      var sums = 0
      var ended = 0
      for await sum in group {
        sums += sum
        ended += 1
        if ended == senders { out.close() }
      }
      return sums
    }
    let total = senders * count
    #expect(sums == total * (total - 1) / 2)
  }
}
