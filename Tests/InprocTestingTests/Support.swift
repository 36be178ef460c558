import Foundation
import Inproc
import Synchronization

/// Counts calls.
final class Counter: Sendable {
  private let count = Atomic(0)
  func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).newValue }
}

/// A value that several threads write.
final class Box<Value: Sendable>: Sendable {
  private let content: Guarded<Value>
  init(_ value: Value) { content = Guarded(value) }
  var value: Value {
    get { content.withLock { $0 } }
    set { content.withLock { $0 = newValue } }
  }
}

/// Runs a body on a thread that no schedule knows, and blocks until it has ended.
func onBlockedThread(_ body: @escaping @Sendable () -> Void) throws {
  let ended = Signal()
  try startThread(name: "foreign") {
    body()
    ended.signal()
  }
  _ = ended.wait()
}

/// Sleeps for ever, as far as a test is concerned.
func pause() { _ = Signal().wait(until: .now + .seconds(3_600)) }
