package import InprocExploration

/// Tells a reader what went wrong in a run, where, and how to see it again.
package struct FailureReport {
  let file: String
  let lines: [String]
  /// The number of the first of them.
  let firstLine: Int
  /// What to repeat the run with; nil for a run that can't be repeated.
  let schedule: Schedule?
  /// What the run depends on besides, as it is typed.
  let options: [String]

  /// - Parameters:
  ///   - file: the name to report.
  ///   - lines: those of the text that can be shown.
  ///   - firstLine: the number of the first of them.
  ///   - schedule: what to repeat the run with, if anything.
  ///   - options: what the run depends on besides, as it is typed.
  package init(
    file: String, lines: [String], firstLine: Int = 1, schedule: Schedule?, options: [String] = []
  ) {
    self.file = file
    self.firstLine = firstLine
    self.lines = lines
    self.schedule = schedule
    self.options = options
  }

  /// An error that nobody expected, or a result that is not what was expected.
  package func problem(_ failure: Failure) -> Problem {
    var problem = Problem(
      file: failure.file, line: failure.range.line, column: failure.range.column, message: "")
    problem.command = failure.command
    problem.thread = failure.thread
    problem.details = excerpt(failure.file, failure.range)
    switch failure.kind {
    case .error(let error):
      problem.error = error
      problem.message = "unexpected \(error.code.rawValue) in '\(failure.command)'"
      problem.actual = [ResultLine.error(error).printed]
      problem.details.append("  actual:   \(ResultLine.error(error).printed)")
    case .mismatch(let expected, let actual, let index):
      problem.message = Failure.mismatch(of: "'\(failure.command)'")
      problem.expected = expected.map(\.text)
      problem.actual = actual.map(\.printed)
      problem.details +=
        LineComparison(
          expected: expected, actual: actual, index: index, difference: failure.difference
        ).lines
    case .badExpectation(let expectation, let error):
      problem.message = "this expectation can't be compared: \(error.text)"
      problem.expected = [expectation.text]
      problem.line = expectation.range.line
      problem.column = expectation.range.column
      problem.details = excerpt(failure.file, expectation.range)
    }
    problem.details.append("  thread:   \(failure.thread)")
    if !failure.others.isEmpty {
      problem.details += ["  others:"] + failure.others.map { "    " + $0.description }
      if failure.othersLeftOut > 0 {
        problem.details.append("    and \(failure.othersLeftOut) more, which are not shown")
      }
    }
    if failure.isOfLimits {
      problem.isOfLimits = true
      return problem
    }
    return repeatable(problem, schedule)
  }

  /// What a deadlock is.
  package static let everyThreadWaits = "every thread waits and none can go on"
  static let deadlock = "deadlock: " + everyThreadWaits

  /// Every thread waits.
  package func problem(deadlock threads: [ThreadSituation]) -> Problem {
    let first = threads.first { $0.line != nil } ?? threads.first
    var problem = Problem(
      file: first?.file ?? file, line: first?.line ?? max(firstLine + lines.count - 1, 1),
      column: first?.column ?? 1,
      message: Self.deadlock)
    problem.details = threads.filter { $0.state.isBlocked || $0.state == .running }
      .map { "  " + $0.description }
    if let cycle = threads.cycle { problem.details.append("  in a circle: \(cycle)") }
    return repeatable(problem, schedule)
  }

  /// Threads go round in a circle that no schedule leads out of to the end of the run.
  func problem(livelockOf steps: [ThreadSituation]) -> Problem {
    let first = steps.first
    var problem = Problem(
      file: first?.file ?? file, line: first?.line ?? 1, column: first?.column ?? 1,
      message: "livelock: threads go round for ever, and no schedule leads to an end from there")
    problem.isEndless = true
    var seen: Set<ThreadSituation> = []
    problem.details =
      ["  one circle:"]
      + steps.filter { seen.insert($0).inserted }.map { step in
        let place = step.line.map { " at \(FileName.shown(step.file)):\($0)" } ?? ""
        return "    \(step.thread)\(place)" + (step.command.map { " in '\($0)'" } ?? "")
      }
    return repeatable(problem, schedule)
  }

  /// The file says, there, that it ends in a deadlock, and it did not.
  package func missingDeadlock(at range: SourceRange?) -> Problem {
    problem("the file expects a deadlock, and there was none", at: range, schedule)
  }

  /// A problem with what a directive says, or of the whole file, and the schedule that shows it, if
  /// one does.
  func problem(_ message: String, at range: SourceRange?, _ schedule: Schedule?) -> Problem {
    var problem = Problem(
      file: file, line: range?.line ?? 1, column: range?.column ?? 1, message: message)
    if let range { problem.details = excerpt(file, range) }
    return repeatable(problem, schedule)
  }

  /// The line of the source, and a mark under the command.
  private func excerpt(_ name: String, _ range: SourceRange) -> [String] {
    guard FileName.areSame(name, file), lines.indices.contains(range.line - firstLine) else {
      return []
    }
    let marked = MarkedLine(
      lines[range.line - firstLine], column: range.column, length: range.length)
    return ["  \(marked.text)", "  \(marked.marks)"]
  }

  private func repeatable(_ problem: Problem, _ schedule: Schedule?) -> Problem {
    var problem = problem
    problem.schedule = schedule
    if let schedule {
      let repetition = Repetition(schedule, file: file, options: options)
      problem.repetition = repetition.line
      problem.showsSchedule = !repetition.isLong
    }
    return problem
  }
}
