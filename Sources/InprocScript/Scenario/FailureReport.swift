/// Tells a reader what went wrong in a run, where, and how to see it again.
package struct FailureReport {
  let file: String
  let lines: [String]
  /// What to repeat the run with; nil for a run that can't be repeated.
  let schedule: Schedule?

  package init(file: String, lines: [String], schedule: Schedule?) {
    self.file = file
    self.lines = lines
    self.schedule = schedule
  }

  package func text(_ failure: Failure) -> String {
    var text: [String] = []
    let place = "\(failure.file):\(failure.range.line):\(failure.range.column)"
    switch failure.kind {
    case .error(let error):
      text.append("\(place): error: unexpected \(error.code.rawValue) in '\(failure.command)'")
      text += excerpt(failure.file, failure.range)
      text.append("  actual:   \(ResultLine.error(error).printed)")
    case .mismatch(let expected, let actual, let index):
      text.append("\(place): error: '\(failure.command)' did not give what is expected")
      text += excerpt(failure.file, failure.range)
      text += comparison(expected, actual, index)
    case .badExpectation(let expectation, let error):
      text.append(
        "\(failure.file):\(expectation.range.line):\(expectation.range.column): error: "
          + "this expectation can't be compared: \(error.text)")
      text += excerpt(failure.file, expectation.range)
    }
    text.append("  thread:   \(failure.thread)")
    text += others(failure.others)
    text += repetition
    return text.joined(separator: "\n")
  }

  package func text(deadlock threads: [ThreadSituation]) -> String {
    let first = threads.first { $0.line != nil } ?? threads.first
    let place =
      "\(first?.file ?? file):\(first?.line ?? max(lines.count, 1)):\(first?.column ?? 1)"
    var text = ["\(place): error: deadlock: every thread waits and none can go on"]
    text += threads.filter { $0.state == "blocked" || $0.state == "running" }
      .map { "  " + $0.description }
    text += repetition
    return text.joined(separator: "\n")
  }

  package func missingDeadlock() -> String {
    let line = (lines.firstIndex { $0.contains("@expect") } ?? 0) + 1
    return text("'@expect deadlock', but every thread ended", line: line, schedule)
  }

  /// The line of the source, and a mark under the command.
  private func excerpt(_ name: String, _ range: SourceRange) -> [String] {
    guard name == file, lines.indices.contains(range.line - 1) else { return [] }
    let marked = MarkedLine(lines[range.line - 1], column: range.column, length: range.length)
    return ["  \(marked.text)", "  \(marked.marks)"]
  }

  private func comparison(
    _ expected: [Expectation], _ actual: [ResultLine], _ index: Int
  ) -> [String] {
    var text: [String] = []
    for line in 0..<max(expected.count, actual.count) {
      let isDifferent = line == index
      text.append("  expected: \(line < expected.count ? expected[line].text : "(no line)")")
      text.append(
        "  actual:   \(line < actual.count ? actual[line].printed : "(no line)")"
          + (isDifferent ? "   <- differs" : ""))
    }
    return text
  }

  private func others(_ threads: [ThreadSituation]) -> [String] {
    threads.isEmpty ? [] : ["  others:"] + threads.map { "    " + $0.description }
  }

  /// A problem of the whole file, and the schedule that shows it, if one does.
  func text(_ problem: String, line: Int, _ schedule: Schedule?) -> String {
    (["\(file):\(line):1: error: \(problem)"] + repetition(schedule)).joined(separator: "\n")
  }

  private var repetition: [String] { repetition(schedule) }

  private func repetition(_ schedule: Schedule?) -> [String] {
    guard let schedule else { return [] }
    return [
      "  schedule: \(schedule)",
      "  to repeat it: inproc replay --schedule \(schedule) \(shellWord(file))",
    ]
  }

  private func shellWord(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "_@%+=:,./-".utf8.contains(byte)
      }
    }
    return plain
      ? text
      : "'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
