import CPlacement
import Dispatch
import Synchronization

/// Where threads belong; negative: where the kernel likes.
struct Cores: Sendable {
  var sender: Int32
  var receiver: Int32
}

/// What is sent.
typealias Buffer = [UInt8]

/// A buffer that is shared by whoever copies it.
func makeBuffer() -> Buffer { Buffer(repeating: 7, count: 64) }

/// Keeps a result from being optimised away.
@inline(never)
@_optimize(none)
func keep(_ value: Int) {}

/// Blocks until a task has ended.
func wait(_ body: @escaping @Sendable () async -> Double) -> Double {
  let result = Figure()
  let done = DispatchSemaphore(value: 0)
  Task {
    result.set(await body())
    done.signal()
  }
  done.wait()
  return result.value
}

/// A number that threads hand over.
final class Figure: Sendable {
  private let stored = Mutex(0.0)
  var value: Double { stored.withLock { $0 } }
  func set(_ value: Double) { stored.withLock { $0 = value } }
}

/// The seconds that a closure takes.
func seconds(_ body: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await body()
  return (ContinuousClock.now - start) / .seconds(1)
}
