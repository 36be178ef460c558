internal import Inproc
package import InprocExploration

/// What is wrong with a scenario, in parts that a report of any form can use.
package struct Problem: Hashable, Sendable {
  /// As it is shown: on one line, and with all that is not printable escaped.
  package var file: String
  package var line: Int
  package var column: Int
  /// What is wrong, in one sentence.
  package var message: String
  /// The line of the source with a mark, what was expected and came, who else did what.
  package var details: [String] = []
  package var command: String?
  /// What the command gave instead of a result, if that is what is wrong.
  package var error: CommandError?
  package var thread: String?
  package var expected: [String] = []
  package var actual: [String] = []
  /// What to repeat the run with; nil where no single run shows it, or none can be repeated.
  package var schedule: Schedule?
  /// Whether the text shows the schedule by itself, too; a long one stands in the repetition only.
  package var showsSchedule = true
  /// The command line that repeats it.
  package var repetition: String?
  /// The run took longer than `--timeout`, or more than `--memory`: another run may not, elsewhere.
  package var isOfLimits = false
  /// The schedule leads to where a run goes round for ever, and not to its end.
  package var isEndless = false
  /// How the run led there: a table with a column for each thread, and the same in words.
  package var explanation: [String] = []

  package init(file: String, line: Int, column: Int, message: String) {
    self.file = FileName.shown(file)
    self.line = line
    self.column = column
    self.message = message
  }

  /// All of it, unprintables escaped; the first line is `FILE:LINE:COLUMN: error: MESSAGE`.
  package var text: String {
    var text = (["\(file):\(line):\(column): error: \(message)"] + details + explanation)
      .map(\.escapingUnprintable)
    if let schedule, showsSchedule || repetition == nil { text.append("  schedule: \(schedule)") }
    if let repetition { text.append("  to repeat it: \(repetition)") }
    return text.joined(separator: "\n")
  }
}
