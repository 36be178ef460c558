import Foundation
import Inproc
import InprocTesting
import Testing

/// One schedule of each order against every order.
@Suite("Exploring one schedule of each order", .timeLimit(.minutes(10)))
struct ReductionTests {
  private enum Call: CaseIterable {
    case send, sendLater, receive, tryReceive, count, connect, unbind, drain
  }

  /// The calls of two or three threads, each at one of two endpoints.
  private struct Program: CustomStringConvertible {
    var threads: [[(call: Call, endpoint: Int)]] = []
    var capacity = Capacity.unbounded

    init(_ random: inout some RandomNumberGenerator) {
      let count = Int.random(in: 2...3, using: &random)
      capacity = [.unbounded, 1, 0].randomElement(using: &random) ?? 0
      for _ in 0..<count {
        threads.append(
          (0..<Int.random(in: 1...(count == 2 ? 3 : 2), using: &random)).map { _ in
            (
              Call.allCases.randomElement(using: &random) ?? .send,
              Int.random(in: 0...1, using: &random)
            )
          })
      }
    }

    var description: String {
      threads.map { "\($0.map { "\($0.call) \($0.endpoint)" })" }.joined(separator: "\n")
        + " capacity \(capacity)"
    }

    @Sendable func run(_ scheduler: TestScheduler) throws {
      let registry = scheduler.registry
      let inboxes = [
        try registry.bind("inproc://e0"), try registry.bind("inproc://e1", capacity: capacity),
      ]
      for (number, calls) in threads.enumerated() {
        let outs = inboxes.map { $0.makeSender() }
        scheduler.spawn("t\(number)") {
          for (place, (call, endpoint)) in calls.enumerated() {
            let message: Message = [Frame("\(number)\(place)")]
            let (inbox, out) = (inboxes[endpoint], outs[endpoint])
            var seen = ""
            do throws(InprocError) {
              switch call {
              case .send: try out.send(message, timeout: .seconds(1))
              case .sendLater:
                try scheduler.sleep(for: .milliseconds(1))
                seen = "\(try out.trySend(message))"
              case .receive: seen = "\(try inbox.receive(timeout: .seconds(1)))"
              case .tryReceive: seen = "\(try inbox.tryReceive().map { "\($0)" } ?? "-")"
              case .count: seen = "\(inbox.count)"
              case .connect: try registry.connect(to: "inproc://e\(endpoint)").close()
              case .unbind: try registry.unbind("inproc://e\(endpoint)")
              case .drain: seen = "\(inbox.drain())"
              }
            } catch {
              seen = error.code.rawValue
            }
            scheduler.observe(seen)
          }
        }
      }
      try scheduler.join()
      scheduler.observe("\(inboxes.map { $0.drain() })")
    }
  }

  private static let count =
    ProcessInfo.processInfo.environment["INPROC_BRUTE_FORCE"].flatMap(Int.init) ?? 12

  @Test("it comes to every outcome there is")
  func bruteForce() async throws {
    var random = Numbers(state: 3)
    var compared = 0
    while compared < Self.count {
      let program = Program(&random)
      let limits = ExplorationLimits(schedules: 600)
      let all = try await explore(limits: limits, body: program.run)
      guard all.isComplete else { continue }
      let reduced = try await explore(sharing: .endpointsOnly, body: program.run)
      #expect(reduced.isComplete)
      #expect(
        Set(reduced.outcomes.map(\.text)) == Set(all.outcomes.map(\.text)), "in\n\(program)")
      #expect(reduced.schedules <= all.schedules)
      compared += 1
    }
  }

  @Test("it takes hardly more runs than there are orders")
  func runs() async throws {
    // Five sends and the close of the sender in each of two threads: C(12, 6) orders.
    let limits = ExplorationLimits(schedules: 3_000)
    let found = try await explore(sharing: .endpointsOnly, limits: limits) { scheduler in
      let inbox = try scheduler.registry.bind("inproc://inbox")
      for name in ["a", "b"] {
        let out = inbox.makeSender()
        scheduler.spawn(name) { for _ in 0..<5 { try out.send([Frame(name)]) } }
      }
      try scheduler.join()
      scheduler.observe(inbox.drain().map { "\($0[0])" }.joined())
    }
    #expect(found.isComplete)
    #expect(found.schedules == 924)
    #expect(found.outcomes.count == 252)
  }
}

/// Knuth's linear congruential generator: the same numbers everywhere.
private struct Numbers: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    var result: UInt64 = 0
    for _ in 0..<2 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      result = result << 32 | state >> 32
    }
    return result
  }
}
