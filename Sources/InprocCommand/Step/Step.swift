import ArgumentParser
import InprocExploration
import InprocScript
import LineEditor

/// `inproc step FILE`
struct Step: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go through a scenario turn by turn, forwards and backwards, on the whole screen.",
    discussion: """
      Keys: Enter or Space gives the next turn, a digit gives it to the thread of that number, t \
      lets the earliest timer fire; b takes the last turn back, r goes to the start, e to the end, \
      f to the failure of the run as it is planned, F looks for a way to fail from here; s saves \
      the schedule, q leaves. On leaving, the schedule is printed for 'inproc replay --schedule'.
      """)

  @Argument(help: "A scenario file.")
  var file: String

  @ArgumentParser.Option(
    help: """
      Open the run that printed this schedule, at its end; Enter follows it from any turn. @FILE \
      reads the schedule from a file.
      """)
  var schedule: String?

  @ArgumentParser.Option(help: "idle or racing: whether timers fire while threads can run.")
  var timers: String?

  @ArgumentParser.Option(help: "The most real time that one turn may take; the default is 10s.")
  var timeout = "10s"

  @ArgumentParser.Option(
    help: "How much memory the process may hold; the default is a quarter of what the machine has.")
  var memory: String?

  @ArgumentParser.Option(
    help: "The folder whose files 'source' may read; the default is that of the file.")
  var root: String?

  func run() throws {
    if schedule == "@-" {
      throw ValidationError("standard input is for keys; write the schedule to a file, and @FILE")
    }
    var options = ScenarioRunner.Options()
    options.memory = try Limits.memory(memory)
    options.timeout = try Limits.timeout(timeout)
    options.sourceScope = try Limits.sourceScope(root, [file])
    options.timers = try timers.map { try Replay.timers($0) }
    let planned = try schedule.map { try Replay.schedule($0) }
    let parsed = ParsedFile(file, memory: options.memory)
    let script: Script
    switch parsed.script {
    case .success(let parsed): script = parsed
    case .failure(let problem):
      emit(problem.text, to: .standardError)
      throw ExitCode(2)
    }
    var stepper = Stepper(
      script, file: file, options: options, schedule: planned, pool: ThreadPool(isPinned: true))
    var message = StepScreen.firstMessage
    if planned != nil {
      stepper.runToEnd()
      message = stepper.fit?.misfit ?? stepper.fit?.note ?? StepScreen.messageAtEnd
    }
    var screen = StepScreen(stepper, message: message)
    do {
      let editor = try LineEditor(programName: "inproc", historyFile: "")
      defer { editor.close() }
      try screen.run(on: editor)
      if let signal = editor.takeTerminationSignal() { throw ExitCode(128 + signal) }
    } catch let exit as ExitCode {
      throw exit
    } catch {
      emit("error: can't step: \(error)", to: .standardError)
      throw ExitCode(2)
    }
    let repetition = Repetition(
      screen.schedule, file: file, options: options.repeated(for: script, file))
    if !repetition.isLong { emit("schedule: \(screen.schedule)", to: .standardOutput) }
    emit("to repeat it: \(repetition.line)", to: .standardOutput)
  }
}
