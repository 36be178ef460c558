internal import Inproc

/// Collects the results of the commands of one file, over all their iterations and over all runs, in
/// place of comparing them with what is expected.
package final class ResultLedger: SessionObserver {
  /// The results of one command, or of several whose lines are expected together.
  struct Entry {
    /// The command, or the commands of a line.
    var statements: [Statement]
    var expectations: [Expectation]
    /// The distinct results, in the order in which they first came.
    var results: [[ResultLine]] = []
    /// For each expectation, whether it was met every time.
    var held: [Bool]
    /// Whether there were more lines than are kept.
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
  /// The most distinct results of one command that are kept: two show already that they differ.
  private static let keptResults = 4

  /// - Parameter file: the file whose results are collected; those of files that it sources are
  ///   compared.
  package init(file: String) { self.file = file }

  package var takenFile: String? { file }

  /// The commands that have run, in the order of the text.
  var all: [Entry] {
    entries.withLock { Array($0.values) }
      .sorted {
        let (left, right) = ($0.statements[0].range, $1.statements[0].range)
        return (left.line, left.column) < (right.line, right.column)
      }
  }

  /// Collects the lines of a command. Returns false for lines that are still to be compared: those of
  /// another file, and an error that is to end a thread or a group, or to be caught.
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

  /// Collects the lines of a group. Returns false for lines that are still to be compared.
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

  /// Whether the thread is in a group, whose lines are collected together.
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
