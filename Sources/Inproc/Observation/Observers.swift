internal import Synchronization

/// Takes events as they happen. It is called with locks held, so it may only keep them.
package protocol EventSink: AnyObject, Sendable {
  /// Keeps an event.
  ///
  /// - Returns: the threads and tasks to wake once no lock is held.
  func take(_ event: consuming RegistryEvent) -> [any Parker]
}

/// The observers of a registry. As long as there are none, an operation only does one relaxed load.
///
/// Events are recorded under the lock of the queue's end, the channel or the registry that they are about.
/// The lock of this object, the innermost one, puts all events in one order. It also protects the rings of
/// all observers, so that a message takes no further lock.
package final class Observers: @unchecked Sendable {
  // Unchecked for the pointer, which points to an atomic.
  private struct State {
    var rings: [EventRing] = []
    var sinks: [any EventSink] = []
    var events: UInt64 = 0
    var epochs: UInt32 = 0
    /// As ``Observers/epoch``.
    var epoch: UInt32 = 0
    var ringsMade = 0

    func place(of id: Int) -> Int? { rings.firstIndex { $0.id == id } }
  }
  private let state = Guarded(State())
  /// 0 while nobody observes, else the number of the current period of observation. It never moves, because
  /// each queue has its address.
  private let current: UnsafeMutablePointer<Atomic<UInt32>>
  private let numbers = Atomic<UInt64>(0)

  package init() {
    current = .allocate(capacity: 1)
    current.initialize(to: Atomic(0))
  }

  deinit {
    current.deinitialize(count: 1)
    current.deallocate()
  }

  @inline(__always) package var isActive: Bool { epoch != 0 }
  @inline(__always) var epoch: UInt32 { current.pointee.load(ordering: .relaxed) }

  // C code wants the address of the 32 bits that the atomic consists of.
  var address: UnsafePointer<UInt32> {
    UnsafePointer(UnsafeMutableRawPointer(current).assumingMemoryBound(to: UInt32.self))
  }

  /// The next number for a queue or connection.
  func nextNumber() -> UInt64 { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

  // MARK: Adding and removing observers

  package func add(_ sink: any EventSink) {
    change { $0.sinks.append(sink) }
  }

  package func remove(_ sink: any EventSink) {
    change { state in state.sinks.removeAll { $0 === sink } }
  }

  /// Makes a closed ring. Returns its number.
  func addRing(
    _ messages: ObservedMessages, _ buffering: EventBuffering
  ) -> Int {
    state.withLock { state in
      state.ringsMade += 1
      state.rings.append(EventRing(id: state.ringsMade, messages, buffering))
      return state.ringsMade
    }
  }

  func open(_ id: Int) {
    change { state in state.place(of: id).map { state.rings[$0].isOpen = true } }
  }

  func close(_ id: Int) {
    change { state in state.place(of: id).map { state.rings[$0].isOpen = false } }
  }

  /// Removes a ring, which the caller destroys.
  func removeRing(_ id: Int) -> EventRing? {
    change { state in state.place(of: id).map { state.rings.remove(at: $0) } }
  }

  /// Nil if there is no such ring any more.
  func withRing<Result>(_ id: Int, _ body: (inout EventRing) -> Result) -> Result? {
    state.withLock { state in state.place(of: id).map { body(&state.rings[$0]) } }
  }

  private func change<Result>(_ body: (inout State) -> Result) -> Result {
    state.withLock { state in
      let result = body(&state)
      let isObserved = !state.sinks.isEmpty || state.rings.contains { $0.isOpen }
      if isObserved != (state.epoch != 0) {
        if isObserved { state.epochs += 1 }
        state.epoch = isObserved ? state.epochs : 0
        current.pointee.store(state.epoch, ordering: .relaxed)
      }
      return result
    }
  }

  // MARK: Recording

  /// Numbers an event and passes it to all observers. The time is read here, so that it never runs against
  /// the order.
  func record(
    _ event: consuming RegistryEvent, _ scheduler: any Scheduler, _ wakes: inout Wakes
  ) {
    var event = event
    state.withLock { state in
      guard state.epoch != 0 else { return }
      state.events += 1
      event.number = state.events
      event.time = scheduler.elapsedTime
      for index in state.rings.indices where state.rings[index].isOpen {
        state.rings[index].append(event, &wakes)
      }
      for sink in state.sinks { wakes.append(sink.take(event)) }
    }
  }

  /// As above; called without a lock.
  package func record(_ event: consuming RegistryEvent, _ scheduler: any Scheduler) {
    var wakes = Wakes()
    record(event, scheduler, &wakes)
    wakes.wake()
  }

  /// Records that a message passes an end of its queue. Records nothing if the period of observation has
  /// changed since the queue's messages were numbered: the message counts as one of before.
  ///
  /// - Parameters:
  ///   - passage: whether it is sent or received, and its number.
  ///   - message: the message.
  ///   - queue: the queue.
  ///   - thread: the thread or task that sends or receives it.
  ///   - scheduler: has the clock; nil for the system's.
  ///   - wakes: gets the observers to wake once no lock is held.
  @inline(__always)
  func record(
    _ passage: Passage, _ message: borrowing Message, at queue: ObservedQueue,
    by thread: ThreadIdentity, _ scheduler: (any Scheduler)?, _ wakes: inout Wakes
  ) {
    state.withLock { state in
      guard state.epoch == passage.epoch, passage.epoch != 0 else { return }
      state.events += 1
      let number = state.events
      let time = scheduler?.elapsedTime ?? ElapsedTime.now
      for index in state.rings.indices where state.rings[index].isOpen {
        state.rings[index].append(passage, message, at: queue, by: thread, number, time, &wakes)
      }
      if state.sinks.isEmpty { return }
      let event = RegistryEvent(passage, message, at: queue, by: thread, number, time)
      for sink in state.sinks { wakes.append(sink.take(event)) }
    }
  }
}
