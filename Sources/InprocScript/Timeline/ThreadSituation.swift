/// What a thread was doing when a run ended with a failure or a deadlock.
package struct ThreadSituation: Hashable, Sendable {
  package var thread: String
  package var state: ThreadState
  package var file: String
  package var line: Int?
  package var column: Int?
  package var command: String?
  /// Which threads could end its wait; nil where it does not wait, or the run was not recorded.
  package var wait: WaitDescription?

  /// A sentence for a report.
  package var description: String {
    let enders = wait.map { "; \($0.text)" } ?? ""
    let shownFile = FileName.shown(file)
    switch (state, command, line) {
    case (.blocked(let reason), let command?, let line?):
      return "\(thread) is blocked at \(shownFile):\(line) in '\(command)': waits for "
        + reason.inWords + enders
    case (.blocked, _, _):
      return "\(thread) is blocked at the end of \(shownFile): waits for all threads to end"
        + enders
    case (.running, let command?, let line?):
      return "\(thread) can run; it was last at \(shownFile):\(line) in '\(command)'"
    default: return "\(thread) is \(state.word)"
    }
  }
}
