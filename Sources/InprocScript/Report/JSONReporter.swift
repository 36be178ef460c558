/// A report as one JSON document. `docs/use/reports.md` describes its members. A change other than a new
/// member increases `version`.
package struct JSONReporter: Reporter {
  package static let version = 2
  private var scenarios: [JSON] = []

  package init() {}

  package func begin() -> String { "" }

  package mutating func add(_ result: ScenarioResult) -> String {
    var members: [(String, JSON)] = [
      ("file", .string(result.shownFile)), ("title", .optional(result.title)),
    ]
    switch result.verdict {
    case .passed: members += [("result", .string("passed")), ("failure", .null)]
    case .incomplete: members += [("result", .string("incomplete")), ("failure", .null)]
    case .failed(let problem):
      members += [("result", .string("failed")), ("failure", JSONReporter.failure(problem))]
    case .error(let text):
      members += [("result", .string("error")), ("failure", .object([("report", .string(text))]))]
    }
    var reason = JSON.null
    if case .incomplete(let why) = result.verdict { reason = .string(why) }
    let exploration = result.exploration.map { exploration in
      JSON.object([
        ("schedules", .number(exploration.schedules)),
        ("exact", .bool(exploration.isExact)),
        ("states", exploration.states.map { .number($0) } ?? .null),
        ("runs", .number(exploration.runs)), ("complete", .bool(exploration.isComplete)),
      ])
    }
    members += [
      ("incomplete", reason),
      ("exploration", exploration ?? .null),
      ("outcomes", .array(result.outcomes.map(JSONReporter.outcome))),
      ("notes", .strings(result.notes)),
    ]
    scenarios.append(.object(members))
    return ""
  }

  package func end(_ tally: Tally) -> String {
    var members: [(String, JSON)] = [
      ("version", .number(JSONReporter.version)),
      ("passed", .number(tally.passed)), ("failed", .number(tally.failed)),
      ("incomplete", .number(tally.incomplete)), ("errors", .number(tally.errors)),
    ]
    if tally.notRun > 0 { members.append(("notRun", .number(tally.notRun))) }
    return JSON.object(members + [("scenarios", .array(scenarios))]).text + "\n"
  }

  private static func failure(_ problem: Problem) -> JSON {
    .object([
      ("file", .string(problem.file)), ("line", .number(problem.line)),
      ("column", .number(problem.column)), ("message", .string(problem.message)),
      ("command", .optional(problem.command)), ("thread", .optional(problem.thread)),
      ("expected", .strings(problem.expected)), ("actual", .strings(problem.actual)),
      ("schedule", .optional(problem.schedule.map { "\($0)" })),
      ("repeat", .optional(problem.repetition)), ("report", .string(problem.text)),
    ])
  }

  private static func outcome(_ outcome: OutcomeSummary) -> JSON {
    .object([
      ("outcome", .string(outcome.outcome)), ("schedules", .number(outcome.schedules)),
      ("grade", outcome.grade.word.map { .string($0) } ?? .null),
      ("comment", .optional(outcome.comment)),
      ("schedule", .optional(outcome.schedule.map { "\($0)" })),
    ])
  }
}
