import TestSupport
import Testing

@testable import Inproc

@Suite("Sending and receiving", .timeLimit(.minutes(1)))
struct ChannelTests {
  let registry = Registry()

  func pair(_ capacity: Capacity = .unbounded) throws -> (Receiver, Sender) {
    let jobs = try registry.bind("inproc://jobs", capacity: capacity)
    return (jobs, try registry.connect(to: "inproc://jobs"))
  }

  @Test("a message of 100 MiB is passed on without copying a byte")
  func zeroCopy() throws {
    let (jobs, out) = try pair()
    let frame = Frame([UInt8](repeating: 7, count: 100 << 20))
    let part: Frame = frame[1_000_000..<2_000_000]
    try out.send([frame, part])
    let received = try #require(try jobs.tryReceive())
    #expect(received[0].count == 100 << 20 && received[1].count == 1_000_000)
    #expect(address(received[0]) == address(frame))
    #expect(address(received[1]) == address(frame) + 1_000_000)
  }

  @Test("replies are passed on without copying either")
  func zeroCopyReply() throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    let frame = Frame([UInt8](0..<16))
    try client.send(["x", frame])
    let request = try server.receiveNow()
    #expect(address(request.message[1]) == address(frame))
    try request.reply(request.message)
    #expect(address(try #require(try client.tryReceive())[1]) == address(frame))
  }

  @Test("an empty message and empty frames are messages")
  func empty() throws {
    let (jobs, out) = try pair()
    try out.send([])
    try out.send("")
    #expect(jobs.drain() == [[], [""]])
  }

  @Test("a receive blocks until a message is sent")
  func receiveBlocks() async throws {
    let (jobs, out) = try pair()
    async let received = onThread { try jobs.receive() }
    await untilReceiversWait(jobs)
    try out.trySendNow("x")
    #expect(try await received == "x")
    #expect(jobs.channel.waiting.receivers == 0)
  }

  @Test("a send blocks while the endpoint is full")
  func sendBlocks() async throws {
    let (jobs, out) = try pair(2)
    #expect(try out.trySend("1"))
    #expect(!out.isFull)
    #expect(try out.trySend("2"))
    #expect(out.isFull && jobs.isFull)
    #expect(try !out.trySend("3"))
    async let sent = onThread { failureCode { try out.send("3") } }
    await untilSendersWait(out)
    #expect(jobs.count == 2)
    #expect(try jobs.tryReceive() == "1")
    #expect(await sent == nil)
    #expect(jobs.drain() == ["2", "3"])
  }

  @Test("a task's send suspends while the endpoint is full, its receive while it is empty")
  func suspends() async throws {
    let (jobs, out) = try pair(1)
    try out.trySendNow("1")
    let sending = Task { try await out.send("2") }
    await untilSendersWait(out)
    #expect(try await jobs.receive() == "1")
    try await sending.value
    #expect(try await jobs.receive() == "2")
    let receiving = Task { try await jobs.receive() }
    await untilReceiversWait(jobs)
    try out.trySendNow("3")
    #expect(try await receiving.value == "3")
  }

  @Test("threads and tasks wait in one line, and each gets one message in its turn")
  func oneLine() async throws {
    let (jobs, out) = try pair()
    async let first = onThread { try jobs.receive() }
    await untilReceiversWait(jobs, 1)
    let second = Task { try await jobs.receive() }
    await untilReceiversWait(jobs, 2)
    try out.trySendNow("1")
    try out.trySendNow("2")
    let got = [try await first, try await second.value]
    #expect(Set(got) == ["1", "2"])
    #expect(jobs.isEmpty)
  }

  @Test("a latest queue lets the oldest give way and never blocks")
  func latest() throws {
    let (jobs, out) = try pair(.latest(2))
    for text in ["1", "2", "3", "4"] { try out.send(Message(Frame(text))) }
    #expect(!out.isFull && jobs.count == 2)
    #expect(jobs.drain() == ["3", "4"])
    #expect(jobs.capacity == .latest(2) && jobs.capacity.limit == 2)
  }

  @Test("a drain takes all and wakes those who wait for room")
  func drain() async throws {
    let (jobs, out) = try pair(1)
    try out.trySendNow("1")
    async let sent = onThread { failureCode { try out.send("2") } }
    await untilSendersWait(out)
    #expect(jobs.drain() == ["1"])
    #expect(await sent == nil)
    #expect(jobs.drain() == ["2"])
    #expect(jobs.drain() == [])
  }

  @Test("a receiver can be iterated from a thread and from a task, until closed")
  func iterating() async throws {
    let (jobs, out) = try pair()
    async let threaded = onThread { Array(jobs.messages.prefix(2)) }
    await untilReceiversWait(jobs)
    try out.trySendNow("1")
    try out.trySendNow("2")
    #expect(await threaded == ["1", "2"])
    let suspended = Task {
      var seen: [Message] = []
      for await message in jobs { seen.append(message) }
      return seen
    }
    try out.trySendNow("3")
    try out.trySendNow("4")
    jobs.close()
    #expect(await suspended.value == ["3", "4"])
  }
}

