internal import Inproc

/// Keeps uses of shared variables by other threads out of an `atomic` block, where threads run freely.
/// In a replay one thread runs at a time, and no other runs within such a block.
final class AtomicGate: Sendable {
  private struct State {
    var owner: UInt?
    var depth = 0
    var waiting: [Signal] = []
  }
  private let state = Guarded(State())

  /// Waits until no other thread is inside, and goes in.
  func enter() {
    let me = threadIdentity()
    while true {
      let signal = state.withLock { state -> Signal? in
        if state.owner == nil || state.owner == me {
          state.owner = me
          state.depth += 1
          return nil
        }
        let signal = Signal()
        state.waiting.append(signal)
        return signal
      }
      guard let signal else { return }
      _ = signal.wait()
    }
  }

  /// Goes out; once for each ``enter()``.
  func leave() {
    let waiting = state.withLock { state -> [Signal] in
      state.depth -= 1
      guard state.depth == 0 else { return [] }
      state.owner = nil
      defer { state.waiting = [] }
      return state.waiting
    }
    for signal in waiting { signal.signal() }
  }

  func withTurn<Value>(_ body: () -> Value) -> Value {
    enter()
    defer { leave() }
    return body()
  }
}
