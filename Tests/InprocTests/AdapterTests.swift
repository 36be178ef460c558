import Foundation
import Inproc
import InprocFoundation
import InprocServices
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@Suite("Adapters", .timeLimit(.minutes(1)))
struct AdapterTests {
  private struct Job: Codable, Equatable {
    var name: String
    var size: Int
  }

  @Test("an asynchronous sequence is asked for no more than there is room")
  func pump() async throws {
    let registry = Registry()
    let inbox = try registry.bind("inproc://inbox", capacity: .bounded(2))
    let sender = try registry.connect(to: "inproc://inbox")
    let asked = AsyncStream<Int>.makeStream()
    let numbers = AsyncStream<Message> { [count = Counter()] in
      let number = count.next()
      asked.continuation.yield(number)
      return number <= 5 ? [Frame("\(number)")] : nil
    }
    let pumping = Task {
      try await sender.send(contentsOf: numbers)
      sender.close()
    }
    // Two are queued, the third waits for room: the fourth is not asked for.
    var askedSoFar = asked.stream.makeAsyncIterator()
    for expected in 1...3 { #expect(await askedSoFar.next() == expected) }
    while inbox.count < 2 { await Task.yield() }
    try registry.unbind("inproc://inbox")
    var received: [String] = []
    for await message in inbox { received.append(String(message[0]) ?? "") }
    try await pumping.value
    #expect(received == ["1", "2", "3", "4", "5"])
  }

  @Test("a value travels as one frame of JSON or of a property list")
  func codable() throws {
    let job = Job(name: "cat.png", size: 3)
    let message = try Message(json: job)
    #expect(message.count == 1)
    #expect(try message.decodeJSON(Job.self) == job)
    let frame = try Frame(propertyList: job)
    #expect(try frame.decodePropertyList() as Job == job)
  }

  @Test("a message that holds no such value is an error that says so")
  func undecodable() throws {
    #expect(throws: DecodingError.self) { try (["x"] as Message).decodeJSON(Job.self) }
    let error = #expect(throws: DecodingError.self) {
      try (["1", "2"] as Message).decodeJSON(Int.self)
    }
    #expect("\(try #require(error))".contains("the message has 2 frames"))
  }

  @Test("a graceful shutdown refuses further messages and handles those that are queued")
  func service() async throws {
    let registry = Registry()
    let jobs = try registry.bind("inproc://jobs")
    let sender = try registry.connect(to: "inproc://jobs")
    let began = AsyncStream<Void>.makeStream()
    let mayGoOn = AsyncStream<Void>.makeStream()
    let handled = Log()
    let service = MessageService(jobs) { message in
      if handled.isEmpty {
        began.continuation.yield()
        for await _ in mayGoOn.stream { break }
      }
      handled.add(String(message[0]) ?? "")
    }
    let group = ServiceGroup(services: [service], logger: Logger(label: "test"))
    for text in ["one", "two", "three"] { try await sender.send([Frame(text)]) }
    let running = Task { try await group.run() }
    for await _ in began.stream { break }
    await group.triggerGracefulShutdown()
    // The endpoint is closed by the shutdown, while the first message is still being handled.
    while (try? sender.trySend(["late"])) != nil { await Task.yield() }
    mayGoOn.continuation.yield()
    try await running.value
    #expect(handled.texts.filter { $0 != "late" } == ["one", "two", "three"])
  }

  @Test("as many messages are handled at once as the service allows, and no more")
  func concurrentService() async throws {
    let registry = Registry()
    let server = try registry.bindBidirectional("inproc://prices")
    let client = try registry.connectBidirectional(to: "inproc://prices")
    let began = AsyncStream<Void>.makeStream()
    let mayGoOn = AsyncStream<Void>.makeStream()
    let service = MessageService(server, maxConcurrent: 2) { request in
      began.continuation.yield()
      for await _ in mayGoOn.stream { break }
      try request.reply("price of \(request.message[0])")
    }
    let running = Task { try await service.run() }
    let asking = (0..<3).map { number in Task { try await client.ask("\(number)") } }
    var beginnings = began.stream.makeAsyncIterator()
    for _ in 0..<2 { await beginnings.next() }
    // Two are being handled; the third is queued, or about to be.
    while server.count == 0 { await Task.yield() }
    mayGoOn.continuation.yield()
    await beginnings.next()
    mayGoOn.continuation.finish()
    for (number, task) in asking.enumerated() {
      #expect(try await task.value == ["price of \(number)"])
    }
    server.close()
    try await running.value
  }

  @Test("a graceful shutdown answers the questions that are queued, and then no more")
  func shutdownOfServer() async throws {
    let registry = Registry()
    let server = try registry.bindBidirectional("inproc://prices")
    let client = try registry.connectBidirectional(to: "inproc://prices")
    let began = AsyncStream<Void>.makeStream()
    let mayGoOn = AsyncStream<Void>.makeStream()
    let service = MessageService(server) { request in
      began.continuation.yield()
      for await _ in mayGoOn.stream { break }
      try request.reply("price of \(request.message[0])")
    }
    let group = ServiceGroup(services: [service], logger: Logger(label: "test"))
    let asking = (0..<2).map { number in Task { try await client.ask("\(number)") } }
    let running = Task { try await group.run() }
    for await _ in began.stream { break }
    while server.count == 0 { await Task.yield() }
    await group.triggerGracefulShutdown()
    while !server.isClosed { await Task.yield() }
    mayGoOn.continuation.finish()
    for (number, task) in asking.enumerated() {
      #expect(try await task.value == ["price of \(number)"])
    }
    try await running.value
    #expect(await asyncFailureCode { try await client.ask("late") } == .closed)
    #expect(await asyncFailureCode { try await client.receive() } == .closed)
  }

  @Test("what a handler throws ends the service, whoever else waits for a message")
  func failingService() async throws {
    struct Failure: Error {}
    let (out, jobs) = try Registry().makeChannel()
    let service = MessageService(jobs, maxConcurrent: 3) { _ in throw Failure() }
    let running = Task { try await service.run() }
    try await out.send("job")
    await #expect(throws: Failure.self) { try await running.value }
  }
}

private final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var value = 0
  func next() -> Int {
    lock.withLock {
      value += 1
      return value
    }
  }
}

private final class Log: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: [String] = []
  func add(_ text: String) { lock.withLock { kept.append(text) } }
  var texts: [String] { lock.withLock { kept } }
  var isEmpty: Bool { texts.isEmpty }
}
