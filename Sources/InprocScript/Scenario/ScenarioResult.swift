/// How one file came out.
package struct ScenarioResult: Sendable {
  package enum Verdict: Sendable {
    case passed
    case failed(Problem)
    /// It does not parse, or can't be read: nothing of it ran.
    case unreadable(String)
  }
  package var file: String
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
}
