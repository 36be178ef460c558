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
  /// What the other threads were doing, as far as the failure reports it.
  package var others: [ThreadSituation] = []
  /// How many further threads there were.
  package var othersLeftOut = 0
  /// Where a line is not what was expected: which field.
  package var difference: Expectation.Mismatch?
  /// Whether the error says that the run took longer than `--timeout`, or more than `--memory`.
  package var isOfLimits = false
  /// The threads whose failures this error reports. Where it is expected or caught, their failures are
  /// acknowledged.
  package var failedThreads: [String] = []

  /// The sentence for a mismatch.
  ///
  /// - Parameter command: what it is the result of, in quotes if it is a command.
  /// - Returns: the sentence, without a full stop.
  package static func mismatch(of command: String) -> String {
    "\(command) did not give what was expected"
  }

  /// The error, where it is one.
  var error: CommandError? { if case .error(let error) = kind { error } else { nil } }
}
