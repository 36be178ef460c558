internal import Inproc

/// Takes down what the commands of one file give, over all their iterations and over all runs, in
/// place of comparing it with what is expected.
package final class ResultLedger: SessionObserver {
  /// What one command of the text has given, or several of which lines are expected together.
  struct Entry {
    /// The command, or those of a line.
    var statements: [Statement]
    var expectations: [Expectation]
    /// Each distinct list of lines, in the order in which they first came.
    var results: [[ResultLine]] = []
    /// For each expectation, whether it held each time.
    var held: [Bool]
    /// There were more lines than are kept.
    var isCut = false

    init(_ statements: [Statement], _ expectations: [Expectation]) {
      self.statements = statements
      self.expectations = expectations
      held = expectations.map { _ in true }
    }
  }

  private struct Key: Hashable {
    var range: SourceRange
    var isGroup: Bool
  }

  private let file: String
  private let entries = Guarded<[Key: Entry]>([:])
  /// More distinct results of one command are not kept: two are enough to say that they differ.
  private static let keptResults = 4

  /// - Parameter file: the file whose commands are of interest; those it sources are compared.
  package init(file: String) { self.file = file }

  package var takenFile: String? { file }

  /// Those that were run, in the order of the text.
  var all: [Entry] {
    entries.withLock { Array($0.values) }
      .sorted {
        let (left, right) = ($0.statements[0].range, $1.statements[0].range)
        return (left.line, left.column) < (right.line, right.column)
      }
  }

  /// Takes the lines of a command down. Returns false for those that are still to be compared: of
  /// another file, and an error that is to end a thread, to be caught, or to end a group.
  package func take(
    _ lines: [ResultLine], of statement: Statement, from thread: SessionThread
  ) -> Bool {
    guard thread.file == file else { return false }
    let expectations = statement.isExpectedAlone ? statement.expectations : []
    if expectations.isEmpty {
      let isCovered = ResultLedger.isCovered(thread)
      if lines.contains(where: \.isError) {
        guard !isCovered, ResultLedger.endsRun(thread), statement.blocks.isEmpty else {
          return false
        }
      }
      if isCovered { return true }
    }
    let key = Key(range: statement.range, isGroup: false)
    note(lines, of: key, Entry([statement], expectations), from: thread)
    return true
  }

  /// Takes the lines of a group down. Returns false for those that are still to be compared.
  package func take(_ group: LineGroup, hasFailed: Bool, from thread: SessionThread) -> Bool {
    guard thread.file == file, let last = group.members.last else { return false }
    let expectations = group.expectations
    if expectations.isEmpty {
      let isCovered = ResultLedger.isCovered(thread)
      if hasFailed, isCovered || !ResultLedger.endsRun(thread) { return false }
      if isCovered { return true }
    }
    let lookup = thread.lookup
    let shown = group.shown.map(\.line)
    let isAsShown =
      shown.count == expectations.count
      && zip(expectations, shown).allSatisfy {
        (try? $0.matches($1, variables: lookup)) == true
      }
    let lines = isAsShown ? group.shown : group.compared(with: expectations, hasFailed: hasFailed)
    note(
      lines.map(\.line), of: Key(range: last.range, isGroup: true),
      Entry(Array(group.members), expectations), from: thread, isCut: group.isCut)
    return true
  }

  /// What it gives is part of a group, which is taken down as a whole.
  private static func isCovered(_ thread: SessionThread) -> Bool {
    thread.groups.contains { $0.purpose != .noted }
  }

  private static func endsRun(_ thread: SessionThread) -> Bool {
    thread.isMain && thread.tryDepth == 0
  }

  private func note(
    _ lines: [ResultLine], of key: Key, _ new: Entry, from thread: SessionThread,
    isCut: Bool = false
  ) {
    let lookup = thread.lookup
    entries.withLock { entries in
      var entry = entries[key] ?? new
      for (index, expectation) in entry.expectations.enumerated() where entry.held[index] {
        entry.held[index] =
          index < lines.count
          && (try? expectation.matches(lines[index], variables: lookup)) == true
      }
      if !entry.results.contains(lines), entry.results.count < ResultLedger.keptResults {
        entry.results.append(lines)
      }
      entry.isCut = entry.isCut || isCut
      entries[key] = entry
    }
  }
}
