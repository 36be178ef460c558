import ArgumentParser
import Foundation
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

  @ArgumentParser.Option(help: "Follow the run that printed this schedule.")
  var schedule: String?

  @ArgumentParser.Option(help: "idle or racing: whether timers fire while threads can run.")
  var timers: String?

  func run() throws {
    var options = ScenarioRunner.Options()
    options.timers = try timers.map { try Replay.timers($0) }
    let planned = try schedule.map { try Replay.schedule($0) }
    let parsed = ParsedFile(file)
    let script: Script
    switch parsed.script {
    case .success(let parsed): script = parsed
    case .failure(let problem):
      emit(problem.text, to: .standardError)
      throw ExitCode(2)
    }
    let stepper = Stepper(
      script, file: file, options: options, schedule: planned, pool: ThreadPool(isPinned: true))
    var screen = StepScreen(stepper)
    do {
      try screen.run()
    } catch {
      emit("error: can't step: \(error)", to: .standardError)
      throw ExitCode(2)
    }
    emit("schedule: \(screen.schedule)", to: .standardOutput)
    emit(
      "to repeat it: inproc replay --schedule \(screen.schedule) \(file)", to: .standardOutput)
  }
}

/// What the keys of `inproc step` do.
struct StepScreen {
  private var stepper: Stepper
  private var message = "Enter gives the next turn; a digit chooses whose it is"

  init(_ stepper: Stepper) { self.stepper = stepper }

  var schedule: Schedule { stepper.schedule }

  /// - Throws: why there is no screen.
  mutating func run() throws {
    let editor = try LineEditor(programName: "inproc", historyFile: "")
    defer { editor.close() }
    let palette = Palette(environment: ProcessInfo.processInfo.environment)
    let isASCII = !Terminal.isUTF8
    try editor.showFullScreen(every: 60_000) { columns, rows, key in
      if let key, !press(key) { return .leave }
      let view = StepView(
        palette: palette, isASCII: isASCII, columns: columns, rows: rows,
        lines: stepper.script.lines, file: stepper.file)
      return .show(view.rows(stepper.state, message: message))
    }
  }

  /// Returns false to leave.
  private mutating func press(_ key: Unicode.Scalar) -> Bool {
    message = ""
    switch key {
    case "q", "Q", "\u{03}", "\u{04}", "\u{1B}": return false
    case "\r", "\n", " ": if !stepper.step() { message = "the run is over; b goes back" }
    case "1"..."9": choose(Int(key.value) - 0x31)
    case "t": give(ChoicePoint.timer, "no timer can fire now")
    case "b", "\u{7F}", "\u{08}":
      if !stepper.back() { message = "this is the start" }
    case "r": stepper.restart()
    case "e": stepper.runToEnd()
    case "f":
      message =
        stepper.goToFailure()
        ? "the next turn ends in the failure"
        : "the run as it is planned does not fail; F looks for one that does"
    case "F": find()
    case "s": save()
    default: message = "no such key"
    }
    if message.isEmpty { message = standing }
    return true
  }

  private mutating func choose(_ index: Int) {
    guard stepper.state.threads.indices.contains(index) else {
      message = "there is no thread \(index + 1)"
      return
    }
    let thread = stepper.state.threads[index]
    give(thread.number, "\(thread.name) can't run now")
  }

  private mutating func give(_ thread: Int, _ refusal: String) {
    if !stepper.step(thread) {
      message = stepper.hasEnded ? "the run is over; b goes back" : refusal
    }
  }

  private mutating func find() {
    guard !stepper.hasEnded else {
      message = "the run is over; b goes back"
      return
    }
    let found = stepper.findFailure()
    message =
      found.isFound
      ? "found: as planned now, the run fails; f goes there, Enter walks there"
      : found.isComplete
        ? "nothing fails from here" : "found none among many; go further or back, and look again"
  }

  private mutating func save() {
    let base = stepper.file.hasSuffix(".scn") ? String(stepper.file.dropLast(4)) : stepper.file
    let path = base + ".schedule"
    do {
      try WholeFile.write(Array("\(schedule)\n".utf8), to: path)
      message = "saved in \(path); 'inproc replay --schedule' takes it"
    } catch {
      message = error.text
    }
  }

  private var standing: String {
    switch stepper.state.ending {
    case nil: ""
    case .passed: "the run is over, and passed; b goes back"
    case .deadlock: "every thread waits and none can go on, as the file expects; b goes back"
    case .failed(let problem): "line \(problem.line): \(problem.message); b goes back"
    }
  }
}
