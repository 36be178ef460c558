internal import Inproc

/// Takes down what the commands of one file give, over all their iterations and over all runs, in
/// place of comparing it with what is expected.
package final class ResultLedger: Sendable {
  /// What one command of the text has given.
  struct Entry {
    var statement: Statement
    /// Each distinct list of lines, in the order in which they first came.
    var results: [[ResultLine]] = []
    /// For each expectation, whether it held each time.
    var held: [Bool]
  }

  private let file: String
  private let entries = Guarded<[SourceRange: Entry]>([:])
  /// More distinct results of one command are not kept: two are enough to say that they differ.
  private static let keptResults = 4

  /// - Parameter file: the file whose commands are of interest; those it sources are compared.
  package init(file: String) { self.file = file }

  /// Those that were run, in the order of the text.
  var all: [Entry] {
    entries.withLock { $0.values }
      .sorted {
        ($0.statement.range.line, $0.statement.range.column)
          < ($1.statement.range.line, $1.statement.range.column)
      }
  }

  /// Takes the lines of a command down. Returns false for those that are still to be compared: of
  /// another file, and an error that is to end a thread or to be caught.
  func take(_ statement: Statement, _ lines: [ResultLine], from thread: SessionThread) -> Bool {
    guard thread.file == file else { return false }
    if statement.expectations.isEmpty, lines.contains(where: \.isError) {
      guard thread.isMain, thread.tryDepth == 0, statement.blocks.isEmpty else { return false }
    }
    let lookup = ThreadVariables(variables: thread.variables)
    entries.withLock { entries in
      var entry =
        entries[statement.range]
        ?? Entry(
          statement: statement, held: statement.expectations.map { _ in true })
      for (index, expectation) in statement.expectations.enumerated() where entry.held[index] {
        entry.held[index] =
          index < lines.count
          && (try? expectation.matches(lines[index], variables: lookup)) == true
      }
      if !entry.results.contains(lines), entry.results.count < ResultLedger.keptResults {
        entry.results.append(lines)
      }
      entries[statement.range] = entry
    }
    return true
  }
}
