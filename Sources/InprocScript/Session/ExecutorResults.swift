internal import Inproc

// What a command gave: printed, and compared with what the text expects.

extension Executor {
  /// Prints what a command gave and compares it with what the text expects.
  func conclude(
    _ statement: Statement, _ outcome: Result<Commands.Output, CommandError>
  ) throws(Stop) {
    let lines: [ResultLine]
    var failedThreads: [String] = []
    switch outcome {
    case .success(let output):
      lines = output.lines
    case .failure(let error):
      // A wait that the end of the run has ended is no error of the text.
      try checkEnd(statement)
      lines = [.error(error)]
      failedThreads = error.failedThreads
    }
    session.options.recorder?.stepEnded(statement, thread, lines)
    printLines(lines, of: statement)
    try compare(statement, lines, outcome, failedThreads)
  }

  func compare(
    _ statement: Statement, _ lines: [ResultLine],
    _ outcome: Result<Commands.Output, CommandError>, _ failedThreads: [String]
  ) throws(Stop) {
    session.options.journal?.note(statement, lines, thread)
    if let ledger = session.options.ledger, ledger.take(statement, lines, from: thread) {
      return session.forgive(failedThreads)
    }
    guard !statement.expectations.isEmpty else {
      if case .failure(let error) = outcome {
        throw .failure(failure(statement, .error(error), failedThreads: failedThreads))
      }
      return
    }
    let lookup = ThreadVariables(variables: thread.variables)
    for index in 0..<max(lines.count, statement.expectations.count) {
      guard index < lines.count, index < statement.expectations.count else {
        return try endRun(
          statement, .mismatch(expected: statement.expectations, actual: lines, line: index))
      }
      let expectation = statement.expectations[index]
      let mismatch = attempt { () throws(CommandError) in
        try expectation.mismatch(with: lines[index], variables: lookup)
      }
      switch mismatch {
      case .success(nil): continue
      case .success(let difference):
        try endRun(
          statement, .mismatch(expected: statement.expectations, actual: lines, line: index),
          difference)
      case .failure(let error):
        try endRun(statement, .badExpectation(expectation, error))
      }
    }
    session.forgive(failedThreads)
  }

  /// A mismatch is nobody's to catch: it ends the run, or at the prompt the line.
  private func endRun(
    _ statement: Statement, _ kind: Failure.Kind, _ difference: Expectation.Mismatch? = nil
  ) throws(Stop) {
    var failure = failure(statement, kind)
    failure.difference = difference
    if session.options.endsRunOnFailure {
      session.endRun(with: failure)
      throw .runEnded
    }
    throw .failure(failure)
  }

  private func printLines(_ lines: [ResultLine], of statement: Statement) {
    if session.options.recordsResults {
      for line in lines where statement.isReceive || line.isError {
        thread.results.append(line.printed)
      }
    }
    if !thread.sourcedLines.isEmpty {
      let results = lines.filter { if case .error = $0 { false } else { true } }
      for level in thread.sourcedLines.indices {
        thread.sourcedLines[level].append(contentsOf: results)
      }
    }
    for line in lines { session.output.line(line, thread: thread.isMain ? nil : thread.name) }
  }
}
