import TestSupport
import Testing

@testable import Inproc

@Suite("Many endpoints and connections", .timeLimit(.minutes(1)))
struct RegistryStressTests {
  let registry = Registry()

  @Test("of many endpoints each is found until it is unbound, and no longer")
  func many() throws {
    let names = (0..<3000).map { "inproc://endpoint-\($0)" }
    var inboxes = try names.map { try registry.bind($0) }
    for index in names.indices where index % 3 == 0 { try registry.unbind(names[index]) }
    for index in names.indices {
      let expected: InprocError.Code? = index % 3 == 0 ? .notFound : nil
      #expect(failureCode { try registry.connect(to: names[index]) } == expected)
    }
    #expect(registry.endpoints.count == 2000)
    inboxes.removeAll()
    #expect(registry.endpoints.isEmpty)
    #expect(
      names.allSatisfy { name in failureCode { try registry.connect(to: name) } == .notFound })
  }

  @Test("the last message of the last sender is received before the end is told")
  func lastMessage() async throws {
    for round in 0..<500 {
      let inbox = try registry.bind("inproc://last\(round)")
      let sender = Held(try registry.connect(to: "inproc://last\(round)"))
      try registry.unbind("inproc://last\(round)")
      let line = StartLine(2)
      async let received: [String] = onThread {
        line.wait()
        var received: [String] = []
        while let message = try? inbox.receive() { received.append(message.description) }
        return received
      }
      await onThread {
        line.wait()
        sender.sendAndRelease()
      }
      #expect(await received.count == 1)
    }
  }

  @Test("an unbind is not overlooked by a receive that begins to wait")
  func unbindMeetsReceive() async throws {
    for round in 0..<500 {
      let inbox = try registry.bind("inproc://met\(round)")
      let line = StartLine(2)
      async let ended = onThread {
        line.wait()
        return failureCode { try inbox.receive() }
      }
      try await onThread { [registry] in
        line.wait()
        try registry.unbind("inproc://met\(round)")
      }
      #expect(await ended == .closed)
    }
  }

  @Test("a weak sender is upgraded and its message received, or it is told that all has ended")
  func upgradeMeetsUnbind() async throws {
    for round in 0..<500 {
      let inbox = try registry.bind("inproc://weak\(round)")
      let weak = inbox.makeSender().weak
      let line = StartLine(2)
      async let isSent = onThread {
        line.wait()
        return failureCode { try weak.upgrade().send("late") } == nil
      }
      try await onThread { [registry] in
        line.wait()
        try registry.unbind("inproc://weak\(round)")
      }
      if await isSent { #expect(try inbox.tryReceive() == "late") }
      #expect(failureCode { try inbox.tryReceive() } == .closed)
    }
  }

  /// Gives up the only reference to a sender right after it has sent.
  private final class Held: @unchecked Sendable {
    private var sender: Sender?
    init(_ sender: consuming Sender) { self.sender = sender }
    func sendAndRelease() {
      try? sender?.send("last")
      sender = nil
    }
  }
}
