import Foundation
import InprocScript
import LineEditor

/// What the keys of `inproc step` do.
struct StepScreen {
  private var stepper: Stepper
  private var message: String
  /// Where `s` saves the schedule; nil for what was typed and has no file.
  private let savedPath: String?

  static let firstMessage = "Enter gives the next turn; a digit chooses whose it is"
  static let messageAtEnd = "this is the run's end; b goes back turn by turn, r to the start"

  /// - Parameters:
  ///   - stepper: the run, wherever it is.
  ///   - hasFile: whether the schedule belongs to a file that it can be kept beside.
  ///   - message: what stands below it at first.
  init(
    _ stepper: Stepper, hasFile: Bool = true, message: String = StepScreen.firstMessage
  ) {
    self.stepper = stepper
    self.message = message
    let file = stepper.file
    let name = FileName.bytes(of: file)
    let stem = FileName.hasSuffix(file, ".scn") ? name.dropLast(4) : name[...]
    savedPath = hasFile ? FileName.text(stem + Array(".schedule".utf8)) : nil
  }

  var schedule: Schedule { stepper.schedule }

  /// Takes the screen until it is left.
  ///
  /// - Throws: why there is no screen.
  mutating func run(on editor: LineEditor) throws(LineEditor.NoScreen) {
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
    // U+0090 to U+0093 are the arrows: up, down, right, left.
    case "\r", "\n", " ", "\u{91}", "\u{92}":
      if !stepper.step() { message = "the run is over; b goes back" }
    case "1"..."9": choose(Int(key.value) - 0x31)
    case "t": give(ChoicePoint.timer, "no timer can fire now")
    case "b", "\u{7F}", "\u{08}", "\u{90}", "\u{93}":
      if !stepper.back() { message = "this is the start" }
    case "r": stepper.restart()
    case "e": stepper.runToEnd()
    case "f": goToFailure()
    case "F": find()
    case "s": save()
    default: message = "no such key"
    }
    if message.isEmpty { message = standing }
    return true
  }

  private mutating func goToFailure() {
    if stepper.goToFailure() {
      message = "the next turn ends in the failure"
    } else if case .error = stepper.state.ending {
      message = standing
    } else {
      message = "the run as it is planned does not fail; F looks for one that does"
    }
  }

  private mutating func choose(_ number: Int) {
    guard let thread = stepper.state.threads.first(where: { $0.number == number }) else {
      message = "there is no thread \(number + 1)"
      return
    }
    give(number, "\(thread.name) can't run now")
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
        ? "nothing fails from here"
        : "found none in the runs that were tried; go further or back, and look again"
  }

  private mutating func save() {
    guard let savedPath else {
      message = "what was typed has no file that a schedule could belong to"
      return
    }
    do {
      try WholeFile.write(Array("\(schedule)\n".utf8), to: savedPath, streams: .refused)
      message =
        "saved in \(FileName.shown(savedPath)); 'inproc replay --schedule' takes it as @ and its name"
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
    case .error(let text): text
    }
  }
}
