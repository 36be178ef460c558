/// How one file came out.
package struct ScenarioResult: Sendable {
  /// Its name, as it is opened by.
  package var file: String
  /// Its name as it is shown: on one line, and with all that is not printable escaped.
  package var shownFile: String { FileName.shown(file) }
  package var title: String?
  package var verdict: Verdict
  /// What the reader should know besides: how much was explored, which outcomes there were.
  package var notes: [String]
  /// What its runs came to, where that was asked for.
  package var outcomes: [OutcomeSummary] = []
  /// How much was explored, if anything was.
  package var exploration: ExplorationSummary?

  package init(file: String, title: String?, verdict: Verdict, notes: [String] = []) {
    self.file = file
    self.title = title
    self.verdict = verdict
    self.notes = notes
  }

  /// A file that could not be read or run, and why: the line begins with the place in the file.
  package static func error(_ reason: String, file: String, title: String? = nil) -> ScenarioResult
  {
    ScenarioResult(
      file: file, title: title, verdict: .error("\(file):1:1: error: \(reason)"))
  }
}
