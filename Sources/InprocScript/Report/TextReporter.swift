internal import Inproc

/// A report for people: a line for each scenario, and below it its failure and its notes.
package struct TextReporter: Reporter {
  private let isQuiet: Bool

  /// - Parameter isQuiet: whether scenarios that have passed are left out.
  package init(isQuiet: Bool = false) { self.isQuiet = isQuiet }

  package func begin() -> String { "" }

  package func add(_ result: ScenarioResult) -> String {
    let name = result.shownFile + (result.title.map { "  \($0.escapingUnprintable)" } ?? "")
    let notes = result.notes.map { "  note: \($0.escapingUnprintable)\n" }.joined()
    switch result.verdict {
    case .passed: return isQuiet ? "" : "passed  \(name)\n\(notes)"
    case .incomplete(let why):
      return "INCOMPLETE  \(name)\n  incomplete: \(why.escapingUnprintable)\n\(notes)"
    case .failed(let problem): return "FAILED  \(name)\n\(indented(problem.text))\(notes)"
    case .error(let text): return "ERROR   \(name)\n\(indented(text))\(notes)"
    }
  }

  package func end(_ tally: Tally) -> String { tally.summary + "\n" }

  private func indented(_ text: String) -> String {
    text.escapingUnprintableInLines.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.isEmpty ? "\n" : "  \($0)\n"
    }
    .joined()
  }
}
