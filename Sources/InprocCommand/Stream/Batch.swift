import Inproc
import InprocScript

/// Commands that are given all at once: those of `-c`.
enum Batch {
  /// Runs them, prints their lines, and returns the exit status.
  static func run(_ text: [UInt8], name: String) -> Int32 {
    let script: Script
    do {
      script = try Parser.parse(text, commands: .prompt)
    } catch {
      emit(error.rendered(file: name), to: .standardError)
      return 2
    }
    var options = Session.Options()
    options.maximumSteps = script.directives.steps ?? Int.max
    let session = Session(
      scheduler: FreeScheduler(), output: Console(), options: options, file: name)
    let result = session.run(script)
    let report = FailureReport(file: name, lines: script.lines, schedule: nil)
    return exitStatus(of: result, report, expectsDeadlock: script.directives.expectsDeadlock)
  }

  /// Reports what went wrong, if anything. Returns the exit status.
  static func exitStatus(
    of result: RunResult, _ report: FailureReport, expectsDeadlock: Bool
  ) -> Int32 {
    if let hindrance = result.hindrance {
      emit("error: the commands could not be run: \(hindrance)", to: .standardError)
      return 2
    }
    var status: Int32 = 0
    if let failure = result.failure {
      emit(report.problem(failure).text, to: .standardError)
      status = 1
    }
    if let threads = result.deadlock, !expectsDeadlock {
      emit(report.problem(deadlock: threads).text, to: .standardError)
      status = 1
    }
    for failure in result.threadFailures {
      emit(report.problem(failure).text, to: .standardError)
      status = 1
    }
    return status
  }
}