@Suite("Rendezvous", .timeLimit(.minutes(1)))
struct RendezvousTests {
  let registry = Registry()
  let meeting: Receiver
  let out: Sender

  init() throws {
    meeting = try registry.bind("inproc://meeting", capacity: .rendezvous)
    out = try registry.connect(to: "inproc://meeting")
  }

  @Test("nothing is queued: a send waits for a receiver")
  func waits() async throws {
    #expect(try !out.trySend("x"))
    let out = out
    async let sent = onThread { failureCode { try out.send("x") } }
    await untilSendersWait(out)
    #expect(meeting.isEmpty && meeting.isFull && meeting.drain() == [])
    #expect(registry.endpoints[0].queued == 0 && registry.endpoints[0].capacity == 0)
    #expect(try meeting.tryReceive() == "x")
    #expect(await sent == nil)
  }

  @Test("a send completes at once where a receiver waits")
  func handsOver() async throws {
    let meeting = meeting
    async let received = onThread { try meeting.receive() }
    await untilReceiversWait(meeting)
    #expect(try out.trySend("x"))
    #expect(try await received == "x")
    #expect(try !out.trySend("y"))
  }

  @Test("who selects is no receiver, but sees a sender that waits")
  func selecting() async throws {
    let meeting = meeting, out = out
    async let selected = onThread { try select(meeting) }
    await untilReceiversWait(meeting)
    #expect(try !out.trySend("x"))
    async let sent = onThread { failureCode { try out.send("x") } }
    #expect(try await selected == 0)
    #expect(try await meeting.receive() == "x")
    #expect(await sent == nil)
  }

  @Test("a send that timed out is not received, and a receive that timed out is not sent to")
  func timeouts() async throws {
    let meeting = meeting, out = out
    let sent = await onThread { failureCode { try out.send("x", timeout: .milliseconds(2)) } }
    #expect(sent == .timedOut)
    #expect(try meeting.tryReceive() == nil)
    let received = await onThread { failureCode { try meeting.receive(timeout: .milliseconds(2)) } }
    #expect(received == .timedOut)
    #expect(try !out.trySend("x"))
    #expect(meeting.channel.waiting == (0, 0))
  }

  @Test("receivers meet senders that give up, and are never told that the endpoint is closed")
  func givingUp() async throws {
    let meeting = meeting, out = out
    async let sent = onThread {
      var sent = 0
      for _ in 0..<2000 where failureCode({ try out.send("x", timeout: .microseconds(1)) }) == nil {
        sent += 1
      }
      return sent
    }
    async let received = onThread {
      var received = 0
      while true {
        switch failureCode({ try meeting.receive(timeout: .microseconds(3)) }) {
        case nil: received += 1
        case .timedOut: if out.isClosed || meeting.isDisconnected { return received }
        case let other:
          if out.connection.hasEnded { return received }
          Issue.record("\(String(describing: other))")
          return received
        }
      }
    }
    let total = await sent
    try registry.unbind("inproc://meeting")
    out.close()
    #expect(await received == total)
  }

  @Test("closing ends the sends that wait, and their messages are not received")
  func closing() async throws {
    let out = out
    async let sent = onThread { failureCode { try out.send("x") } }
    await untilSendersWait(out)
    meeting.close()
    #expect(failureCode { try meeting.tryReceive() } == .closed)
    #expect(await sent == .closed)
  }
}

@Suite("Timeouts", .timeLimit(.minutes(1)))
struct TimeoutTests {
  let registry = Registry()

