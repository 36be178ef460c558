extension CallersProgram {
  /// Every call of the interface once, on threads and in tasks. It is never run.
  static let ofEveryCall = CallersProgram(
    testDescription: "every call of the interface",
    text: #"""
      func values() throws {
        let endpoint = try Endpoint("inproc://jobs")
        print(endpoint.name)
        let a: Frame = "text"
        let others: [Frame] = [Frame("text"), Frame("text".utf8), Frame([1, 2, 3]), [1, 2, 3]]
        let part: Frame = a[1..<3]
        print(a.withUnsafeBytes { $0.count }, part, others)
        var message: Message = ["hello", "world"]
        message.append(Frame([0xDE, 0xAD]))
      }
      func blocking(_ message: Message) throws(InprocError) {
        let registry = Registry()
        let endpoint = try Endpoint("inproc://jobs")
        let jobs = try registry.bind("inproc://jobs")
        let few = try registry.bind("inproc://few", capacity: .bounded(8))
        let latest = try registry.bind("inproc://latest", capacity: .latest(3))
        let none = try registry.bind("inproc://none", capacity: .rendezvous)
        let out = try registry.connect(to: "inproc://jobs")
        let late = try registry.connect(to: endpoint, waiting: .seconds(1))
        let later = try registry.connect(to: "inproc://late", waiting: nil)
        try registry.unbind("inproc://jobs")
        try registry.unbind(endpoint)
        for status in registry.endpoints {
          print(status.endpoint, status.queued, status.connections, status.capacity)
          print(status.isBidirectional, status.subscribers ?? 0)
        }
        try out.send(message)
        try out.send(message, timeout: .milliseconds(5))
        let sent: Bool = try out.trySend(message)
        out.close()
        print(try jobs.receive(), try jobs.receive(timeout: .milliseconds(5)))
        print(try jobs.receive(until: .now + .seconds(1)))
        let maybe: Message? = try jobs.tryReceive()
        let all: [Message] = jobs.drain()
        for message in jobs.messages { print(message) }
        print(jobs.count, jobs.capacity, jobs.connectionCount, jobs.endpoint, sent, maybe as Any, all)
        try jobs.makeSender().send(message)
        jobs.close()
        let server = try registry.bindBidirectional("inproc://echo")
        let client = try registry.connectBidirectional(to: "inproc://echo")
        try client.send(["ping"])
        let request = try server.receive()
        try request.reply(["pong"])
        try server.send(["news"], to: request.client)
        print(try client.receive())
        let answer = try client.ask(["price of", "10"], timeout: .seconds(1))
        let answers = [
          try client.ask("price"), try client.ask("price of \(answer.count)"),
          try client.ask(["a"], until: .now),
        ]
        let news = try registry.bindTopic("inproc://news", retaining: 1)
        let mine = try registry.subscribe(to: "inproc://news", capacity: .latest(16), prefix: "sport.")
        let yours = try registry.subscribe(to: "inproc://news", waiting: .seconds(1))
        try news.send("news")
        try news.send(message, timeout: .seconds(1))
        print(news.subscriberCount, mine, yours, answers, few, latest, none, late, later)
        jobs.unbind()
        let frame: Frame = "f", n = 3
        try out.send("text")
        try out.send(frame)
        try out.send("job \(n)")
        try out.send(["job \(n)", "x"])
        let cases: [SelectCase<Int>] = [.receive(from: jobs) { _ in 1 }, .send("x", over: out) { 2 }]
        let deadline = ContinuousClock.now + .seconds(1)
        print(try select(cases, until: deadline))
        print(try select(.receive(from: jobs) { _ in 1 }, until: deadline))
      }
      func suspending(_ message: Message) async throws(InprocError) {
        let registry = Registry()
        let jobs = try registry.bind("inproc://jobs")
        let out = try await registry.connect(to: "inproc://late", waiting: .seconds(1))
        try await out.send(message)
        print(try await jobs.receive(), try await jobs.receive(timeout: .seconds(1)))
        for await message in jobs { print(message) }
        let server = try registry.bindBidirectional("inproc://echo")
        let client = try await registry.connectBidirectional(to: "inproc://echo", waiting: nil)
        for await request in server {
          try request.reply(request.message)
          try request.reply("x")
        }
        let answer = try await client.ask(["price of", "10"], timeout: .seconds(1))
        print(answer, try await client.ask("price"), try await client.ask("x", until: .now))
        let news = try registry.bindTopic("inproc://news", retaining: 1)
        let mine = try await registry.subscribe(
          to: "inproc://news", capacity: .latest(16), prefix: "sport.", waiting: nil)
        try await news.send("sport.x")
        print(try await mine.receive())
        let frame: Frame = "f", n = 3
        try await out.send("text")
        try await out.send(frame)
        try await out.send("job \(n)")
        let cases: [SelectCase<Int>] = [.receive(from: jobs) { _ in 1 }, .send("x", over: out) { 2 }]
        let deadline = ContinuousClock.now + .seconds(1)
        print(try await select(cases, until: deadline))
        let task = Task.detached(operation: jobs.receive)
        _ = try? await task.value
      }
      struct Job: Sendable { var id: Int; var words: [String] }
      func ofValues(_ job: Job) throws(InprocError) {
        let registry = Registry()
        let inbox: ValueReceiver<Job> = try registry.bind(
          "inproc://jobs", of: Job.self, capacity: .bounded(64))
        let outbox: ValueSender<Job> = try registry.connect(to: "inproc://jobs", of: Job.self)
        let late = try registry.connect(to: "inproc://late", of: Job.self, waiting: .seconds(1))
        let (tx, rx) = try registry.makeChannel(of: Job.self, capacity: .bounded(64))
        try outbox.send(job)
        try outbox.send(Job(id: 1, words: []), timeout: .seconds(1))
        try outbox.send(job, until: .now + .seconds(1))
        print(try outbox.trySend(job), try tx.send(contentsOf: [job]), try late.trySend(contentsOf: [job]))
        let first: Job = try inbox.receive()
        print(first, try inbox.receive(timeout: .seconds(1)), try inbox.receive(until: .now))
        print(try inbox.tryReceive() as Job? as Any, inbox.drain() as [Job], inbox.count)
        for job in inbox.messages { print(job.id) }
        var batch: [Job] = []
        print(try rx.receive(into: &batch, max: 8))
        let cases: [SelectCase<Int>] = [.receive(from: inbox) { $0.id }, .send(job, over: outbox) { 2 }]
        print(try select(cases, until: .now), try select(inbox, rx))
        let prices = try registry.bindTopic("inproc://prices", of: Job.self, retaining: 1)
        let mine = try registry.subscribe(to: "inproc://prices", of: Job.self, capacity: .latest(16))
        try prices.send(job)
        print(try mine.receive(), prices.subscriberCount)
        try inbox.makeSender().send(job)
        outbox.close()
        inbox.unbind()
        inbox.close()
      }
      func ofValuesSuspending(_ job: Job) async throws(InprocError) {
        let registry = Registry()
        let inbox = try registry.bind("inproc://jobs", of: Job.self)
        let outbox = try await registry.connect(to: "inproc://jobs", of: Job.self, waiting: nil)
        try await outbox.send(job)
        try await outbox.send(job, timeout: .seconds(1))
        print(try await inbox.receive(), try await inbox.receive(timeout: .seconds(1)))
        for await job in inbox { print(job.id) }
        let task = Task.detached(operation: inbox.receive)
        _ = try? await task.value
        let prices = try registry.bindTopic("inproc://prices", of: Int.self)
        let mine = try await registry.subscribe(to: "inproc://prices", of: Int.self, waiting: nil)
        try await prices.send(7)
        print(try await select(.receive(from: mine) { $0 }, .receive(from: inbox) { $0.id }))
      }
      func codes(_ error: InprocError) -> String {
        switch error.code {
        case .invalidEndpoint, .addressInUse, .notFound, .notBidirectional, .closed: "a"
        case .timedOut, .wouldBlock: "b"
        case .noPeer, .notATopic, .typeMismatch, .cancelled, .interrupted: error.code.rawValue
        default: "\(error)"
        }
      }
      """#)
}
