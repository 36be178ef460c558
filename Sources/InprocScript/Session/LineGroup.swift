internal import Inproc

/// Collects the lines that a block, a sourced file, or several commands of one line give in one
/// thread, for expectations that speak of all of them.
package struct LineGroup {
  /// A line, and the command of the group that gave it, or whose block holds the command that gave
  /// it.
  struct Line: Hashable {
    var line: ResultLine
    var member: Int
  }

  /// What the lines are collected for.
  enum Purpose {
    /// The lines are compared with the expectations.
    case compared
    /// The lines become the expectations, for `--bless`.
    case takenDown
    /// The lines are compared with expectations that come later.
    case deferred
    /// The lines are recorded, which changes nothing of the run.
    case noted
  }

  /// The commands of the group: one that holds others, or those of a line.
  let members: ArraySlice<Statement>
  let purpose: Purpose
  /// Which of `members` runs, as an index.
  var current: Int
  /// The results, without the errors that did not leave the group. One more than expected at most.
  private(set) var results: [Line] = []
  /// All lines as a prompt prints them: the errors that were caught or expected inside, too.
  private(set) var shown: [Line] = []
  /// How many lines were given, be they kept or not.
  private(set) var count = 0
  /// The error that came last, if nothing came after it.
  private var lastError: CommandError?

  /// The most lines that are kept of a group that is not compared.
  static let maximumKept = 10_000

  init(_ members: ArraySlice<Statement>, _ purpose: Purpose) {
    self.members = members
    self.purpose = purpose
    current = members.startIndex
  }

  var expectations: [Expectation] { members.last?.expectations ?? [] }

  /// Which command the expectations of the group follow.
  var last: Int { members.endIndex - 1 }

  /// Whether more lines came than are expected.
  var isExceeded: Bool { purpose == .compared && results.count > expectations.count }

  /// Whether some lines were not kept.
  var isCut: Bool { count > shown.count }

  mutating func add(_ lines: [ResultLine]) {
    for line in lines {
      let kept = purpose == .compared ? expectations.count + 1 : LineGroup.maximumKept
      count += 1
      if shown.count < kept { shown.append(Line(line: line, member: current)) }
      if case .error(let error) = line {
        lastError = error
      } else {
        lastError = nil
        if results.count < kept { results.append(Line(line: line, member: current)) }
      }
    }
  }

  /// Ends the group with an error that leaves it, and that may have been printed already.
  mutating func end(with error: CommandError) {
    results.append(Line(line: .error(error), member: current))
    if lastError != error { shown.append(Line(line: .error(error), member: current)) }
  }

  /// The list that the expectations speak of: all lines that a prompt shows, if they expect errors
  /// none of which has left the group; else the results.
  func compared(with expectations: [Expectation], hasFailed: Bool) -> [Line] {
    let errors = expectations.count { $0.isOfError }
    return errors > (hasFailed ? 1 : 0) ? shown : results
  }
}

extension Expectation {
  fileprivate var isOfError: Bool {
    alternatives.allSatisfy { if case .error = $0 { true } else { false } }
  }
}
