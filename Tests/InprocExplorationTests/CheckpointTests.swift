import InprocExploration
import TestSupport
import Testing

@testable import Inproc

@Suite("Exploring inside of the library's operations", .timeLimit(.minutes(1)))
struct CheckpointTests {
  /// How many schedules two threads have in a registry of their own, and how many of them deadlock.
  private static func explore(
    hasCheckpoints: Bool, _ first: @escaping @Sendable (Registry) throws -> Void,
    _ second: @escaping @Sendable (Registry) throws -> Void
  ) -> (schedules: Int, deadlocks: Int) {
    let pool = ThreadPool(isPinned: true)
    let policy = PreemptionBoundedSearch(bound: .max)
    var schedules = 0
    let deadlocks = Guarded(0)
    repeat {
      let scheduler = VirtualScheduler(
        pool: pool, policy: policy, isRacing: false, hasCheckpoints: hasCheckpoints)
      scheduler.onDeadlock = { deadlocks.withLock { $0 += 1 } }
      let registry = Registry(scheduler: scheduler)
      do {
        try scheduler.run(name: "first") { _ in
          _ = try? scheduler.start(name: "second") { _ in try? second(registry) }
          scheduler.choose()
          try? first(registry)
        }
      } catch {
        Issue.record(error)
      }
      schedules += 1
    } while policy.advance()
    return (schedules, deadlocks.withLock { $0 })
  }

  @Test("a connect that waits can be overtaken before it parks and after it is woken")
  func connect() async {
    let (without, with) = await onThread {
      let explored = { (hasCheckpoints: Bool) in
        Self.explore(hasCheckpoints: hasCheckpoints) { registry in
          _ = try registry.connect(to: "inproc://late", waiting: nil)
        } _: { registry in
          let receiver = try registry.bind("inproc://late")
          _ = receiver.makeSender()
        }
      }
      return (explored(false), explored(true))
    }
    #expect(without.schedules == 2)
    #expect(with.schedules > without.schedules)
  }

  @Test("no place where a select or a receive can be overtaken loses its wake-up")
  func select() async {
    let found = await onThread {
      Self.explore(hasCheckpoints: true) { registry in
        let jobs = try registry.bind("inproc://jobs")
        let control = try registry.bind("inproc://control")
        _ = try Inproc.select(jobs, control)
        _ = try control.receive()
      } _: { registry in
        let out = try registry.connect(to: "inproc://control", waiting: nil)
        try out.send(["stop"])
      }
    }
    #expect(found.schedules > 4)
    #expect(found.deadlocks == 0)
  }
}
