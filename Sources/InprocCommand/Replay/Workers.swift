import Foundation
import Inproc
import InprocScript

/// Replays files on several cores at a time.
///
/// Each worker has a core of its own, and all threads of its replays stay there with it: passing the
/// turn between two threads costs a fraction on one core of what it costs between two.
struct Workers {
  let count: Int
  let options: ScenarioRunner.Options

  static var cores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  private final class Progress: @unchecked Sendable {
    // Unchecked because all of it is read and written under the condition's lock only.
    let changed = NSCondition()
    /// When Ctrl-C was noticed.
    var interrupted: ContinuousClock.Instant?
    var next = 0
    var results: [Int: ScenarioResult] = [:]
    var isOver = false
  }

  /// Runs the files and hands each result on, in the order of the files, on the calling thread. Where
  /// that returns false, no further file is begun and no further result handed on.
  func run(_ files: [ParsedFile], _ take: (ScenarioResult) -> Bool) {
    let progress = Progress()
    let workers = min(count, files.count)
    for core in 0..<workers {
      let isAlone = workers == 1
      do {
        try startThread(name: "worker") {
          if !options.isFree { if isAlone { stayOnThisCore() } else { stayOnCore(core) } }
          work(files, progress)
        }
      } catch {
        // The system has no thread left: fewer do the same, the caller's own if need be.
        if core == 0 { work(files, progress) }
        break
      }
    }
    for index in files.indices {
      let result = wait(for: index, of: files, progress)
      if !take(result) { break }
    }
    progress.changed.lock()
    progress.isOver = true
    progress.changed.unlock()
  }

  /// The result of a file. After Ctrl-C it is waited for no longer than runs need to notice, and then
  /// the file counts as not run.
  private func wait(
    for index: Int, of files: [ParsedFile], _ progress: Progress
  ) -> ScenarioResult {
    progress.changed.lock()
    defer { progress.changed.unlock() }
    while true {
      if let result = progress.results.removeValue(forKey: index) { return result }
      if Interrupt.isRequested {
        let isBegun = index < progress.next
        let since = progress.interrupted ?? .now
        progress.interrupted = since
        if !isBegun || .now - since > Interrupt.patience {
          progress.isOver = true
          return ScenarioResult.error(
            isBegun
              ? "it was not run to its end: Ctrl-C ended the replay"
              : "it was not run: Ctrl-C ended the replay", file: files[index].name)
        }
      }
      // The signal wakes nobody.
      _ = progress.changed.wait(until: Date(timeIntervalSinceNow: 0.1))
    }
  }

  private func work(_ files: [ParsedFile], _ progress: Progress) {
    let runner = ScenarioRunner(options, pool: ThreadPool(isPinned: !options.isFree))
    while true {
      progress.changed.lock()
      let index = progress.next
      let isOver = progress.isOver || Interrupt.isRequested
      if !isOver { progress.next += 1 }
      progress.changed.unlock()
      guard index < files.count, !isOver else { return }
      let result = files[index].run(runner)
      progress.changed.lock()
      progress.results[index] = result
      progress.changed.broadcast()
      progress.changed.unlock()
    }
  }
}
