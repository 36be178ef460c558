import Inproc
import InprocTesting

/// A small channel with one lock, made to be wrong: each fault is one that real channels have had.
final class ChannelDouble: Sendable {
  enum Fault: CaseIterable {
    /// The sender looks for a sleeper, and only then publishes.
    case lostWakeUp
    /// The receiver checks whether it is closed, and only then queues.
    case missedClose
    /// The receiver looks at the first message, and only then takes it.
    case doubleDelivery
    /// What is handed over to a queued receiver is taken after what is in the queue.
    case brokenOrder
  }

  private struct State {
    var queue: [Int] = []
    var line: [Sleeper] = []
    var isClosed = false
  }

  private final class Sleeper: Wait {
    let parker: any ThreadParker
    let handedOver = Guarded<Int?>(nil)
    private let isEnded = Guarded(false)
    init(_ parker: any ThreadParker) { self.parker = parker }

    func end(_ reason: WaitEnd) -> Bool {
      isEnded.withLock { $0 = true }
      return true
    }
    var canGoOn: Bool { true }
    var hasEnded: Bool { isEnded.withLock { $0 } }
  }

  private let test: TestScheduler
  private let scheduler: any Scheduler
  private let fault: Fault?
  private let state = Guarded(State())

  init(_ scheduler: TestScheduler, _ fault: Fault?) {
    test = scheduler
    self.scheduler = scheduler.registry.scheduler
    self.fault = fault
  }

  func send(_ number: Int) throws {
    try test.checkpoint("send \(number)")
    var sleeper: Sleeper?
    switch fault {
    case .lostWakeUp:
      sleeper = state.withLock { $0.line.isEmpty ? nil : $0.line.removeFirst() }
      scheduler.checkpoint(.published)
      state.withLock { $0.queue.append(number) }
    case .brokenOrder:
      sleeper = state.withLock { state in
        if state.line.isEmpty {
          state.queue.append(number)
          return nil
        }
        let first = state.line.removeFirst()
        first.handedOver.withLock { $0 = number }
        return first
      }
    default:
      sleeper = state.withLock { state in
        state.queue.append(number)
        return state.line.isEmpty ? nil : state.line.removeFirst()
      }
    }
    scheduler.checkpoint(.published)
    sleeper?.parker.wake()
  }

  /// The oldest; nil once closed.
  func receive() throws -> Int? {
    try test.checkpoint("receive")
    let me = Sleeper(try scheduler.currentThread())
    while true {
      if fault == .missedClose {
        if state.withLock({ $0.isClosed && $0.queue.isEmpty }) { return nil }
        scheduler.checkpoint(.parking)
      }
      if fault == .doubleDelivery, let first = state.withLock({ $0.queue.first }) {
        scheduler.checkpoint(.published)
        state.withLock { if !$0.queue.isEmpty { $0.queue.removeFirst() } }
        return first
      }
      let (number, isOver) = state.withLock { state -> (Int?, Bool) in
        if !state.queue.isEmpty { return (state.queue.removeFirst(), false) }
        if state.isClosed, fault != .missedClose { return (nil, true) }
        state.line.append(me)
        return (nil, false)
      }
      if let number { return number }
      if isOver { return nil }
      scheduler.checkpoint(.parking)
      me.parker.park(in: me, until: nil)
      scheduler.checkpoint(.woken)
      if me.hasEnded { throw InprocError(.interrupted, "ended") }
      if fault == .brokenOrder {
        if let number = state.withLock({ $0.queue.isEmpty ? nil : $0.queue.removeFirst() }) {
          // What was handed over comes to the end of the queue instead.
          if let late = me.handedOver.withLock({ $0 }) { state.withLock { $0.queue.append(late) } }
          return number
        }
        if let number = me.handedOver.withLock({ $0 }) { return number }
      }
    }
  }

  func close() throws {
    try test.checkpoint("close")
    let line = state.withLock { state in
      defer { state.line = [] }
      state.isClosed = true
      return state.line
    }
    for sleeper in line { sleeper.parker.wake() }
  }
}
