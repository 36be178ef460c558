import Synchronization
import TestSupport
import Testing

@testable import Inproc

@Suite("Questions and answers", .timeLimit(.minutes(1)))
struct AskTests {
  let registry = Registry()

  private func ends(
    _ capacity: Capacity = .unbounded
  ) throws -> (server: Server, client: Client) {
    let server = try registry.bindBidirectional("inproc://prices", capacity: capacity)
    return (server, try registry.connectBidirectional(to: "inproc://prices"))
  }

  /// Asks in a task, and waits until the question has come to the server.
  private func question(
    _ text: String, by client: Client, to server: Server, timeout: Duration? = nil
  ) async throws -> (request: Request, answer: Task<Message, any Error>) {
    let answer = Task { try await client.ask(text, timeout: timeout) }
    return (try await server.receive(), answer)
  }

  @Test("an answer comes back on a thread")
  func blocking() async throws {
    let (server, client) = try ends()
    let asking = Task { try await onThread { try client.ask("10", timeout: .seconds(60)) } }
    let request = try await server.receive()
    #expect(request.message == "10" && request.client == client.id)
    try request.reply("price of 10")
    #expect(try await asking.value == "price of 10")
    #expect(client.isEmpty && server.state.questions.isEmpty)
  }

  @Test("many questions of one client are answered in another order, each with its own answer")
  func many() async throws {
    let (server, client) = try ends()
    let asking = (0..<50).map { number in Task { try await client.ask("\(number)") } }
    var requests: [Request] = []
    for _ in asking { requests.append(try await server.receive()) }
    for request in requests.reversed() { try request.reply("answer to \(request.message[0])") }
    for (number, task) in asking.enumerated() {
      #expect(try await task.value == ["answer to \(number)"])
    }
  }

  @Test("an answer after its time is dropped, and never taken for another's")
  func late() async throws {
    let (server, client) = try ends()
    let (first, firstAnswer) = try await question("first", by: client, to: server, timeout: .zero)
    #expect(await asyncFailureCode { try await firstAnswer.value } == .timedOut)
    try first.reply("to the first")
    let (second, answer) = try await question("second", by: client, to: server)
    try first.reply("to the first again")
    try second.reply("to the second")
    try second.reply("to the second again")
    #expect(try await answer.value == "to the second")
    #expect(client.isEmpty)
  }

  @Test("a request that is released without a reply fails its asker at once")
  func dropped() async throws {
    let (server, client) = try ends()
    let asking = Task { await asyncFailureCode { try await client.ask("10") } }
    _ = try await server.receive()
    #expect(await asking.value == .noPeer)
    let onThreads = Task {
      await onThread { failureCode { try client.ask("10", until: .now + .seconds(60)) } }
    }
    for try await request in server {
      #expect(request.message == "10")
      break
    }
    #expect(await onThreads.value == .noPeer)
    #expect(server.state.questions.isEmpty)
  }

  @Test("a request that is answered from its copy is not dropped by the other")
  func copies() async throws {
    let (server, client) = try ends()
    let (request, answer) = try await question("10", by: client, to: server)
    let replying = Task { [request] in try request.reply("price") }
    try await replying.value
    #expect(try await answer.value == "price")
  }

  @Test("a server that closes, or is released with the question queued, ends the question")
  func closing() async throws {
    let (server, client) = try ends()
    let (request, answer) = try await question("10", by: client, to: server)
    server.close()
    #expect(await asyncFailureCode { try await answer.value } == .closed)
    #expect(failureCode { try request.reply("late") } == .closed)
    #expect(await asyncFailureCode { try await client.ask("11") } == .closed)

    var other: Server? = try registry.bindBidirectional("inproc://other")
    let asker = try registry.connectBidirectional(to: "inproc://other")
    let asking = Task { await asyncFailureCode { try await asker.ask("10") } }
    await until { other?.count == 1 }
    other = nil
    #expect(await asking.value == .closed)
  }

  @Test("a client that closes ends its questions, and no other's", arguments: [false, true])
  func clientCloses(isFull: Bool) async throws {
    let (server, client) = try ends(1)
    let other = try registry.connectBidirectional(to: "inproc://prices")
    let (request, answer) = try await question("other", by: other, to: server)
    if isFull { try await other.send("fills the queue") }
    let asking = Task { await asyncFailureCode { try await client.ask("10") } }
    if isFull { await untilSendersWait(client) } else { await until { server.count == 1 } }
    client.close()
    #expect(await asking.value == .closed)
    if !isFull { #expect(failureCode { try server.receive().reply("late") } == .noPeer) }
    try request.reply("to the other")
    #expect(try await answer.value == "to the other")
    #expect(await asyncFailureCode { try await client.ask("11") } == .closed)
  }

  @Test("a question waits for room, at the latest until its time")
  func room() async throws {
    let (server, client) = try ends(1)
    try await client.send("fills the queue")
    let error = await #expect(throws: InprocError.self) {
      try await client.ask("10", timeout: .milliseconds(1))
    }
    #expect(error?.code == .timedOut && error?.description.contains("was not sent") == true)
    let asking = Task { try await client.ask("11") }
    await untilSendersWait(client)
    _ = try await server.receive()
    try await server.receive().reply("price")
    #expect(try await asking.value == "price")
  }

  @Test("cancelling the asking task ends the wait")
  func cancelled() async throws {
    let (server, client) = try ends()
    let (request, answer) = try await question("10", by: client, to: server)
    answer.cancel()
    #expect(await asyncFailureCode { try await answer.value } == .cancelled)
    try request.reply("late")
    #expect(client.isEmpty && server.state.questions.isEmpty)
  }

  @Test("questions and messages of one client go their own ways")
  func beside() async throws {
    let (server, client) = try ends()
    try await client.send("message")
    try await server.receive().reply("reply")
    let (request, answer) = try await question("question", by: client, to: server)
    try server.send("news", to: request.client)
    try request.reply("answer")
    #expect(try await answer.value == "answer")
    #expect(client.drain() == ["reply", "news"])
  }

  @Test("nothing of a question stays behind")
  func lifetime() async throws {
    let (server, client) = try ends()
    var answers: [Weak<ChannelStorage>] = []
    for drops in [false, true] {
      let asking = Task { try? await client.ask("10") }
      await until { server.count == 1 }
      answers += server.state.questions.channels.map { Weak($0.storage) }
      let request = try await server.receive()
      if !drops { try request.reply("price") }
      _ = consume request
      _ = await asking.value
    }
    #expect(answers.count == 2)
    await until { answers.allSatisfy { $0.object == nil } }
  }
}
