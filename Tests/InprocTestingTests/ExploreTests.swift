import Inproc
import InprocTesting
import TestSupport
import Testing

/// The failure that an exploration ends with; an issue where it finds none.
func failure(
  _ strategy: ExplorationStrategy = .exhaustive, checkpoints: Bool = false,
  timers: TimerRule = .idle, sharing: SharedState = .anything,
  limits: ExplorationLimits = ExplorationLimits(),
  sourceLocation: SourceLocation = #_sourceLocation,
  body: @escaping @Sendable (TestScheduler) throws -> Void
) async throws -> ExplorationFailure {
  try await #require(throws: ExplorationFailure.self, sourceLocation: sourceLocation) {
    try await explore(
      strategy, checkpoints: checkpoints, timers: timers, sharing: sharing, limits: limits,
      body: body)
  }
}

/// Two threads that each look whether a job was taken, and take it.
private let checkThenAct: @Sendable (TestScheduler) throws -> Void = { scheduler in
  let registry = scheduler.registry
  let taken = try registry.bind("inproc://taken")
  for name in ["a", "b"] {
    scheduler.spawn(name) {
      if taken.isEmpty { try registry.connect(to: "inproc://taken").send([Frame(name)]) }
    }
  }
  try scheduler.join()
  let count = taken.count
  try scheduler.require(count == 1, "\(count) have taken it")
}

