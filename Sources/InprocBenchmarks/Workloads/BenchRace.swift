import Dispatch
import Foundation
import Synchronization

/// Threads that start together. Each takes its own times.
struct BenchRace {
  /// What a thread does.
  typealias Body = @Sendable () throws -> Void

  private var runners: [(side: BenchRun.Side, body: Body)] = []

  /// Enters a thread.
  mutating func add(_ side: BenchRun.Side, _ body: @escaping Body) {
    runners.append((side, body))
  }

  /// Runs them all.
  ///
  /// - Parameter place: each thread calls it first.
  /// - Returns: the seconds from the first start to the last end.
  /// - Throws: the first error of a thread, once all have ended.
  func run(_ place: @escaping @Sendable (BenchRun.Side) -> Void) throws -> Double {
    let outcome = Outcome()
    let (ready, done) = (DispatchGroup(), DispatchGroup())
    let line = DispatchSemaphore(value: 0)
    for runner in runners {
      ready.enter()
      done.enter()
      Thread.detachNewThread {
        place(runner.side)
        ready.leave()
        line.wait()
        outcome.time(runner.body)
        done.leave()
      }
    }
    ready.wait()
    for _ in runners { line.signal() }
    done.wait()
    return try outcome.seconds
  }

  /// When threads started and ended.
  private final class Outcome: Sendable {
    private struct Times {
      var start: ContinuousClock.Instant?
      var end: ContinuousClock.Instant?
      var error: (any Error)?
    }
    private let times = Mutex(Times())

    func time(_ body: Body) {
      let start = ContinuousClock.now
      let result = Result { try body() }
      let end = ContinuousClock.now
      times.withLock { times in
        times.start = min(times.start ?? start, start)
        times.end = max(times.end ?? end, end)
        if case .failure(let error) = result { times.error = times.error ?? error }
      }
    }

    var seconds: Double {
      get throws {
        try times.withLock { times in
          if let error = times.error { throw error }
          guard let start = times.start, let end = times.end else { return 0 }
          return (end - start) / .seconds(1)
        }
      }
    }
  }
}

/// Keeps a result from being optimised away.
@inline(never)
@_optimize(none)
public func benchKeep(_ value: Int) {}
