import InprocText

/// Counts results by their verdict, and derives the exit status.
package struct Tally: Sendable {
  package private(set) var passed = 0
  package private(set) var failed = 0
  /// The scenarios of which a limit kept a part from being run.
  package private(set) var incomplete = 0
  /// The scenarios that could not be read or could not be run.
  package private(set) var errors = 0
  /// How many files `--fail-fast` left out.
  package var notRun = 0

  package init() {}

  package var count: Int { passed + failed + incomplete + errors }

  /// The exit status: 2 where a scenario could not be read or run, else 1 where one failed, else 0.
  package var status: Int32 { errors > 0 ? 2 : failed > 0 ? 1 : 0 }

  /// `N passed, N failed`, then how many are incomplete, how many are errors and how many files were
  /// not run, where any are.
  package var summary: String {
    var parts = ["\(passed) passed", "\(failed) failed"]
    if incomplete > 0 { parts.append("\(incomplete) incomplete") }
    if errors > 0 { parts.append(counted(errors, "error")) }
    return parts.joined(separator: ", ") + (leftOut.map { "; \($0)" } ?? "")
  }

  /// `N files were not run`; nil where all were.
  package var leftOut: String? {
    notRun > 0 ? "\(counted(notRun, "file")) \(notRun == 1 ? "was" : "were") not run" : nil
  }

  package mutating func add(_ result: ScenarioResult) {
    switch result.verdict {
    case .passed: passed += 1
    case .incomplete: incomplete += 1
    case .failed: failed += 1
    case .error: errors += 1
    }
  }
}
