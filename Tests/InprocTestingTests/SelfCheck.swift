import Inproc
import InprocTesting
import TestSupport
import Testing

/// The library's own blocking paths, explored inside of its calls. Whoever changes the channel runs
/// these: `swift test --filter SelfCheck`.
///
/// Where little happens, all schedules are run; else those with one to three preemptions. A lost
/// wake-up is a deadlock here. What the threads share are endpoints, and a ledger whose columns are
/// each one's own.
enum SelfCheck {
  @discardableResult
  static func explore(
    preemptions: Int? = nil, timers: TimerRule = .idle, _ body: @escaping Body
  ) async throws -> Exploration {
    try await InprocTesting.explore(
      preemptions.map { .exhaustive(preemptions: $0) } ?? .exhaustive, checkpoints: true,
      timers: timers, sharing: .endpointsOnly, body: body)
  }

  /// The same of a body that returns the code of an error, or nil, which is called `success`: every
  /// code there is.
  static func endings(
    preemptions: Int, timers: TimerRule = .idle, success: String = "received",
    _ body: @escaping @Sendable (TestScheduler) throws -> InprocError.Code?
  ) async throws -> Set<String> {
    let found = try await explore(preemptions: preemptions, timers: timers) { scheduler in
      let code = try body(scheduler)
      scheduler.observe(code?.rawValue ?? success)
    }
    return Set(found.outcomes.map(\.text))
  }

  typealias Body = @Sendable (TestScheduler) throws -> Void

  static let address = "inproc://inbox"
}

extension TestScheduler {
  /// Binds the endpoint that most of these tests meet at.
  func bindInbox(_ capacity: Capacity = .unbounded) throws -> Receiver {
    try registry.bind(SelfCheck.address, capacity: capacity)
  }

  /// A connection to it.
  func connectToInbox() throws -> Sender { try registry.connect(to: SelfCheck.address) }

  /// A thread that sends some numbers over a connection that was made before it started.
  @discardableResult
  func spawnSender(
    _ name: String, _ numbers: ClosedRange<Int>, _ ledger: Ledger,
    _ send: @escaping @Sendable (Sender, Message) throws -> Void = { try $0.send($1) }
  ) throws -> TestThread<[InprocError.Code?]> {
    let out = try connectToInbox()
    return spawn(name) {
      let codes = numbers.map { number in ledger.send(number, as: name) { try send(out, $0) } }
      out.close()
      return codes
    }
  }

  /// A thread that receives a number of times.
  @discardableResult
  func spawnReceiver(
    _ name: String, _ count: Int, _ inbox: Receiver, _ ledger: Ledger,
    _ receive: @escaping @Sendable (Receiver) throws -> Message? = { try $0.receive() }
  ) -> TestThread<[InprocError.Code?]> {
    spawn(name) { (0..<count).map { _ in ledger.receive(as: name) { try receive(inbox) } } }
  }
}
