import Foundation
import Inproc
import Synchronization

/// The code that a call fails with; nil where it succeeds.
func failureCode<Result>(_ body: () throws -> Result) -> InprocError.Code? {
  do {
    _ = try body()
    return nil
  } catch {
    return (error as? InprocError)?.code
  }
}

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

/// The code that a call fails with that suspends; nil where it succeeds.
func codeOf<Result>(_ body: () async throws -> Result) async -> InprocError.Code? {
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? InprocError)?.code
  }
}

/// A page of the documentation.
func documentation(_ name: String) throws -> String {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
}
