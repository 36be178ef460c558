import Inproc

/// A report in TAP version 14 (testanything.org): a test point for each scenario, with YAML that
/// describes a failure.
package struct TAPReporter: Reporter {
  private var count = 0

  package init() {}

  package func begin() -> String { "TAP version 14\n" }

  package mutating func add(_ result: ScenarioResult) -> String {
    count += 1
    let name = TAPReporter.escaped(result.shownFile + (result.title.map { ": \($0)" } ?? ""))
    var text: String
    switch result.verdict {
    case .passed: text = "ok \(count) - \(name)\n"
    case .incomplete(let why):
      // An incomplete scenario has not passed. A reader of TAP tells a "todo" from a failure.
      let reason = TAPReporter.escaped(why)
      text = "not ok \(count) - \(name) # TODO incomplete: \(reason)\n"
    case .failed(let problem):
      text = "not ok \(count) - \(name)\n" + diagnostic(problem)
    case .error(let report):
      text =
        "not ok \(count) - \(name)\n"
        + yaml([("severity", ["error"], false), ("report", TAPReporter.lines(report), true)])
    }
    for note in result.notes { text += "# \(note.escapingForExchange)\n" }
    return text
  }

  package func end(_ tally: Tally) -> String { "1..\(count)\n# \(tally.summary)\n" }

  private func diagnostic(_ problem: Problem) -> String {
    var fields: [(String, [String], Bool)] = [
      ("message", [problem.message], false), ("severity", ["fail"], false),
      ("file", [problem.file], false), ("line", ["\(problem.line)"], false),
      ("column", ["\(problem.column)"], false),
    ]
    if let command = problem.command { fields.append(("command", [command], false)) }
    if let thread = problem.thread { fields.append(("thread", [thread], false)) }
    if !problem.expected.isEmpty { fields.append(("expected", problem.expected, true)) }
    if !problem.actual.isEmpty { fields.append(("actual", problem.actual, true)) }
    if let schedule = problem.schedule { fields.append(("schedule", ["\(schedule)"], false)) }
    if let repetition = problem.repetition { fields.append(("repeat", [repetition], false)) }
    fields.append(("report", TAPReporter.lines(problem.text), true))
    return yaml(fields)
  }

  private func yaml(_ fields: [(name: String, values: [String], isBlock: Bool)]) -> String {
    var text = "  ---\n"
    for (name, values, isBlock) in fields {
      if isBlock {
        // A block of lines instead of a list: some readers take a colon in a list's item for a key.
        text += "  \(name): |\n"
        for value in values where value != "" { text += "    \(value.escapingForExchange)\n" }
      } else {
        text += "  \(name): \(TAPReporter.quoted(values.first ?? ""))\n"
      }
    }
    return text + "  ...\n"
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// A quoted string of YAML on one line.
  private static func quoted(_ text: String) -> String {
    "\""
      + text.escapingForExchange
      .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  /// A description in which `#` is escaped, since it would begin a directive.
  private static func escaped(_ text: String) -> String {
    text.escapingForExchange.replacing("\\", with: "\\\\").replacing("#", with: "\\#")
  }
}
