internal import Inproc
internal import InprocExploration

/// A policy around another that keeps what was chosen, ends a run that does not end by itself, and
/// notices where the same choices lead to something else than in the run before.
final class DivergenceChecker: WrappingPolicy {
  /// Why a run was ended.
  enum Stop { case pruned, tooManySteps, diverged }

  fileprivate struct Point {
    /// Of the candidates.
    var hash: UInt64
    var isBranch: Bool
    var chosen: Int
  }

  /// What was chosen in the run before; shared by the policies of one exploration.
  final class Memory {
    fileprivate var trace: [Point] = []
  }

  let inner: any SchedulePolicy
  private let maximumSteps: Int
  private let memory: Memory
  private let watchdog: StallWatchdog
  private var trace: [Point] = []
  /// The choices so far are those of the run before.
  private var repeats = true
  private(set) var stop: Stop?

  init(_ inner: any SchedulePolicy, maximumSteps: Int, memory: Memory, watchdog: StallWatchdog) {
    self.inner = inner
    self.maximumSteps = maximumSteps
    self.memory = memory
    self.watchdog = watchdog
    trace.reserveCapacity(memory.trace.count)
  }

  var isPreemptive: Bool { true }

  func choose(_ point: ChoicePoint) -> Int? {
    watchdog.tick()
    if trace.count >= maximumSteps {
      stop = .tooManySteps
      return nil
    }
    var hash: UInt64 = 14_695_981_039_346_656_037
    for candidate in point.candidates + [point.current ?? -2] {
      hash = (hash ^ UInt64(bitPattern: Int64(candidate))) &* 1_099_511_628_211
    }
    repeats = repeats && trace.count < memory.trace.count
    if repeats, memory.trace[trace.count].hash != hash {
      stop = .diverged
      return nil
    }
    guard let choice = inner.choose(point) else {
      stop = .pruned
      return nil
    }
    repeats = repeats && memory.trace[trace.count].chosen == choice
    trace.append(Point(hash: hash, isBranch: point.candidates.count > 1, chosen: choice))
    return choice
  }

  func finish(state: UInt64) {
    // Nothing was left to choose where the run before went on.
    if repeats, trace.count < memory.trace.count { stop = .diverged }
    inner.finish(state: state)
  }

  /// The run is over: the next is compared with it.
  func remember() {
    if stop != .diverged { memory.trace = trace }
  }

  /// What was chosen, and a checksum of what there was to choose from.
  var schedule: Schedule {
    var checksum: UInt64 = 0
    for point in trace where point.isBranch {
      checksum = (checksum ^ point.hash) &* 0x9E37_79B9_7F4A_7C15
    }
    return Schedule(
      choices: trace.filter(\.isBranch).map(\.chosen),
      checksum: UInt32(truncatingIfNeeded: checksum >> 32))
  }
}
