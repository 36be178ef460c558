import Inproc

/// Runs a blocking body on an OS thread of its own, which the test awaits.
///
/// - Parameter body: what blocks.
/// - Returns: what the body returns.
package func onThread<Result: Sendable>(
  _ body: @escaping @Sendable () -> Result
) async -> Result {
  await withCheckedContinuation { continuation in
    do {
      try startThread(name: "test") { continuation.resume(returning: body()) }
    } catch {
      fatalError("\(error)")
    }
  }
}

/// Runs a blocking body that can throw on an OS thread of its own, which the test awaits.
///
/// - Parameter body: what blocks.
/// - Returns: what the body returns.
/// - Throws: what the body throws.
package func onThread<Result: Sendable>(
  _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
  let result = await onThread { Swift.Result(catching: body) }
  return try result.get()
}
