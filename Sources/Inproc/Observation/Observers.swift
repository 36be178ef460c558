internal import Synchronization

/// Takes events as they happen. Called with locks held: it keeps them, and does nothing else.
package protocol EventSink: AnyObject, Sendable {
  /// Keeps an event.
  ///
  /// - Returns: whom to wake once no lock is held.
  func take(_ event: consuming RegistryEvent) -> [any Parker]
}

/// Who observes a registry. As long as no one does, all that an operation does about it is one
/// relaxed load.
///
/// Events are recorded under the lock of the queue's end, channel or registry that they are about.
/// This object's own lock, the innermost, puts all of them in one order, and is that of all
/// observers' rings: a message takes no further one.
package final class Observers: @unchecked Sendable {
  // Unchecked for the pointer: it leads to an atomic.
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
  /// 0 while no one observes, else a number for this time of being observed. It never moves, since
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

  // C code takes the address of the 32 bits that the atomic consists of.
  var address: UnsafePointer<UInt32> {
    UnsafePointer(UnsafeMutableRawPointer(current).assumingMemoryBound(to: UInt32.self))
  }

  /// The next number for a queue or connection.
  func nextNumber() -> UInt64 { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

  // MARK: Who observes

  package func add(_ sink: any EventSink) {
    change { $0.sinks.append(sink) }
  }

  package func remove(_ sink: any EventSink) {
    change { state in state.sinks.removeAll { $0 === sink } }
  }

  /// Makes a ring that is not open. Returns its number.
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

  /// Returns the ring, which whoever gets it destroys.
  func removeRing(_ id: Int) -> EventRing? {
    change { state in state.place(of: id).map { state.rings.remove(at: $0) } }
  }

  /// Nil where there is no such ring any more.
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

  // MARK: What happens

  /// Numbers an event and hands it to everyone who observes. The instant is taken here, so that
  /// instants never run against the order.
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

  /// As above, where no lock is held.
  package func record(_ event: consuming RegistryEvent, _ scheduler: any Scheduler) {
    var wakes = Wakes()
    record(event, scheduler, &wakes)
    wakes.wake()
  }

  /// The same for a message that passes an end of its queue. Where someone has begun to observe since
  /// its queue's messages were numbered, it has passed before.
  ///
  /// - Parameters:
  ///   - passage: what happens.
  ///   - message: to what.
  ///   - queue: where.
  ///   - thread: who does it.
  ///   - scheduler: whose clock counts; nil for the system's.
  ///   - wakes: whom to wake once no lock is held.
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
