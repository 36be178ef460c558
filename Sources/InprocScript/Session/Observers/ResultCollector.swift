internal import Inproc

/// Keeps what each thread receives, and its errors: the outcome of a run that observes nothing.
final class ResultCollector: SessionObserver {
  func stepEnded(_ statement: Statement, _ thread: SessionThread, _ lines: [ResultLine]) {
    for line in lines where statement.isReceive || line.isError {
      thread.results.append(line.printed)
    }
  }
}
