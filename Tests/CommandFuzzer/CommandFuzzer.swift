import ArgumentParser
import Foundation

/// Runs the program `inproc` over random options and random files, and looks for what must never
/// happen: a crash, a hang, a pass of what can't pass, lost output, a forged line, a file changed.
///
/// Each trial is one line for a shell in a folder of its own. A find prints that line and keeps the
/// folder, so that the trial can be repeated by hand.
@main
struct CommandFuzzer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run inproc over random options and files, or with failing system calls.")

  @Option(help: "The program to try.")
  var program = ".build/release/inproc"

  @Option(help: "How many seconds to go on.")
  var seconds = 60

  @Option(help: "The first trial; the same number gives the same trials.")
  var seed: UInt64 = 1

  @Option(help: "How many trials run at a time.")
  var jobs = 2

  @Option(help: "The folder of the package, for the files to begin with.")
  var package = "."

  @Flag(help: "Let system calls of every command fail, one after the other; this needs strace.")
  var inject = false

  func run() throws {
    let program = URL(fileURLWithPath: program).path
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ValidationError("'\(program)' is no program; build it first: swift build -c release")
    }
    let corpus = try Corpus(package: package)
    let tally = Tally()
    if inject {
      Injection(program: program, corpus: corpus).run(tally)
    } else {
      fuzz(program, corpus, tally)
    }
    print(tally.summary)
    throw ExitCode(tally.findCount == 0 ? 0 : 1)
  }

  private func fuzz(_ program: String, _ corpus: Corpus, _ tally: Tally) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    DispatchQueue.concurrentPerform(iterations: max(1, jobs)) { job in
      var number = seed &+ UInt64(job)
      while ContinuousClock.now < deadline {
        var random = RandomSource(seed: number)
        let trial = Trial(program: program, corpus: corpus, using: &random)
        do {
          tally.add(try trial.run(), of: trial, number: number)
        } catch {
          tally.add([Find("the trial itself failed: \(error)")], of: trial, number: number)
        }
        number &+= UInt64(max(1, jobs))
      }
    }
  }
}

/// How many trials ran, and what they have found.
final class Tally: @unchecked Sendable {
  // Unchecked because all of it is read and written under the lock only.
  private let lock = NSLock()
  private var trials = 0
  private var runs = 0
  private var statuses: [Int32: Int] = [:]
  private(set) var findCount = 0

  /// Counts a trial, and prints what it has found.
  func add(_ finds: [Find], of trial: Trial, number: UInt64) {
    lock.withLock {
      trials += 1
      runs += trial.runCount
      if let status = trial.status { statuses[status, default: 0] += 1 }
      guard !finds.isEmpty else { return }
      findCount += 1
      print("FIND in trial \(number), in \(trial.folder):\n  \(trial.line)")
      for find in finds { print("  \(find.text)") }
      fflush(nil)
    }
  }

  /// Counts one run of the program outside of a trial.
  func countRun() { lock.withLock { runs += 1 } }

  /// Prints something found outside of a trial.
  func find(_ text: String) {
    lock.withLock {
      findCount += 1
      print("FIND: \(text)")
      fflush(nil)
    }
  }

  var summary: String {
    lock.withLock {
      let each = statuses.sorted { $0.key < $1.key }.map { "\($0.value) with status \($0.key)" }
      return "\(trials) trials, \(runs) runs of the program, \(findCount) finds"
        + (each.isEmpty ? "" : "; " + each.joined(separator: ", "))
    }
  }
}
