/// Writes the results of scenarios in one of several formats. A report holds no time and no address,
/// so that reports of equal runs are byte-identical.
package protocol Reporter {
  /// The text before the first scenario.
  mutating func begin() -> String
  /// The text of one scenario.
  mutating func add(_ result: ScenarioResult) -> String
  /// The text after the last scenario.
  mutating func end(_ tally: Tally) -> String
}

/// The formats of reports, which `docs/use/reports.md` describes.
package enum ReportForm: String, CaseIterable, Sendable {
  case text, tap, junit, json

  /// A reporter that writes this format.
  ///
  /// - Parameter isQuiet: whether a text report leaves out scenarios that have passed.
  /// - Returns: the reporter.
  package func reporter(isQuiet: Bool = false) -> any Reporter {
    switch self {
    case .text: TextReporter(isQuiet: isQuiet)
    case .tap: TAPReporter()
    case .junit: JUnitReporter()
    case .json: JSONReporter()
    }
  }
}
