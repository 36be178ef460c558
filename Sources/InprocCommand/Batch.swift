import Inproc
import InprocScript

/// Commands that are not typed one by one: those of `-c` and of standard input.
enum Batch {
  /// Runs them, prints their lines, and returns the exit status.
  static func run(_ text: [UInt8], name: String) -> Int32 {
    let script: Script
    do {
      script = try Parser.parse(text)
    } catch {
      emit(error.rendered(file: name), to: .standardError)
      return 2
    }
    var options = Session.Options()
    options.maximumSteps = script.directives.steps ?? Int.max
    let session = Session(
      scheduler: FreeScheduler(), output: Console(), options: options, file: name)
    let result = session.run(script)
    return tell(result, script, name)
  }

  private static func tell(_ result: RunResult, _ script: Script, _ name: String) -> Int32 {
    if let hindrance = result.hindrance {
      emit("error: the commands could not be run: \(hindrance)", to: .standardError)
      return 2
    }
    let report = FailureReport(file: name, lines: script.lines, schedule: nil)
    var status: Int32 = 0
    if let failure = result.failure {
      emit(report.problem(failure).text, to: .standardError)
      status = 1
    }
    if let threads = result.deadlock, !script.directives.expectsDeadlock {
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
