/// An error or a mismatch, and where it happened.
package struct Failure: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// An error that was neither expected nor caught.
    case error(CommandError)
    /// The lines that came are not those expected. The index is that of the first line that differs.
    case mismatch(expected: [Expectation], actual: [ResultLine], line: Int)
    /// An expectation that could not be evaluated.
    case badExpectation(Expectation, CommandError)
  }
  package var kind: Kind
  package var thread: String
  package var file: String
  package var range: SourceRange
  package var command: String
  /// What the other threads were doing, as far as it is told.
  package var others: [ThreadSituation] = []
  /// How many further threads there were.
  package var othersLeftOut = 0
  /// Where a line is not what was expected: which field.
  package var difference: Expectation.Mismatch?
  /// It tells that the run took longer than `--timeout`, or more than `--memory`.
  package var isOfLimits = false
  /// Threads whose failure this error tells of: forgiven where it is expected or caught.
  package var failedThreads: [String] = []

  /// The error, where it is one.
  var error: CommandError? { if case .error(let error) = kind { error } else { nil } }
}
