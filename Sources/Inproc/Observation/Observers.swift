internal import Synchronization

/// Takes events as they happen. Called with locks held: it keeps them, and does nothing else.
package protocol EventSink: AnyObject, Sendable {
  /// Keeps an event.
  ///
  /// - Returns: whom to wake once no lock is held.
  func take(_ event: consuming Registry.Event) -> [any Parker]
}

/// Who observes a registry. As long as no one does, all that an operation does about it is one
/// relaxed load.
///
/// Events are recorded under the lock of the queue or registry that they are about; this object's own
/// lock, the innermost, puts all of them in one order.
package final class Observers: @unchecked Sendable {
  // Unchecked for the pointer: it leads to an atomic.
  private struct State {
    var sinks: [any EventSink] = []
    var events: UInt64 = 0
    var epochs: UInt32 = 0
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

  package func add(_ sink: any EventSink) {
    state.withLock { state in
      if state.sinks.isEmpty {
        state.epochs += 1
        current.pointee.store(state.epochs, ordering: .relaxed)
      }
      state.sinks.append(sink)
    }
  }

  package func remove(_ sink: any EventSink) {
    state.withLock { state in
      state.sinks.removeAll { $0 === sink }
      if state.sinks.isEmpty { current.pointee.store(0, ordering: .relaxed) }
    }
  }

  /// Numbers an event and hands it to everyone who observes. The instant is taken here, so that
  /// instants never run against the order.
  func record(
    _ event: consuming Registry.Event, _ scheduler: any Scheduler, _ wakes: inout Wakes
  ) {
    // Handed on, not copied: that would take as long as all the rest.
    var handed: Registry.Event? = consume event
    state.withLock { state in
      guard let last = state.sinks.last, var event = handed.take() else { return }
      state.events += 1
      event.number = state.events
      event.time = scheduler.eventTime
      for sink in state.sinks.dropLast() { wakes.append(sink.take(event)) }
      wakes.append(last.take(event))
    }
  }

  /// As above, where no lock is held.
  package func record(_ event: consuming Registry.Event, _ scheduler: any Scheduler) {
    var wakes = Wakes()
    record(event, scheduler, &wakes)
    wakes.wake()
  }
}
