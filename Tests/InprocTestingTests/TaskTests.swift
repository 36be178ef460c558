import Inproc
import InprocTesting
import TestSupport
import Testing

@Suite("Exploring tasks", .timeLimit(.minutes(1)))
struct TaskTests {
  @Test("a task suspends in virtual time, and what it returns can be joined")
  func time() async throws {
    try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let start = scheduler.now
      let task = scheduler.task("task") {
        do {
          try await inbox.receive(timeout: .seconds(3_600))
        } catch {
          return (error as? InprocError)?.code
        }
        return nil
      }
      try scheduler.require(try task.join() == .timedOut)
      try scheduler.require(start.duration(to: scheduler.now) == .seconds(3_600))
    }
  }

  @Test("threads and tasks send to each other in every order")
  func both() async throws {
    let found = try await explore(
      .exhaustive(preemptions: 2), checkpoints: true, sharing: .endpointsOnly
    ) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox", capacity: 1)
      scheduler.spawn("thread") { try inbox.makeSender().send("thread") }
      scheduler.task("task") { try await inbox.makeSender().send("task") }
      for _ in 0..<2 { scheduler.observe(try inbox.receive()[0]) }
      try scheduler.join()
    }
    #expect(Set(found.outcomes.map(\.text)) == ["thread task", "task thread"])
  }

  @Test("a task that is cancelled while a message comes has it or leaves it")
  func cancel() async throws {
    let found = try await explore(checkpoints: true, sharing: .endpointsOnly) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let task = scheduler.task("task") { await asyncFailureCode { try await inbox.receive() } }
      scheduler.spawn("sender") { try inbox.makeSender().send("x") }
      try task.cancel()
      let code = try task.join()
      try scheduler.join()
      try scheduler.require(inbox.count == (code == nil ? 0 : 1))
      scheduler.observe(code?.rawValue ?? "received")
    }
    #expect(found.isComplete)
    #expect(Set(found.outcomes.map(\.text)) == ["received", "cancelled"])
  }

  @Test("a task waiting for something outside of the schedule is a deadlock, and says so")
  func outside() async throws {
    let found = try await failure { scheduler in
      scheduler.task("task") { try await Task.sleep(for: .seconds(3_600)) }
    }
    #expect(found.reason == .deadlock)
    #expect(found.description.contains("task is suspended, and nothing of this schedule"))
  }

  @Test("child tasks, actors and yielding stay on the task's thread of the schedule")
  func children() async throws {
    actor Sum {
      private var sum = 0
      func add(_ number: Int) -> Int {
        sum += number
        return sum
      }
    }
    try await explore(.exhaustive(preemptions: 2)) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox", capacity: 1)
      let task = scheduler.task("task") {
        let sum = Sum()
        return try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 1...3 {
            group.addTask { try await inbox.makeSender().send([Frame("\(number)")]) }
          }
          await Task.yield()
          var last = 0
          for _ in 1...3 {
            let text = try await inbox.receive()[0].description
            last = await sum.add(Int(text) ?? 0)
          }
          try await group.waitForAll()
          return last
        }
      }
      try scheduler.require(try task.join() == 6)
    }
  }

  @Test("a task of the process is refused")
  func foreign() async throws {
    try await explore { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      let code = Box<InprocError.Code?>(nil)
      try onBlockedThread {
        let ended = Box(false)
        Task {
          code.value = await asyncFailureCode { try await inbox.receive() }
          ended.value = true
        }
        while !ended.value {}
      }
      try scheduler.require(code.value == .foreignThread)
    }
  }
}