  @Test("a wait that ran out of time took its time, and took nothing else")
  func times() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let out = try registry.connect(to: "inproc://jobs")
    func took(_ body: () async throws -> InprocError.Code?) async rethrows {
      let start = ContinuousClock.now
      let code = try await body()
      #expect(code == .timedOut)
      #expect(ContinuousClock.now - start >= .milliseconds(5))
    }
    let time = Duration.milliseconds(5)
    await took { await onThread { failureCode { try jobs.receive(timeout: time) } } }
    await took { await onThread { failureCode { try jobs.receive(until: .now + time) } } }
    await took { await asyncFailureCode { try await jobs.receive(timeout: time) } }
    await took { await asyncFailureCode { try await jobs.receive(until: .now + time) } }
    await took { await onThread { failureCode { try select(jobs, timeout: time) } } }
    await took { await asyncFailureCode { try await select(jobs, timeout: time) } }
    try out.trySendNow("1")
    await took { await onThread { failureCode { try out.send("2", timeout: time) } } }
    await took { await onThread { failureCode { try out.send("2", until: .now + time) } } }
    await took { await asyncFailureCode { try await out.send("2", timeout: time) } }
    await took { await asyncFailureCode { try await out.send("2", until: .now + time) } }
    #expect(jobs.drain() == ["1"])
    #expect(jobs.channel.waiting == (0, 0))
  }

  @Test("a deadline that has passed still takes what is there")
  func past() async throws {
    let jobs = try registry.bind("inproc://jobs", capacity: 1)
    let out = try registry.connect(to: "inproc://jobs")
    let past = ContinuousClock.now - .seconds(1)
    #expect(failureCode { try jobs.receive(until: past) } == .timedOut)
    #expect(failureCode { try jobs.receive(timeout: .seconds(-1)) } == .timedOut)
    try out.trySendNow("1")
    #expect(failureCode { try out.send("2", timeout: .zero) } == .timedOut)
    #expect(try await jobs.receive(until: past) == "1")
    try out.trySendNow("2")
    #expect(try await jobs.receive(timeout: .zero) == "2")
    #expect(await asyncFailureCode { try await jobs.receive(timeout: .zero) } == .timedOut)
  }

  @Test(
    "a time beyond all clocks is no limit",
    arguments: [
      Duration.seconds(Int64.max), .seconds(1 << 40), .seconds(1 << 39), .seconds(10_000_000_000),
    ])
  func endless(timeout: Duration) async throws {
    let jobs = try registry.bind("inproc://jobs")
    let out = try registry.connect(to: "inproc://jobs")
    async let threaded = onThread { try jobs.receive(timeout: timeout) }
    await untilReceiversWait(jobs, 1)
    let suspended = Task { try await jobs.receive(timeout: timeout) }
    await untilReceiversWait(jobs, 2)
    for _ in 0..<1000 { await Task.yield() }
    #expect(jobs.channel.waiting.receivers == 2)
    try out.trySendNow("x")
    try out.trySendNow("x")
    #expect(try await threaded == "x")
    #expect(try await suspended.value == "x")
  }
}

@Suite("Selecting", .timeLimit(.minutes(1)))
struct SelectTests {
  let registry = Registry()

  @Test("ties go to the first named, and nothing is taken")
  func ties() throws {
    let a = try registry.bind("inproc://a")
    let b = try registry.bind("inproc://b")
    let server = try registry.bindBidirectional("inproc://c")
    let client = try registry.connectBidirectional(to: "inproc://c")
    #expect(failureCode { try select(a, b, server, client, timeout: .zero) } == .timedOut)
    try client.send("x")
    #expect(try select(a, b, server, client) == 2)
    try b.makeSender().send("x")
    #expect(try select(a, b, server, client) == 1)
    #expect(try select(server, b) == 0)
    #expect(b.count == 1 && server.count == 1)
  }

  @Test("a selection waits for whichever comes first, on a thread and in a task")
  func waits() async throws {
    let a = try registry.bind("inproc://a")
    let b = try registry.bind("inproc://b")
    async let threaded = onThread { try select(a, b) }
    await untilReceiversWait(b)
    try b.makeSender().trySendNow("x")
    #expect(try await threaded == 1)
    #expect(a.channel.waiting.receivers == 0 && b.count == 1)
    #expect(b.drain() == ["x"])
    let suspended = Task { try await select(a, b) }
    await untilReceiversWait(b)
    try a.makeSender().trySendNow("x")
    #expect(try await suspended.value == 0)
    #expect(b.channel.waiting.receivers == 0)
  }

  @Test("what is closed is selected")
  func closed() async throws {
    let a = try registry.bind("inproc://a")
    let b = try registry.bind("inproc://b")
    async let selected = onThread { try select(a, b) }
    await untilReceiversWait(b)
    b.close()
    #expect(try await selected == 1)
  }

  @Test("a selection passes its place on: the receiver behind it gets the message")
  func passesOn() async throws {
    let jobs = try registry.bind("inproc://jobs")
    let other = try registry.bind("inproc://other")
    async let selected = onThread { try select(jobs, other) }
    await untilReceiversWait(jobs, 1)
    async let received = onThread { try jobs.receive() }
    await untilReceiversWait(jobs, 2)
    try jobs.makeSender().trySendNow("x")
    // The receive can complete only if the selection, first in the wait queue, wakes it.
    #expect(try await received == "x")
    // It may have looked before or after the message was taken.
    try other.makeSender().trySendNow("y")
    let index = try await selected
    #expect(index == 0 || index == 1)
  }

  @Test("a cancelled selection leaves all its lines")
  func cancelled() async throws {
    let a = try registry.bind("inproc://a")
    let b = try registry.bind("inproc://b")
    let selecting = Task { await asyncFailureCode { try await select(a, b) } }
    await untilReceiversWait(b)
    selecting.cancel()
    #expect(await selecting.value == .cancelled)
    #expect(a.channel.waiting.receivers == 0 && b.channel.waiting.receivers == 0)
  }
}
