package import Inproc
internal import InprocExploration

/// The state of a session at one moment, for a live view.
package struct SessionSnapshot: Sendable {
  package struct Thread: Hashable, Sendable {
    package var name: String
    package var state: ThreadState
    /// How long it has waited; nil of a thread that does not wait.
    package var waited: Duration?
  }
  package var endpoints: [EndpointStatus]
  /// The threads in the order of creation, `main` first.
  package var threads: [Thread]
}

extension Session {
  /// The state of the session now. Any thread may ask.
  package var snapshot: SessionSnapshot {
    let now = scheduler.now
    let threads = table.withLock { $0.threads }.map { thread in
      let state = thread.state
      let since = thread.status.withLock { $0.parker }?.waitsSince
      return SessionSnapshot.Thread(
        name: thread.name, state: state,
        waited: state.isBlocked ? since?.duration(to: now) : nil)
    }
    return SessionSnapshot(endpoints: registry.endpoints, threads: threads)
  }

  /// Begins to count the messages of the session.
  package func countMessages() -> MessageCount { MessageCount(registry.observers) }
}

/// Counts the messages of a session, by endpoint, until it is released.
package final class MessageCount: Sendable {
  package struct Count: Hashable, Sendable {
    package var sent = 0
    package var received = 0
    package init() {}
  }
  private let counter = Counter()
  private let observers: Observers

  fileprivate init(_ observers: Observers) {
    self.observers = observers
    observers.add(counter)
  }

  deinit { observers.remove(counter) }

  package var counts: [Endpoint: Count] { counter.counts.withLock { $0 } }

  private final class Counter: EventSink {
    let counts = Guarded<[Endpoint: Count]>([:])

    func take(_ event: Registry.Event) -> [any Parker] {
      guard let endpoint = event.endpoint else { return [] }
      switch event.kind {
      case .sent: counts.withLock { $0[endpoint, default: Count()].sent += 1 }
      case .received: counts.withLock { $0[endpoint, default: Count()].received += 1 }
      default: break
      }
      return []
    }
  }
}
