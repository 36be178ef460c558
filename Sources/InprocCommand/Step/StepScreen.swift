import Foundation
import InprocExploration
import InprocScript
import LineEditor

/// What the keys of `inproc step` do.
struct StepScreen {
  private var stepper: Stepper
  private var message: String
  /// The file beside which `s` saves the schedule; nil for commands that were typed.
  private let savedPath: String?

  static let firstMessage = "Enter gives the next turn; a digit chooses whose it is"
  static let messageAtEnd = "this is the run's end; b goes back turn by turn, r to the start"

  /// - Parameters:
  ///   - stepper: the run, at any of its turns.
  ///   - hasFile: whether the scenario has a file, beside which the schedule can be saved.
  ///   - message: the first message on the last row.
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

  /// Takes the whole screen until the user leaves.
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

  /// Handles a key. Returns false where the user leaves.
  private mutating func press(_ key: LineEditor.ScreenKey) -> Bool {
    message = ""
    switch key {
    case .character("q"), .character("Q"), .character("\u{03}"), .character("\u{04}"),
      .character("\u{1B}"):
      return false
    case .character("\r"), .character("\n"), .character(" "), .down, .right:
      if !stepper.step() { message = "the run is over; b goes back" }
    case .character(let digit) where ("1"..."9").contains(digit): choose(Int(digit.value) - 0x31)
    case .character("t"): give(ChoicePoint.timer, "no timer can fire now")
    case .character("b"), .character("\u{7F}"), .character("\u{08}"), .up, .left:
      if !stepper.back() { message = "this is the start" }
    case .character("r"): stepper.restart()
    case .character("e"): stepper.runToEnd()
    case .character("f"): goToFailure()
    case .character("F"): find()
    case .character("s"): save()
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
        ? "no run fails from here"
        : "none of the runs that were tried fails; go further or back, and look again"
  }

  private mutating func save() {
    guard let savedPath else {
      message = "what was typed is not in a file, so a schedule of it can't be saved"
      return
    }
    do {
      try AtomicFile.write(Array("\(schedule)\n".utf8), to: savedPath, streams: .refused)
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
    case .deadlock: "\(FailureReport.everyThreadWaits), as the file expects; b goes back"
    case .failed(let problem): "line \(problem.line): \(problem.message); b goes back"
    case .error(let text): text
    }
  }
}
