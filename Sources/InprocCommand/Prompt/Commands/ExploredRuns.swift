import Inproc
import InprocExploration
import InprocScript
import LineEditor

/// The outcomes that the last `explore` of a prompt has found. The run of each can be stepped
/// through.
final class ExploredRuns {
  struct Runs {
    var script: Script
    var name: String
    /// Whether the scenario is in a file, from which a schedule can be repeated.
    var hasFile: Bool
    var outcomes: [OutcomeSummary]
    var pool: ThreadPool

    init(
      script: Script, name: String, hasFile: Bool, outcomes: [OutcomeSummary], _ pool: ThreadPool
    ) {
      self.script = script
      self.name = name
      self.hasFile = hasFile
      self.outcomes = outcomes
      self.pool = pool
    }
  }

  private var runs: Runs?
  /// Whether a digit at an empty prompt opens a run.
  private(set) var takesDigits = false

  /// Makes digits at an empty prompt text again, because something else was typed.
  func forgetDigits() { takesDigits = false }

  /// The number of the row that a key at an empty prompt opens; nil if it opens none.
  func row(of key: Unicode.Scalar) -> Int? {
    guard takesDigits, let count = runs?.outcomes.count, ("1"..."9").contains(key) else {
      return nil
    }
    let row = Int(key.value) - 0x30
    return row <= count ? row : nil
  }

  /// Shows the outcomes, and offers their runs.
  func take(_ runs: Runs, _ output: PromptOutput) {
    self.runs = runs
    takesDigits = !LineEditor.isOnDumbTerminal
    let count = runs.outcomes.count
    guard count > 0 else { return }
    let lines = runs.outcomes.table(isNumbered: true)
    output.note(lines[0])
    for (line, outcome) in zip(lines.dropFirst(), runs.outcomes) {
      output.note(line, outcome.style)
    }
    guard takesDigits else { return }
    let keys = count == 1 ? "1" : "1-\(min(count, 9))"
    output.note(
      "\(keys) here, or 'explore open N' later, opens the run that led there")
  }

  /// Steps through a run on the whole screen, beginning at its end.
  ///
  /// - Throws: what is wrong with that number, or why there is no screen.
  func open(_ number: Int, _ output: PromptOutput, _ editor: LineEditor) throws(CommandError) {
    guard let runs, !runs.outcomes.isEmpty else {
      throw CommandError(
        .invalidValue, "nothing was explored; 'explore { … }' or 'explore FILE' first")
    }
    guard runs.outcomes.indices.contains(number - 1) else {
      throw CommandError(
        .invalidValue, "there is no run \(number); the last table has \(runs.outcomes.count)")
    }
    var options = ScenarioRunner.Options()
    options.memory = .usual
    var stepper = Stepper(
      runs.script, file: runs.name, options: options,
      schedule: runs.outcomes[number - 1].schedule, pool: runs.pool)
    stepper.runToEnd()
    var screen = StepScreen(stepper, hasFile: runs.hasFile, message: StepScreen.messageAtEnd)
    do throws(LineEditor.NoScreen) { try screen.run(on: editor) } catch {
      throw CommandError(.io, "can't step: \(error)")
    }
    if runs.hasFile {
      output.note(
        "to repeat it: \(Repetition(command: "step", screen.schedule, file: runs.name).line)")
    }
    takesDigits = true
  }
}

extension OutcomeSummary {
  /// The colour of the outcome in the table.
  fileprivate var style: Palette.Style {
    switch grade {
    case .forbidden, .unmatched, .failed: .error
    case .interesting, .expected: .result
    case .acceptable, .ungraded: .note
    }
  }
}
