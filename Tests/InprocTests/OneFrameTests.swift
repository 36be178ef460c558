import Inproc
import TestSupport
import Testing

@Suite("A message of one frame", .timeLimit(.minutes(1)))
struct OneFrameTests {
  let registry = Registry()
  private let number = 7
  private let text = "some text"
  private let frame: Frame = [0xDE, 0xAD]

  @Test("needs no brackets on a thread")
  func blocking() async throws {
    let (out, jobs) = try registry.makeChannel()
    let (number, text, frame) = (number, text, frame)
    try await onThread {
      try out.send("literal")
      try out.send("job \(number)")
      try out.send(text)
      try out.send(text.dropFirst(5))
      try out.send(frame)
      try out.send([1, 2] as [UInt8])
      try out.send(text, timeout: .seconds(1))
      try out.send("until \(number)", until: .now + .seconds(1))
      #expect(try out.trySend(frame))
    }
    #expect(
      jobs.drain() == [
        ["literal"], ["job 7"], ["some text"], ["text"], [frame], [[1, 2]], ["some text"],
        ["until 7"], [frame],
      ])
  }

  @Test("needs no brackets in a task")
  func suspending() async throws {
    let (out, jobs) = try registry.makeChannel()
    try await out.send("literal")
    try await out.send("job \(number)")
    try await out.send(text)
    try await out.send(frame)
    try await out.send(text, timeout: .seconds(1))
    try await out.send(frame, until: .now + .seconds(1))
    try await out.send(text, timeout: .seconds(1), clock: .suspending)
    try await out.send(frame, until: SuspendingClock.now, clock: .suspending)
    #expect(
      jobs.drain() == [
        ["literal"], ["job 7"], ["some text"], [frame], ["some text"], [frame], ["some text"],
        [frame],
      ])
  }

  @Test("is sent by a client, a server, a reply and a case alike")
  func everywhere() async throws {
    let server = try registry.bindBidirectional("inproc://echo")
    let client = try registry.connectBidirectional(to: "inproc://echo")
    try await client.send(text)
    let request = try await server.receive()
    #expect(request.message == ["some text"])
    try request.reply("answer \(number)")
    try request.reply(text)
    try server.send(frame, to: request.client)
    let sent = try await select(.send(text, over: client) { true })
    #expect(sent && client.queuedCount == 1)
    #expect(client.drain() == [["answer 7"], ["some text"], [frame]])
  }

  @Test("values stand in a literal of frames, and a frame among them for its bytes")
  func interpolation() {
    let name: String? = nil
    let message: Message = ["job \(number)", "\(text)!", "<\(frame)>", "\(name, default: "none")"]
    #expect(
      message == ["job 7", "some text!", Frame([0x3C, 0xDE, 0xAD, 0x3E]), "none"])
    let one: Message = "job \(number)"
    #expect(one == ["job 7"] && Frame("job \(number)") == "job 7")
    #expect(Frame("\([1, 2]) \(1.5) \(true)") == Frame("\([1, 2]) \(1.5) \(true)" as String))
  }

  @Test("how many are queued is known at the sender")
  func queued() async throws {
    let (out, jobs) = try registry.makeChannel(capacity: 2)
    #expect(out.queuedCount == 0)
    try await out.send("a")
    try await out.send("b")
    #expect(out.queuedCount == 2 && out.isFull)
    _ = try await jobs.receive()
    #expect(out.queuedCount == 1)
  }
}