@Suite("Exploring", .timeLimit(.minutes(1)))
struct ExploreTests {
  @Test("an exploration that its limits allow no run throws: what was not run has not passed")
  func nothingRun() async throws {
    for limits in [ExplorationLimits(schedules: 0), ExplorationLimits(duration: .seconds(-1))] {
      for strategy in [ExplorationStrategy.exhaustive, .random(seed: 1, runs: 5)] {
        let failure = await #expect(throws: ExplorationFailure.self) {
          try await explore(strategy, limits: limits) { _ in }
        }
        #expect(failure?.reason == .nothingRun)
      }
    }
  }

  @Test("a race is found, told thread by thread, and repeated by its schedule")
  func race() async throws {
    let found = try await failure(body: checkThenAct)
    #expect(found.reason == .thrown)
    #expect((found.error as? RequirementFailure)?.description.hasSuffix("2 have taken it") == true)
    #expect(found.description.contains("with 1 preemption\n"))
    #expect(found.interleaving.contains("isEmpty inproc://taken → true"))
    #expect(found.interleaving.contains("(preempted)"))
    let schedule = try #require(found.schedule)
    #expect(found.description.contains("try explore(.schedule(\"\(schedule)\")) { … }"))
    let again = try await failure(.schedule(schedule), body: checkThenAct)
    #expect(again.interleaving == found.interleaving)
    #expect(again.runs == 1)
  }

  @Test("the schedule in the documentation gives the table that stands there")
  func documented() async throws {
    let page = try page("testing.md")
    let schedule = try #require(page.firstMatch(of: /schedule\("(c-[^"…]+)"\)/)).output.1
    let found = try await failure(.schedule(String(schedule)), body: checkThenAct)
    #expect(page.contains(found.interleaving))
    #expect(!found.description.contains("has changed"))
  }

  @Test("a deadlock tells what each thread waits for")
  func deadlock() async throws {
    let found = try await failure { scheduler in
      let registry = scheduler.registry
      let left = try registry.bind("inproc://left", capacity: 1)
      let right = try registry.bind("inproc://right", capacity: 1)
      for lock in ["left", "right"] {
        try registry.connect(to: "inproc://\(lock)").send("free")
      }
      let toLeft = left.makeSender()
      let toRight = right.makeSender()
      scheduler.spawn("a") {
        try left.receive()
        try right.receive()
        try toRight.send("free")
        try toLeft.send("free")
      }
      scheduler.spawn("b") {
        try right.receive()
        try left.receive()
        try toLeft.send("free")
        try toRight.send("free")
      }
      try scheduler.join()
    }
    #expect(found.reason == .deadlock)
    #expect(found.description.contains("a waits in receive inproc://right"))
    #expect(found.description.contains("b waits in receive inproc://left"))
    #expect(found.description.contains("main waits in join a"))
    let schedule = try #require(found.schedule)
    let stale = try await failure(.schedule(schedule)) { _ in }
    #expect(stale.reason == .badSchedule)
  }

  @Test("what was observed is counted, and each outcome has a schedule that leads to it")
  func outcomes() async throws {
    let body: @Sendable (TestScheduler) throws -> Void = { scheduler in
      let registry = scheduler.registry
      let inbox = try registry.bind("inproc://inbox")
      for name in ["a", "b"] {
        scheduler.spawn(name) { try registry.connect(to: "inproc://inbox").send([Frame(name)]) }
      }
      scheduler.observe(try inbox.receive()[0])
      scheduler.observe(try inbox.receive()[0])
    }
    let found = try await explore(sharing: .endpointsOnly, body: body)
    #expect(found.isComplete)
    #expect(Set(found.outcomes.map(\.text)) == ["a b", "b a"])
    #expect(found.outcomes.reduce(0) { $0 + $1.count } == found.schedules)
    for outcome in found.outcomes {
      let again = try await explore(
        .schedule(outcome.schedule), sharing: .endpointsOnly, body: body)
      #expect(again.outcomes.map(\.text) == [outcome.text])
    }
  }

  @Test("threads that share nothing but endpoints need one schedule where those differ")
  func reduction() async throws {
    for count in 2...3 {
      let found = try await explore(sharing: .endpointsOnly) { scheduler in
        let registry = scheduler.registry
        for number in 0..<count {
          let inbox = try registry.bind("inproc://\(number)")
          scheduler.spawn("t\(number)") { try inbox.makeSender().send("x") }
        }
        try scheduler.join()
      }
      #expect(found.isComplete)
      #expect(found.schedules == 1)
    }
  }

  @Test("with anything shared, every order of the calls is run", arguments: [1, 2, 3])
  func orders(_ calls: Int) async throws {
    let found = try await explore { scheduler in
      for name in ["a", "b"] {
        scheduler.spawn(name) {
          for _ in 0..<calls { try scheduler.checkpoint() }
        }
      }
      try scheduler.join()
    }
    // Each thread has one step more than it has calls; the main thread's join has its own say only
    // once the first has ended.
    let steps = calls + 1
    let orders = (1...steps).reduce(1) { $0 * (steps + $1) / $1 }
    #expect(found.isComplete && found.schedules >= orders)
  }

  @Test("time is virtual, and passes only where no thread can go on")
  func time() async throws {
    try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let start = scheduler.now
      let sleeper = scheduler.spawn("sleeper") {
        try scheduler.sleep(for: .seconds(86_400))
        try inbox.makeSender().send("late")
      }
      do {
        _ = try inbox.receive(timeout: .seconds(3_600))
        try scheduler.require(false, "it did not time out")
      } catch let error as InprocError {
        try scheduler.require(error.code == .timedOut)
      }
      try scheduler.require(start.duration(to: scheduler.now) == .seconds(3_600))
      try sleeper.join()
      try scheduler.require(start.duration(to: scheduler.now) == .seconds(86_400))
      try scheduler.require(inbox.count == 1)
    }
  }

  @Test("a slow machine is a matter of 'timers: .racing'")
  func racing() async throws {
    let body: @Sendable (TestScheduler) throws -> Void = { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      scheduler.spawn("sender") { try inbox.makeSender().send("x") }
      scheduler.observe((try? inbox.receive(timeout: .seconds(1))) == nil ? "late" : "in time")
    }
    let idle = try await explore(body: body)
    #expect(idle.outcomes.map(\.text) == ["in time"])
    let racing = try await explore(timers: .racing, body: body)
    #expect(Set(racing.outcomes.map(\.text)) == ["in time", "late"])
  }

  @Test("polling ends, and busy waiting that nothing can end is reported")
  func polling() async throws {
    let ended = try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      scheduler.spawn("sender") { try inbox.makeSender().send("x") }
      while try inbox.tryReceive() == nil {}
    }
    #expect(ended.isComplete)
    let found = try await failure(limits: ExplorationLimits(steps: 200)) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      scheduler.spawn("a") { while try inbox.tryReceive() == nil {} }
      while try inbox.tryReceive() == nil {}
    }
    #expect(found.reason == .tooManySteps)
    #expect(found.description.contains("200 choices"))
  }

  @Test("a thread of the failed run that never ends is left alone")
  func neverEnds() async throws {
    let found = try await failure(limits: ExplorationLimits(steps: 200)) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      while inbox.isEmpty {}
    }
    #expect(found.reason == .tooManySteps)
    #expect(found.description.contains("'main' does not end"))
  }

  @Test("a body that does not repeat itself is told so")
  func nondeterminism() async throws {
    let calls = Counter()
    let found = try await failure { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let isOdd = !calls.next().isMultiple(of: 2)
      scheduler.spawn("a") { try inbox.makeSender().send("x") }
      if isOdd { scheduler.spawn("b") { try inbox.makeSender().send("y") } }
      try inbox.receive()
    }
    #expect(found.reason == .notDeterministic)
    #expect(found.schedule == nil)
  }

  @Test("a thread that the schedule does not run is refused")
  func foreign() async throws {
    try await explore { scheduler in
      let registry = scheduler.registry
      let code = Box<InprocError.Code?>(nil)
      try onBlockedThread { code.value = failureCode { try registry.bind("inproc://inbox") } }
      try scheduler.require(code.value == .foreignThread)
    }
  }

  @Test("a thread that blocks outside of the library is named")
  func unresponsive() async throws {
    let found = try await failure(
      limits: ExplorationLimits(unresponsive: .milliseconds(600))
    ) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      try inbox.makeSender().send("x")
      try onBlockedThread { while true { pause() } }
    }
    #expect(found.reason == .unresponsive)
    #expect(found.description.contains("inproc://inbox by 'main'"))
  }

  @Test("an error of a thread fails the run, unless a join has thrown it")
  func errors() async throws {
    struct Oops: Error {}
    let found = try await failure { scheduler in
      scheduler.spawn("worker") { throw Oops() }
    }
    #expect(found.reason == .thrown && found.error is Oops)
    #expect(found.description.hasPrefix("'worker' threw: Oops()"))
    try await explore { scheduler in
      let worker = scheduler.spawn("worker") { throw Oops() }
      do { try worker.join() } catch is Oops {}
    }
  }

  @Test("a thread gives what its body returns; in the background it is interrupted at the end")
  func threads() async throws {
    try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let server = scheduler.spawn("server", background: true) {
        for _ in inbox.messages {}
      }
      let worker = scheduler.spawn("worker") { 42 }
      try scheduler.require(try worker.join() == 42)
      try scheduler.require(server.name == "server")
    }
    try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let worker = scheduler.spawn("worker") { failureCode { try inbox.receive() } }
      try worker.interrupt()
      try scheduler.require(try worker.join() == .interrupted)
    }
  }

  @Test("limits and bounds are told apart from a whole exploration")
  func limits() async throws {
    let bounded = try await explore(.exhaustive(preemptions: 1)) { try twoSenders($0) }
    #expect(bounded.completeness == .preemptions(1) && !bounded.wasCutShort)
    let cut = try await explore(limits: ExplorationLimits(schedules: 10)) { try twoSenders($0) }
    #expect(!cut.isComplete && cut.wasCutShort)
    #expect(cut.description.contains("a limit ended it"))
    let sampled = try await explore(.random(seed: 7, runs: 20)) { try twoSenders($0) }
    #expect(sampled.schedules == 20 && sampled.completeness == .sample)
    let again = try await explore(.random(seed: 7, runs: 20)) { try twoSenders($0) }
    #expect(sampled.outcomes == again.outcomes)
    let bad = try await failure(.schedule("no schedule")) { try twoSenders($0) }
    #expect(bad.reason == .badSchedule)
  }

  @Test("the blocking call explores too")
  func blocking() throws {
    #expect(try explore(sharing: .endpointsOnly) { try twoSenders($0) }.isComplete)
  }
}

private func twoSenders(_ scheduler: TestScheduler) throws {
  let inbox = try scheduler.registry.bind("inproc://inbox")
  for name in ["a", "b"] {
    scheduler.spawn(name) { try inbox.makeSender().send([Frame(name)]) }
  }
  scheduler.observe(try inbox.receive()[0])
  try scheduler.join()
}
