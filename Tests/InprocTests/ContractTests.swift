// The public calls, seen from outside of the module: what compiles here compiles
// in every program. A blocking call in an async function without `await` does not compile: the
// compiler picks the async twin there and asks for the `await`.
import Inproc
import TestSupport
import Testing

@Suite("The public contract", .timeLimit(.minutes(1)))
struct ContractTests {
  @Test("compiles and holds in synchronous code")
  func synchronous() async throws {
    valueContract()
    try await onThread {
      try synchronousContract()
      try bidirectionalContract()
    }
  }

  @Test("compiles and holds in asynchronous code")
  func asynchronous() async throws {
    try await asynchronousContract()
  }

  @Test("types are what the contract says they are")
  func types() {
    func isValue<T: Hashable & Sendable>(_: T.Type) {}
    func isAddress<T: Hashable & Comparable & Sendable & CustomStringConvertible>(_: T.Type) {}
    func isBytes<T: Hashable & Sendable & RandomAccessCollection>(_: T.Type)
    where T.Element == UInt8, T.Index == Int {}
    func isMessage<
      T: Hashable & Sendable & RandomAccessCollection & MutableCollection
        & RangeReplaceableCollection
    >(_: T.Type) where T.Element == Frame, T.Index == Int {}
    func isStream<T: AsyncSequence & AnyObject & Sendable>(_: T.Type) where T.Failure == Never {}
    func isShared<T: AnyObject & Sendable>(_: T.Type) {}
    isAddress(Endpoint.self)
    isBytes(Frame.self)
    isMessage(Message.self)
    isValue(InprocError.self)
    isValue(InprocError.Code.self)
    isValue(Client.ID.self)
    isValue(Capacity.self)
    isShared(Registry.self)
    isShared(Sender.self)
    isStream(Receiver.self)
    isStream(Server.self)
    isStream(Client.self)
  }

