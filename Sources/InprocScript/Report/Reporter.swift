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

  package var reporter: any Reporter {
    switch self {
    case .text: TextReporter()
    case .tap: TAPReporter()
    case .junit: JUnitReporter()
    case .json: JSONReporter()
    }
  }
}

/// How many passed and failed.
package struct Tally: Sendable {
  package private(set) var passed = 0
  /// Those that failed, and those that could not be read.
  package private(set) var failed = 0
  /// The exit status: 0 all passed, 1 one failed, 2 one could not be read.
  package private(set) var status: Int32 = 0

  package init() {}

  package var count: Int { passed + failed }
  package var summary: String { "\(passed) passed, \(failed) failed" }

  package mutating func add(_ result: ScenarioResult) {
    switch result.verdict {
    case .passed: passed += 1
    case .failed:
      failed += 1
      status = max(status, 1)
    case .unreadable:
      failed += 1
      status = 2
    }
  }
}
