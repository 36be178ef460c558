import TestSupport
import Testing

@testable import Inproc

@Suite("Selecting from a list, and until an instant", .timeLimit(.minutes(1)))
struct SelectListTests {
  let registry = Registry()
  private let soon = ContinuousClock.now + .milliseconds(5)

  private func inboxes() throws -> (out: [Sender], jobs: [Receiver]) {
    let ends = try (0..<3).map { _ in try registry.makeChannel() }
    return (ends.map(\.sender), ends.map(\.receiver))
  }

  private func cases(_ jobs: [Receiver]) -> [SelectCase<String>] {
    jobs.enumerated().map { (index, inbox) in
      .receive(from: inbox) { message in "\(index): \(message[0])" }
    }
  }

  @Test("the case of a list that can be done is done, on a thread")
  func blocking() async throws {
    let (out, jobs) = try inboxes()
    let soon = soon
    try await onThread {
      try out[1].send("x")
      #expect(try select(cases(jobs), until: .now + .seconds(60)) == "1: x")
      try out[2].send("y")
      #expect(try select(cases(jobs), order: .firstNamed, timeout: .seconds(60)) == "2: y")
      #expect(failureCode { try select(cases(jobs), until: soon) } == .timedOut)
      #expect(failureCode { try select(cases(jobs), timeout: .zero) } == .timedOut)
      #expect(
        failureCode { try select(.receive(from: jobs[0]) { _ in 1 }, until: soon) } == .timedOut)
      #expect(failureCode { try select(jobs[0], jobs[1], until: soon) } == .timedOut)
      try out[1].send("z")
      #expect(try select(jobs[0], jobs[1], until: .now + .seconds(60)) == 1)
      #expect(failureCode { try select([SelectCase<Int>](), until: soon) } == .closed)
    }
  }

  @Test("the case of a list that can be done is done, in a task")
  func suspending() async throws {
    let (out, jobs) = try inboxes()
    try await out[1].send("x")
    #expect(try await select(cases(jobs), until: .now + .seconds(60)) == "1: x")
    try await out[2].send("y")
    #expect(try await select(cases(jobs), timeout: .seconds(60)) == "2: y")
    #expect(await asyncFailureCode { try await select(cases(jobs), until: soon) } == .timedOut)
    #expect(await asyncFailureCode { try await select(cases(jobs), timeout: .zero) } == .timedOut)
    #expect(await asyncFailureCode { try await select(jobs[0], jobs[1], until: soon) } == .timedOut)
    #expect(
      await asyncFailureCode { try await select(among: jobs, timeout: .zero) } == .timedOut)
    try await out[1].send("z")
    #expect(try await select(jobs[0], jobs[1], until: .now + .seconds(60)) == 1)
    #expect(try await select(among: jobs) == 1)
    #expect(try await select(among: []) == nil)
    #expect(
      await asyncFailureCode { try await select([SelectCase<Int>](), until: soon) } == .closed)
  }

  @Test("a wait over a list ends with the message that comes")
  func waits() async throws {
    let (out, jobs) = try inboxes()
    let selecting = Task { try await select(cases(jobs), until: .now + .seconds(60)) }
    await untilReceiversWait(jobs[2])
    try await out[2].send("x")
    #expect(try await selecting.value == "2: x")
  }
}
