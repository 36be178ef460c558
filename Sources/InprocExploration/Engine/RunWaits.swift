package import Inproc

/// Lets virtual or real time pass: ends at its deadline, or when interrupted.
package final class SleepWait: Wait {
  private let ending = Guarded<WaitEnd?>(nil)
  package init() {}

  package var reason: WaitEnd? { ending.withLock { $0 } }
  package var canGoOn: Bool { reason != nil }

  package func end(_ reason: WaitEnd) -> Bool {
    ending.withLock { ending in
      guard ending == nil else { return false }
      ending = reason
      return true
    }
  }
}

/// Waits until a condition holds that other threads of the run bring about; they wake it.
package final class ConditionWait: Wait {
  private let ending = SleepWait()
  private let condition: @Sendable () -> Bool

  package init(_ condition: @escaping @Sendable () -> Bool) { self.condition = condition }

  package var reason: WaitEnd? { ending.reason }
  package var holds: Bool { condition() }
  package var canGoOn: Bool { ending.canGoOn || condition() }
  package func end(_ reason: WaitEnd) -> Bool { ending.end(reason) }
}
