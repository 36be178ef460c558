internal import Synchronization

/// A call that waits for an endpoint to be bound.
final class ConnectWait: Wait {
  let endpoint: Endpoint
  let parker: any Parker
  private let registry: Registry
  private let decision = Atomic<UInt8>(0)  // 0 waiting, 1 connecting, else a WaitEnd

  init(endpoint: Endpoint, registry: Registry, parker: any Parker) {
    self.endpoint = endpoint
    self.registry = registry
    self.parker = parker
  }

  private func decide(_ old: UInt8, _ new: UInt8) -> Bool {
    decision.compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
      .exchanged
  }

  /// Keeps deadlines and interruptions out while the connection is made.
  func serve() -> Bool { decide(0, 1) }
  /// The endpoint was gone again: the wait goes on.
  func reopen() { _ = decide(1, 0) }

  var reason: WaitEnd? { WaitEnd(rawValue: decision.load(ordering: .acquiring)) }

  func end(_ reason: WaitEnd) -> Bool {
    guard decide(0, reason.rawValue) else { return false }
    registry.leave(self)
    return true
  }

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
