import Inproc
import InprocTesting
import TestSupport
import Testing

private struct Job: Sendable, CustomStringConvertible {
  var id: Int
  var description: String { "job \(id)" }
}

@Suite("Values under every interleaving", .timeLimit(.minutes(2)))
struct ValueTests {
  @Test("every order of two senders is found, and no other, and no value is lost")
  func orders() async throws {
    let found = try await explore { scheduler in
      let registry = scheduler.registry
      let jobs = try registry.bind("inproc://jobs", of: Job.self, capacity: .bounded(1))
      for id in [1, 2] {
        scheduler.spawn("sender \(id)") {
          try registry.connect(to: "inproc://jobs", of: Job.self).send(Job(id: id))
        }
      }
      scheduler.observe("\(try jobs.receive().id)")
      scheduler.observe("\(try jobs.receive().id)")
      try scheduler.join()
    }
    #expect(found.isComplete)
    #expect(Set(found.outcomes.map(\.text)) == ["1 2", "2 1"])
  }

  @Test("within a call, too, at a rendezvous and with a timeout that races")
  func within() async throws {
    let found = try await explore(
      .exhaustive(preemptions: 2), checkpoints: true, timers: .racing,
      limits: ExplorationLimits(schedules: 5000)
    ) { scheduler in
      let (out, jobs) = try scheduler.registry.makeChannel(of: Job.self, capacity: .rendezvous)
      scheduler.spawn("sender") {
        let code = failureCode { try out.send(Job(id: 1), timeout: .milliseconds(1)) }
        scheduler.observe(code.map { "\($0)" } ?? "sent")
        out.close()
      }
      let received = try? jobs.receive().id
      try scheduler.join()
      scheduler.observe(received.map { "received \($0)" } ?? "nothing")
    }
    #expect(Set(found.outcomes.map(\.text)) == ["received 1 sent", "nothing timedOut"])
  }

  @Test("a failure shows the values")
  func shown() async throws {
    do {
      _ = try await explore { scheduler in
        let (out, jobs) = try scheduler.registry.makeChannel(of: Job.self)
        try out.send(Job(id: 7))
        let job = try jobs.receive()
        try scheduler.require(job.id == 8, "another job")
      }
      Issue.record("no failure was found")
    } catch {
      #expect("\(error)".contains("job 7"))
    }
  }
}
