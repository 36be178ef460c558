import TestSupport
import Testing

@testable import Inproc

@Suite("Bidirectional endpoints", .timeLimit(.minutes(1)))
struct BidirectionalTests {
  let registry = Registry()
  let server: Server

  init() throws { server = try registry.bindBidirectional("inproc://echo") }

  func connect() throws -> Client { try registry.connectBidirectional(to: "inproc://echo") }

  @Test("a reply reaches its client, and not the server's own queue")
  func reply() throws {
    let client = try connect()
    try client.send("ping")
    let request = try server.receiveNow()
    #expect(request.message == "ping" && request.client == client.id)
    try request.reply("pong")
    try request.reply("pong again")
    #expect(client.drain() == ["pong", "pong again"])
    #expect(server.isEmpty)
  }

  @Test("every client gets its own replies and no one else's")
  func ownReplies() throws {
    let clients = try (0..<5).map { _ in try connect() }
    for (number, client) in clients.enumerated() {
      try client.send(Message(Frame("request \(number)")))
    }
    for request in server.drain().reversed() {
      try request.reply([request.message[0], "answered"])
    }
    for (number, client) in clients.enumerated() {
      #expect(client.drain() == [[Frame("request \(number)"), "answered"]])
    }
  }

  @Test("a second client disconnects no other")
  func secondClient() throws {
    let first = try connect()
    try first.send("1")
    let request = try server.receiveNow()
    let second = try connect()
    #expect(server.connectionCount == 2 && server.clients == [first.id, second.id])
    try request.reply("for the first")
    second.close()
    try request.reply("still for the first")
    #expect(first.drain().count == 2)
  }

  @Test("requests show who sent them")
  func origins() throws {
    let first = try connect()
    let second = try connect()
    try second.send("b")
    try first.send("a")
    #expect(server.drain().map(\.client) == [second.id, first.id])
    #expect(first.id < second.id && first.id != second.id)
  }

  @Test("the server can write to a client unasked")
  func unasked() throws {
    let client = try connect()
    try server.send("news", to: client.id)
    #expect(try client.tryReceive() == "news")
  }

  @Test("a client that is gone is no peer")
  func gone() throws {
    var client: Client? = try connect()
    try client?.send("ping")
    let request = try server.receiveNow()
    client = nil
    #expect(failureCode { try request.reply("pong") } == .noPeer)
    #expect(failureCode { try server.send("news", to: request.client) } == .noPeer)
    #expect(server.connectionCount == 0 && server.clients.isEmpty)
  }

  @Test("a plain connection has an identity and takes no replies")
  func plain() throws {
    let out = try registry.connect(to: "inproc://echo")
    let other = try registry.connect(to: "inproc://echo")
    try out.send("x")
    try other.send("y")
    let requests = server.drain()
    #expect(requests[0].client != requests[1].client)
    #expect(failureCode { try requests[0].reply("z") } == .noPeer)
    try server.makeSender().send("own")
    #expect(failureCode { try server.receiveNow().reply("z") } == .noPeer)
  }

  @Test("clients are numbered by registry, whatever else the process has connected")
  func numbers() throws {
    _ = try connect()
    for _ in 0..<2 {
      let registry = Registry()
      let server = try registry.bindBidirectional("inproc://echo")
      let client = try registry.connectBidirectional(to: "inproc://echo")
      let plain = try registry.connect(to: "inproc://echo")
      try plain.send("x")
      #expect("\(client.id)" == "client 1")
      #expect("\(try server.receiveNow().client)" == "client 2")
      #expect(server.clients == [client.id])
    }
  }

  @Test("a client cannot connect to a plain endpoint")
  func notBidirectional() throws {
    let jobs = try registry.bind("inproc://jobs")
    #expect(
      failureCode { try registry.connectBidirectional(to: "inproc://jobs") } == .notBidirectional)
    #expect(jobs.connectionCount == 0)
  }

  @Test("a client's receive ends once its replies are used up and the server is closed")
  func closedServer() async throws {
    let client = try connect()
    try client.trySendNow("1")
    let request = try server.receiveNow()
    try request.reply("reply")
    server.close()
    #expect(failureCode { try request.reply("late") } == .closed)
    #expect(try client.tryReceive() == "reply")
    #expect(failureCode { try client.tryReceive() } == .closed)
    #expect(failureCode { try client.trySend("x") } == .closed)
    #expect(registry.endpoints.isEmpty)
  }

  @Test("a client that waits for a reply learns that the server is gone")
  func releasedServer() async throws {
    let box = Mailbox<Server?>()
    box.put(try registry.bindBidirectional("inproc://other"))
    let client = try registry.connectBidirectional(to: "inproc://other")
    async let received = onThread { failureCode { try client.receive() } }
    await untilReceiversWait(client)
    box.put(nil)
    #expect(await received == .closed)
    #expect(client.isClosed)
  }

  @Test("unbinding keeps clients connected, both ways")
  func unbound() throws {
    let client = try connect()
    try registry.unbind("inproc://echo")
    #expect(failureCode { try connect() } == .notFound)
    try client.send("ping")
    try server.receiveNow().reply("pong")
    #expect(try client.tryReceive() == "pong")
    #expect(try server.tryReceive() == nil)
    client.close()
    #expect(failureCode { try server.tryReceive() } == .closed)
    #expect(failureCode { try client.tryReceive() } == .closed)
  }

  @Test("replies are not bounded by the capacity")
  func unboundedReplies() throws {
    let small = try registry.bindBidirectional("inproc://small", capacity: 1)
    let client = try registry.connectBidirectional(to: "inproc://small")
    try client.send("x")
    #expect(try !client.trySend("y"))
    let request = try small.receiveNow()
    for _ in 0..<100 { try request.reply("z") }
    #expect(client.count == 100)
    #expect(small.capacity == .bounded(1) && client.capacity == .bounded(1))
  }

  @Test("a closing client is never half there: replies to it arrive or say no peer")
  func closingRace() async throws {
    for _ in 0..<300 {
      let client = try connect()
      try client.trySendNow("x")
      let request = try server.receiveNow()
      let line = StartLine(2)
      async let replied = onThread {
        line.wait()
        return failureCode { try request.reply("y") }
      }
      async let closed: Void = onThread {
        line.wait()
        client.close()
      }
      await closed
      let result = await replied
      #expect(result == nil || result == .noPeer)
    }
  }

  @Test("many clients ask at once, on threads and in tasks")
  func many() async throws {
    let server = server
    let serving = Task {
      for await request in server { try? request.reply(request.message) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        let client = try connect()
        group.addTask {
          for round in 0..<50 {
            let message: Message = [Frame("\(number)"), Frame("\(round)")]
            if number.isMultiple(of: 2) {
              try await client.send(message)
              #expect(try await client.receive() == message)
            } else {
              try await onThread {
                try client.send(message)
                #expect(try client.receive() == message)
              }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    server.close()
    await serving.value
  }
}
