package import Inproc

/// The code that a call fails with; nil where it succeeds, or fails in another way.
package func failureCode<Result>(_ body: () throws -> Result) -> InprocError.Code? {
  do {
    _ = try body()
    return nil
  } catch {
    return (error as? InprocError)?.code
  }
}

/// The code that a call that suspends fails with; nil where it succeeds, or fails in another way.
package func asyncFailureCode<Result>(_ body: () async throws -> Result) async -> InprocError.Code?
{
  do {
    _ = try await body()
    return nil
  } catch {
    return (error as? InprocError)?.code
  }
}
