internal import Synchronization

/// A call that waits for an endpoint to be bound.
final class ConnectWait: Wait {
  let endpoint: Endpoint
  let parker: any Parker
  private let registry: Registry
  /// 0 waiting, 1 connected, else a `WaitEnd`. Changes under the registry's lock only, together with
  /// what is bound there.
  private let decision = Atomic<UInt8>(0)

  init(endpoint: Endpoint, registry: Registry, parker: any Parker) {
    self.endpoint = endpoint
    self.registry = registry
    self.parker = parker
  }

  /// Decides the wait, if that has not happened yet; a nil reason is a connection.
  func settle(_ reason: WaitEnd?) -> Bool {
    decision.compareExchange(
      expected: 0, desired: reason?.rawValue ?? 1, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Why it ended other than by a connection.
  var reason: WaitEnd? { WaitEnd(rawValue: decision.load(ordering: .acquiring)) }

  var isOver: Bool { decision.load(ordering: .acquiring) != 0 }

  func end(_ reason: WaitEnd) -> Bool { registry.end(self, reason) }

  var canGoOn: Bool { reason != nil || registry.isBound(endpoint) }

  static func error(_ reason: WaitEnd, _ endpoint: Endpoint) -> InprocError {
    let name = Excerpt(endpoint.description)
    switch reason {
    case .timedOut:
      return InprocError(.timedOut, "\(name) was not bound in time; bind it, or wait longer")
    case .cancelled:
      return InprocError(.cancelled, "the task was cancelled while waiting for \(name)")
    case .interrupted, .closed:
      return InprocError(.interrupted, "the wait for \(name) was interrupted; nothing connected")
    }
  }
}
