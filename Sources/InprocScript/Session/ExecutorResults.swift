internal import Inproc

// Results of commands are printed, and compared with what the text expects.

extension Executor {
  /// Prints what a command gave and compares it with what the text expects.
  func conclude(
    _ statement: Statement, _ outcome: Result<CommandOutput, CommandError>
  ) throws(Stop) {
    let lines: [ResultLine]
    var failedThreads: [String] = []
    switch outcome {
    case .success(let output):
      lines = output.lines
    case .failure(let error):
      // A wait that ends because the run ends is not an error of the text.
      try checkEnd(statement)
      if error.code == .limit { try endIfLimitIsPassed(statement) }
      lines = [.error(error)]
      failedThreads = error.failedThreads
    }
    session.observer?.stepEnded(statement, thread, lines)
    printLines(lines)
    try compare(statement, lines, outcome, failedThreads)
    try checkGroups()
  }

  func compare(
    _ statement: Statement, _ lines: [ResultLine],
    _ outcome: Result<CommandOutput, CommandError>, _ failedThreads: [String]
  ) throws(Stop) {
    if let observer = session.observer, observer.take(lines, of: statement, from: thread) {
      return session.acknowledge(failedThreads)
    }
    guard statement.isExpectedAlone, !statement.expectations.isEmpty else {
      if case .failure(let error) = outcome {
        throw .failure(failure(statement, .error(error), failedThreads: failedThreads))
      }
      return
    }
    if let difference = difference(of: lines, from: statement.expectations) {
      try endRun(statement, difference, statement.expectations, lines)
    }
    session.acknowledge(failedThreads)
  }

  /// The place where lines differ from those that are expected.
  struct Difference {
    /// The first line that differs, from 0.
    var line: Int
    /// The field of that line that differs.
    var mismatch: Expectation.Mismatch?
    /// Why the expectation can't be evaluated, if it can't.
    var error: CommandError?
  }

  /// The first line that is not what is expected; nil where all are, no more and no fewer.
  func difference(
    of lines: [ResultLine], from expectations: [Expectation]
  ) -> Difference? {
    let lookup = thread.lookup
    for index in 0..<max(lines.count, expectations.count) {
      guard index < lines.count, index < expectations.count else { return Difference(line: index) }
      let mismatch = attempt { () throws(CommandError) in
        try expectations[index].mismatch(with: lines[index], variables: lookup)
      }
      switch mismatch {
      case .success(nil): continue
      case .success(let mismatch): return Difference(line: index, mismatch: mismatch)
      case .failure(let error): return Difference(line: index, error: error)
      }
    }
    return nil
  }

  /// Ends the run with a mismatch, or at the prompt the line. No `try` catches it.
  func endRun(
    _ statement: Statement, _ difference: Difference, _ expected: [Expectation],
    _ actual: [ResultLine]
  ) throws(Stop) {
    if difference.error?.code == .limit { try endIfLimitIsPassed(statement) }
    let kind: Failure.Kind =
      difference.error.map { .badExpectation(expected[difference.line], $0) }
      ?? .mismatch(expected: expected, actual: actual, line: difference.line)
    var failure = failure(statement, kind)
    failure.difference = difference.mismatch
    if session.options.endsRunOnFailure {
      session.endRun(with: failure)
      throw .runEnded
    }
    throw .failure(failure)
  }

  private func printLines(_ lines: [ResultLine]) {
    if lines.count >= Self.manyLines || session.observer?.keepsResults == true {
      noteMemory(of: lines)
    }
    for level in thread.groups.indices { thread.groups[level].add(lines) }
    for line in lines { session.output.line(line, thread: thread.isMain ? nil : thread.name) }
  }

  /// Counts the memory of lines: each group that the thread is inside of keeps them, and a recorder
  /// keeps them as text. The memory of a few lines is noticed soon enough when steps are counted.
  private func noteMemory(of lines: [ResultLine]) {
    let fields = lines.reduce(0) { $0 + $1.fieldCount }
    session.options.limits?.note(
      lines.count * (thread.groups.count + 1) * MemoryLayout<ResultLine>.stride
        + fields * Self.printedField)
  }

  private static let manyLines = 8

  /// About the most bytes that a field takes as text.
  private static let printedField = 300
}

extension ResultLine {
  fileprivate var fieldCount: Int {
    if case .fields(let fields) = self { fields.count } else { 1 }
  }
}