  @Test("every code has the word that the command language uses")
  func words() {
    let words: [InprocError.Code: String] = [
      .invalidEndpoint: "invalid-endpoint", .addressInUse: "address-in-use",
      .notFound: "not-found", .notBidirectional: "not-bidirectional", .closed: "closed",
      .timedOut: "timed-out", .wouldBlock: "would-block", .noPeer: "no-peer",
      .cancelled: "cancelled", .interrupted: "interrupted", .notATopic: "not-a-topic",
      .typeMismatch: "type-mismatch",
    ]
    for (code, word) in words { #expect(code.rawValue == word) }
  }
}

func valueContract() {
  let a: Frame = "text"
  #expect(a == Frame("text") && a == Frame("text".utf8) && a == [116, 101, 120, 116])
  let part: Frame = a[1..<3]
  #expect(part == "ex" && part.startIndex == 0)
  #expect(a.withUnsafeBytes { $0.count } == 4)
  var message: Message = ["hello", "world"]
  message.append(Frame([0xDE, 0xAD]))
  #expect(message.count == 3)
}

func synchronousContract() throws(InprocError) {
  let endpoint = try Endpoint("inproc://jobs")
  #expect(endpoint.name == "jobs")
  let message: Message = ["hello", "world", Frame([0xDE, 0xAD])]
  let registry = Registry()
  _ = Registry.shared
  let jobs = try registry.bind("inproc://jobs")
  let few = try registry.bind("inproc://few", capacity: .bounded(8))
  let capacities: [Capacity] = [.unbounded, .bounded(0), .rendezvous, .latest(3)]
  #expect(capacities[1] == .rendezvous)
  let out = try registry.connect(to: "inproc://jobs")
  do {
    _ = try registry.connect(to: "inproc://late", waiting: .milliseconds(1))
    Issue.record("nothing is bound there")
  } catch {
    #expect(error.code == .timedOut)
  }
  let now = try registry.connect(to: endpoint, waiting: .seconds(1))
  let always = try registry.connect(to: "inproc://few", waiting: nil)
  #expect(registry.endpoints.map(\.endpoint) == [try Endpoint("inproc://few"), endpoint])
  #expect(registry.endpoints[1].queued == 0)
  #expect(registry.endpoints[1].connections == 2)
  #expect(registry.endpoints[0].capacity == .bounded(8))
  #expect(!registry.endpoints[1].isBidirectional)
  try always.send("x")
  #expect(few.capacity == .bounded(8))
  now.close()

  try out.send(message)
  try out.send(message, timeout: .milliseconds(5))
  #expect(try out.trySend(message))
  #expect(jobs.count == 3 && jobs.connectionCount == 1)
  #expect(jobs.endpoint == endpoint && jobs.capacity == .unbounded)
  #expect(try jobs.receive() == message)
  #expect(try jobs.receive(timeout: .milliseconds(5)) == message)
  #expect(try jobs.receive(until: .now + .seconds(1)) == message)
  #expect(try jobs.tryReceive() == nil)
  let own = jobs.makeSender()
  try own.send(["own"])
  #expect(jobs.drain() == [["own"]])

  try registry.unbind("inproc://jobs")
  try out.send(message)
  out.close()
  var seen: [Message] = []
  for message in jobs.messages { seen.append(message) }
  #expect(seen == [message])
  do {
    try out.send(message)
  } catch {
    let code: InprocError.Code = error.code
    #expect(code == .closed && error.description.contains("inproc://jobs"))
  }
  jobs.close()
  try registry.unbind(Endpoint("inproc://few"))
  withExtendedLifetime((always, few)) {}
}

func bidirectionalContract() throws(InprocError) {
  let registry = Registry()
  let server = try registry.bindBidirectional("inproc://echo")
  let client = try registry.connectBidirectional(to: "inproc://echo")
  try client.send(["ping"])
  let request = try server.receive()
  #expect(request.message == ["ping"])
  try request.reply(["pong"])
  let id: Client.ID = request.client
  try server.send(["news"], to: id)
  #expect(try client.receive() == ["pong"])
  #expect(try client.receive(timeout: .seconds(1)) == ["news"])
  // The other verbs of both.
  #expect(try client.trySend("b"))
  try client.send("c", timeout: .seconds(1))
  try client.send("d", until: .now + .seconds(1))
  #expect(server.count == 3 && server.connectionCount == 1 && server.capacity == .unbounded)
  #expect(try server.receive(timeout: .seconds(1)).message == "b")
  #expect(try server.receive(until: .now + .seconds(1)).message == "c")
  #expect(try server.tryReceive()?.message == "d")
  #expect(server.drain().isEmpty && server.endpoint.name == "echo")
  try server.makeSender().send("own")
  #expect(try server.receive().message == "own")
  #expect(try client.tryReceive() == nil)
  #expect(client.drain() == [] && client.count == 0 && client.endpoint.name == "echo")
  try request.reply("last")
  server.close()
  for reply in client.messages { #expect(reply == "last") }
  for _ in server.messages { Issue.record("nothing was left") }
  client.close()
}

func asynchronousContract() async throws(InprocError) {
  let registry = Registry()
  let endpoint = try Endpoint("inproc://jobs")
  let message: Message = ["hello", "world"]
  let jobs = try registry.bind(endpoint)
  let out = try registry.connect(to: endpoint)
  let waited = try await registry.connect(to: "inproc://jobs", waiting: .seconds(1))
  let always = try await registry.connect(to: endpoint, waiting: nil)
  waited.close()
  try await out.send(message)
  try await always.send(message, timeout: .milliseconds(5))
  try await always.send(message, until: .now + .seconds(1))
  #expect(try out.trySend(message))
  #expect(try await jobs.receive() == message)
  #expect(try await jobs.receive(timeout: .milliseconds(5)) == message)
  #expect(try await jobs.receive(until: .now + .seconds(1)) == message)
  #expect(try jobs.tryReceive() == message)
  try await out.send("end")
  jobs.close()
  var seen: [Message] = []
  for await message in jobs { seen.append(message) }
  #expect(seen == ["end"])
  do {
    try await out.send(message)
  } catch {
    let code: InprocError.Code = error.code
    #expect(code == .closed)
  }

  let server = try registry.bindBidirectional("inproc://echo")
  let client = try await registry.connectBidirectional(to: "inproc://echo", waiting: .seconds(1))
  try await client.send(["ping"])
  let request = try await server.receive()
  try request.reply(["pong"])
  try server.send(["news"], to: request.client)
  #expect(try await client.receive() == ["pong"])
  #expect(try await client.receive(timeout: .seconds(1)) == ["news"])
  #expect(try await select(jobs, server, client, timeout: .seconds(1)) == 0)
  server.close()
  for await request in server { Issue.record("\(request.message)") }
  for await reply in client { Issue.record("\(reply)") }
}
