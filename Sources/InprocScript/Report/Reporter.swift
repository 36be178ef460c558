/// Writes what scenarios came to, in one of several forms. No report holds a time or an address: two
/// of the same runs are byte-identical.
package protocol Reporter {
  /// What stands before the first scenario.
  mutating func begin() -> String
  /// One scenario.
  mutating func add(_ result: ScenarioResult) -> String
  /// What stands behind the last one.
  mutating func end(_ tally: Tally) -> String
}

/// The forms a report can have; docs/reports.md describes them.
package enum ReportForm: String, CaseIterable, Sendable {
  case text, tap, junit, json

  /// What writes it.
  ///
  /// - Parameter isQuiet: whether a text report leaves out what has passed.
  /// - Returns: a reporter of this form.
  package func reporter(isQuiet: Bool = false) -> any Reporter {
    switch self {
    case .text: TextReporter(isQuiet: isQuiet)
    case .tap: TAPReporter()
    case .junit: JUnitReporter()
    case .json: JSONReporter()
    }
  }
}
