internal import Inproc

/// Runs a body again and again, each time with its threads in another order, until all orders were
/// run or one fails.
///
/// ```swift
/// @Test func exactlyOneWins() throws {
///   try explore { scheduler in
///     let registry = scheduler.registry
///     let wins = try registry.bind("inproc://wins")
///     for name in ["a", "b"] {
///       scheduler.spawn(name) {
///         if let mine = try? registry.bind("inproc://prize") {
///           try registry.connect(to: "inproc://wins").send([Frame(name)])
///           withExtendedLifetime(mine) {}
///         }
///       }
///     }
///     try scheduler.join()
///     try scheduler.require(wins.count == 1, "both have won")
///   }
/// }
/// ```
///
/// One thread runs at a time, and the schedule chooses which: before each call that the body's
/// threads make to the scheduler's registries, their senders and receivers, and to the scheduler.
/// Time is virtual, so no wait takes any. What the body does otherwise is its own: it must do the
/// same when the same choices are made, and not block on anything but the library.
///
/// Blocks the calling thread. In an async function use the twin with `await`.
///
/// - Parameters:
///   - strategy: which schedules.
///   - checkpoints: whether threads can also be switched inside of the library's calls, where one has
///     published something and not yet woken who waits for it. Of use to those who change the library.
///   - timers: when time passes.
///   - sharing: what the threads have in common besides the registries.
///   - limits: when to stop before that.
///   - body: runs once for each schedule, as its thread `main`. When it returns, the threads and tasks
///     it has started are joined, those in the background interrupted.
/// - Returns: how much was run, and what was observed.
/// - Throws: `ExplorationFailure` where a schedule ends with an error that nobody has caught, in a
///   deadlock, or not at all.
@available(*, noasync, message: "use 'try await explore'")
@discardableResult
public func explore(
  _ strategy: ExplorationStrategy = .exhaustive, checkpoints: Bool = false,
  timers: TimerRule = .idle, sharing: SharedState = .anything,
  limits: ExplorationLimits = ExplorationLimits(),
  body: @escaping @Sendable (TestScheduler) throws -> Void
) throws(ExplorationFailure) -> Exploration {
  try Explorer(
    settings: ExplorationSettings(
      strategy: strategy, checkpoints: checkpoints, timers: timers, sharing: sharing,
      limits: limits),
    body: body
  ).runWatched()
}

/// The same for async functions: runs on OS threads of its own, and suspends meanwhile.
///
/// - Parameters:
///   - strategy: which schedules.
///   - checkpoints: whether threads can also be switched inside of the library's calls.
///   - timers: when time passes.
///   - sharing: what the threads have in common besides the registries.
///   - limits: when to stop before that.
///   - body: runs once for each schedule, as its thread `main`.
/// - Returns: how much was run, and what was observed.
/// - Throws: `ExplorationFailure` where a schedule ends with an error that nobody has caught, in a
///   deadlock, or not at all.
@discardableResult
public func explore(
  _ strategy: ExplorationStrategy = .exhaustive, checkpoints: Bool = false,
  timers: TimerRule = .idle, sharing: SharedState = .anything,
  limits: ExplorationLimits = ExplorationLimits(),
  body: @escaping @Sendable (TestScheduler) throws -> Void
) async throws(ExplorationFailure) -> Exploration {
  try await explore(
    ExplorationSettings(
      strategy: strategy, checkpoints: checkpoints, timers: timers, sharing: sharing,
      limits: limits),
    body)
}

/// The same, with checkpoints, and with the ways that a schedule is otherwise kept from since they are
/// of use only where threads run at the same time: meeting in passing, and letting go of a connection
/// past the channel's state. For tests of this package.
@discardableResult
package func exploreElimination(
  _ strategy: ExplorationStrategy = .exhaustive, timers: TimerRule = .idle,
  sharing: SharedState = .anything, limits: ExplorationLimits = ExplorationLimits(),
  body: @escaping @Sendable (TestScheduler) throws -> Void
) async throws(ExplorationFailure) -> Exploration {
  try await explore(
    ExplorationSettings(
      strategy: strategy, checkpoints: true, allowsElimination: true, timers: timers,
      sharing: sharing,
      limits: limits),
    body)
}

private func explore(
  _ settings: ExplorationSettings, _ body: @escaping @Sendable (TestScheduler) throws -> Void
) async throws(ExplorationFailure) -> Exploration {
  let explorer = Explorer(settings: settings, body: body)
  let result: Result<Exploration, ExplorationFailure> = await withCheckedContinuation {
    continuation in
    do throws(InprocError) {
      try startThread(name: "explore") {
        do throws(ExplorationFailure) {
          continuation.resume(returning: .success(try explorer.runWatched()))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    } catch {
      continuation.resume(returning: .failure(.noThreads(error)))
    }
  }
  return try result.get()
}

/// What an exploration was asked for.
struct ExplorationSettings: Sendable {
  var strategy: ExplorationStrategy
  var checkpoints: Bool
  /// Whether calls meet in passing.
  var allowsElimination = false
  var timers: TimerRule
  var sharing: SharedState
  var limits: ExplorationLimits

  /// The call that runs one schedule with these settings.
  func repeating(_ schedule: String) -> String {
    "try \(allowsElimination ? "await exploreElimination" : "explore")(.schedule(\"\(schedule)\")"
      + (checkpoints && !allowsElimination ? ", checkpoints: true" : "")
      + (timers == .racing ? ", timers: .racing" : "")
      + (sharing == .endpointsOnly ? ", sharing: .endpointsOnly" : "") + ") { … }"
  }
}
