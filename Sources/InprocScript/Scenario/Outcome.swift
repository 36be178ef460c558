internal import Inproc
package import InprocExploration
internal import InprocText

/// What runs of a scenario came to, each distinct outcome once.
struct OutcomeTable {
  enum Grade: Equatable {
    /// The range is that of the pattern.
    case graded(Directives.Grade, comment: String?, SourceRange)
    case unmatched
    case ungraded
    /// It did not end normally: there is nothing to grade.
    case failed
    /// It ended in the deadlock that the file expects.
    case expected
  }

  private let patterns: [Directives.OutcomePattern]
  private var counts = OutcomeCounts<Grade>()
  private var matched: Set<Int> = []

  init(_ directives: Directives) { patterns = directives.outcomes }

  var isGraded: Bool { !patterns.isEmpty }

  var isEmpty: Bool { counts.rows.isEmpty }

  /// Runs that were counted come again.
  mutating func startCounting() { counts.startCounting() }

  /// Adds the outcome of a run that ended normally. One that is not new is not counted.
  mutating func add(
    _ result: RunResult, isNew: Bool = true, _ schedule: @autoclosure () -> Schedule?
  ) {
    let text =
      result.observed.isEmpty && !isGraded
      ? (result.results.isEmpty ? "(none)" : result.results)
      : result.observed.isEmpty ? "(none)" : result.observed.map(\.printed).joined(separator: " ")
    // The patterns are matched once for each outcome.
    let grade = counts.rows[text] == nil ? grade(result.observed) : .ungraded
    counts.add(text, isNew: isNew, schedule(), grade)
  }

  /// Adds a run that did not end normally.
  mutating func addEnding(
    _ text: String, isExpected: Bool, isNew: Bool, _ schedule: @autoclosure () -> Schedule
  ) {
    counts.add("(\(text))", isNew: isNew, schedule(), isExpected ? .expected : .failed)
  }

  private mutating func grade(_ frames: [Frame]) -> Grade {
    guard isGraded else { return .ungraded }
    var best: Directives.OutcomePattern?
    for (index, pattern) in patterns.enumerated()
    where (try? pattern.fields.matches(frames, variables: ThreadVariables(variables: [:]))) == true
    {
      matched.insert(index)
      if best.map({ pattern.grade.rank > $0.grade.rank }) ?? true { best = pattern }
    }
    return best.map { .graded($0.grade, comment: $0.comment, $0.range) } ?? .unmatched
  }

  /// What is wrong with the outcomes so far, if anything.
  func problem(isComplete: Bool) -> (text: String, schedule: Schedule?, range: SourceRange?)? {
    for (text, row) in sorted {
      switch row.detail {
      case .graded(.forbidden, let comment, let range):
        let why = comment.map { " (\($0))" } ?? ""
        return ("forbidden outcome: \(text)\(why)", row.schedule, range)
      case .unmatched:
        return (
          "outcome that no pattern matches: \(text)", row.schedule, patterns.first?.range
        )
      default: continue
      }
    }
    guard isComplete else { return nil }
    for (index, pattern) in patterns.enumerated()
    where pattern.grade == .interesting && !matched.contains(index) {
      return ("no schedule has the interesting outcome: \(pattern.text)", nil, pattern.range)
    }
    return nil
  }

  /// The interesting outcomes that no run had.
  var unseen: [String] {
    patterns.indices
      .filter { patterns[$0].grade == .interesting && !matched.contains($0) }
      .map { patterns[$0].text }
  }

  private var sorted: [(key: String, value: OutcomeCounts<Grade>.Row)] {
    counts.rows.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }

  /// The table, for reports that are read by programs.
  var summaries: [OutcomeSummary] {
    sorted.map { text, row in
      var summary = OutcomeSummary(
        outcome: text, schedules: row.count, grade: row.detail.summary, comment: nil,
        schedule: row.schedule)
      if case .graded(_, let comment, _) = row.detail { summary.comment = comment }
      return summary
    }
  }

  /// The table, a line each.
  var lines: [String] { summaries.table(isNumbered: false) }
}

/// One distinct outcome.
package struct OutcomeSummary: Hashable, Sendable {
  package var outcome: String
  /// In how many schedules it came.
  package var schedules: Int
  package enum Grade: String, Hashable, Sendable {
    case acceptable, interesting, forbidden
    /// No pattern matches it.
    case unmatched
    /// Nothing is graded.
    case ungraded = "-"
    /// Its run did not end normally.
    case failed
    /// Its run ended in the deadlock that the file expects.
    case expected

    /// Whether no run of the scenario may have it.
    package var isBad: Bool { self == .forbidden || self == .unmatched }

    /// As tables and diagrams show it; nil where there is none.
    package var word: String? { self == .ungraded ? nil : rawValue }
  }

  package var grade: Grade
  package var comment: String?
  /// One that leads to it; nil of a free run.
  package var schedule: Schedule?
}

/// How much of a scenario's schedules was run.
package struct ExplorationSummary: Hashable, Sendable {
  /// How many were run that differ.
  package var schedules: Int
  /// How many states of the program were come to, if states were searched and not schedules: then
  /// many schedules are not run that differ, and pass through the same states.
  package var states: Int?
  /// Whether they are just so many, and not more.
  package var isExact = true
  /// How many runs that took: of some it shows only while they run that they are not new.
  package var runs: Int
  /// Whether those are all that can differ.
  package var isComplete: Bool
}

extension OutcomeTable.Grade {
  fileprivate var summary: OutcomeSummary.Grade {
    switch self {
    case .graded(.acceptable, _, _): .acceptable
    case .graded(.interesting, _, _): .interesting
    case .graded(.forbidden, _, _): .forbidden
    case .unmatched: .unmatched
    case .ungraded: .ungraded
    case .failed: .failed
    case .expected: .expected
    }
  }
}

extension Directives.Grade {
  /// Forbidden beats interesting beats acceptable.
  fileprivate var rank: Int {
    switch self {
    case .acceptable: 0
    case .interesting: 1
    case .forbidden: 2
    }
  }
}
