import Foundation
import Inproc
import InprocExploration
import InprocScript

/// Replays files on several cores at a time.
///
/// Each worker has a core of its own, and all threads of its replays stay there with it: passing the
/// turn between two threads costs a fraction on one core of what it costs between two.
struct Workers {
  let count: Int
  let options: ScenarioRunner.Options

  static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// The state that the workers and the calling thread share.
  private final class Shared: Sendable {
    let progress = Guarded(Progress())
    /// Tells the calling thread that there is another result.
    let changed = Signal()
  }

  fileprivate struct Progress {
    /// When Ctrl-C was noticed.
    var interrupted: ContinuousClock.Instant?
    var next = 0
    var results: [Int: ScenarioResult] = [:]
    var isOver = false
  }

  /// Runs the files and hands each result on, in the order of the files, on the calling thread. Where
  /// that returns false, no further file is begun and no further result handed on.
  func run(_ files: [ParsedFile], _ take: (ScenarioResult) -> Bool) {
    let shared = Shared()
    let workers = min(count, files.count)
    for core in 0..<workers {
      let isAlone = workers == 1
      do {
        try startThread(name: "worker") {
          if !options.isFree { if isAlone { stayOnThisCore() } else { stayOnCore(core) } }
          work(files, shared)
        }
      } catch {
        // Where the system refuses a thread, fewer workers do the same; if need be the calling
        // thread does.
        if core == 0 { work(files, shared) }
        break
      }
    }
    for index in files.indices {
      let result = wait(for: index, of: files, shared)
      if !take(result) { break }
    }
    shared.progress.withLock { $0.isOver = true }
  }

  /// Waits for the result of a file. After Ctrl-C it waits only as long as a run needs to notice,
  /// and then the file counts as not run.
  private func wait(
    for index: Int, of files: [ParsedFile], _ shared: Shared
  ) -> ScenarioResult {
    while true {
      let result = shared.progress.withLock { $0.result(of: index, files[index].name) }
      if let result { return result }
      // A signal handler must not signal the waiting thread, so Ctrl-C is polled.
      _ = shared.changed.wait(until: .now + .milliseconds(100))
    }
  }

  private func work(_ files: [ParsedFile], _ shared: Shared) {
    let runner = ScenarioRunner(options, pool: ThreadPool(isPinned: !options.isFree))
    while true {
      let next: Int? = shared.progress.withLock { progress in
        guard !progress.isOver, !Interrupt.isRequested else { return nil }
        defer { progress.next += 1 }
        return progress.next
      }
      guard let next, next < files.count else { return }
      let result = files[next].run(runner)
      shared.progress.withLock { $0.results[next] = result }
      shared.changed.signal()
    }
  }
}

extension Workers.Progress {
  /// The result of a file, if it is known: it was run, or Ctrl-C keeps it from being run to its end.
  fileprivate mutating func result(of index: Int, _ name: String) -> ScenarioResult? {
    if let result = results.removeValue(forKey: index) { return result }
    guard Interrupt.isRequested else { return nil }
    let isBegun = index < next
    let since = interrupted ?? .now
    interrupted = since
    if isBegun, .now - since <= Interrupt.patience { return nil }
    isOver = true
    return ScenarioResult.error(
      isBegun
        ? "it was not run to its end: Ctrl-C ended the replay"
        : "it was not run: Ctrl-C ended the replay", file: name)
  }
}
