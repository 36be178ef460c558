package import InprocExploration
internal import InprocText

/// Writes what a scenario's commands give into its text, as what is expected.
///
/// Expectations that hold stay as they are, patterns and all. One that does not is replaced by what
/// came. A command without expectations that gives more than its own name back, or whose error would
/// end the run, gets them. Nothing else of the text changes.
package struct Blessing {
  package enum Ending: Sendable {
    /// What is expected is what comes.
    case unchanged(ScenarioResult)
    case changed([UInt8], [Change])
    /// Where results differ between iterations or schedules, and why else there is no blessing.
    case refused([String])
    /// It fails for a reason that no expectation can change.
    case failed(ScenarioResult)
  }

  /// A line of the text that is another one now.
  package struct Change: Hashable, Sendable {
    /// In the text as it was.
    package var line: Int
    package var old: String?
    package var new: String?
  }

  let options: ScenarioRunner.Options
  let pool: ThreadPool

  /// - Parameters:
  ///   - options: how it is to be run.
  ///   - pool: where the threads of its runs come from.
  package init(_ options: ScenarioRunner.Options, pool: ThreadPool) {
    self.options = options
    self.pool = pool
  }

  /// An error that is expected from now on lets the run go on: what follows is known in a next
  /// round.
  private static let maximumRounds = 8

  /// Blesses a text that parses.
  package func bless(
    _ bytes: [UInt8], file: String, commands: CommandTable = .standard
  ) throws(SyntaxError) -> Ending {
    var text = bytes
    var changes: [Change] = []
    for _ in 0..<Blessing.maximumRounds {
      let script = try Parser.parse(text, commands: commands)
      let ledger = ResultLedger(file: file)
      var collecting = options
      collecting.ledger = ledger
      let result = ScenarioRunner(collecting, pool: pool).run(script, file: file)
      if case .incomplete(let why) = result.verdict {
        return .refused(["\(file): what is expected must hold in all runs, but \(why)"])
      }
      guard case .passed = result.verdict else { return .failed(result) }
      var round = BlessingRound(text, file: file)
      for entry in ledger.all { round.take(entry) }
      if !round.refusals.isEmpty { return .refused(round.refusals) }
      if round.changes.isEmpty {
        let plain = ScenarioRunner(options, pool: pool).run(script, file: file)
        guard case .passed = plain.verdict else { return .failed(plain) }
        return changes.isEmpty ? .unchanged(plain) : .changed(text, changes)
      }
      changes += round.changes
      text = round.edits.bytes
    }
    return .refused(["\(FileName.shown(file)): it gives something else each time it is blessed"])
  }
}

/// What is to be changed after one look at what the commands give.
private struct BlessingRound {
  private let file: String
  var edits: SourceEdits
  var changes: [Blessing.Change] = []
  var refusals: [String] = []

  init(_ bytes: [UInt8], file: String) {
    self.file = file
    edits = SourceEdits(bytes)
  }

  mutating func take(_ entry: ResultLedger.Entry) {
    let expectations = entry.expectations
    guard let lines = entry.results.first, let last = entry.statements.last else { return }
    if expectations.isEmpty {
      let isWorth = entry.statements.contains { $0.isWorthExpecting(lines) }
      if entry.results.count == 1, isWorth, !entry.isCut {
        insert(lines[...], after: last.end ?? last.range)
      }
      return
    }
    if entry.isCut { return refuse(entry) }
    let counts = Set(entry.results.map(\.count))
    if entry.held.allSatisfy({ $0 }), counts == [expectations.count] { return }
    guard counts.count == 1 else { return refuse(entry) }
    for (index, expectation) in expectations.enumerated() where !entry.held[index] {
      guard index < lines.count else { continue }
      guard Set(entry.results.map { $0[index].blessed }).count == 1 else { return refuse(entry) }
      replace(expectation, with: lines[index])
    }
    if lines.count > expectations.count, let last = expectations.last {
      insert(lines[expectations.count...], after: last.range)
    }
    for expectation in expectations.dropFirst(lines.count) { remove(expectation) }
  }

  private mutating func refuse(_ entry: ResultLedger.Entry) {
    let given = entry.results.map { lines in
      lines.isEmpty ? "nothing" : "'\(lines.map(\.blessed).joined(separator: "; "))'"
    }
    let text = entry.statements.map(\.text).joined(separator: "; ")
    refusals.append(
      "\(place(entry.statements[0].range)): '\(text)' gives "
        + (entry.isCut
          ? "over \(LineGroup.maximumKept) lines; expect less at once"
          : given.joined(separator: " or ") + "; write alternatives with '|', or a pattern"))
  }

  private func place(_ range: SourceRange) -> String {
    "\(FileName.shown(file)):\(range.line):\(range.column)"
  }

  private mutating func replace(_ expectation: Expectation, with line: ResultLine) {
    edits.replace(expectation.range, with: line.blessed)
    changes.append(
      Blessing.Change(
        line: expectation.range.line, old: expectation.text, new: line.blessed))
  }

  /// A line that holds only the expectation goes; of one with a comment the comment stays.
  private mutating func remove(_ expectation: Expectation) {
    let range = expectation.range
    let line = edits.line(range.line)
    let before = line.prefix(range.column - 1)
    let after = line.dropFirst(range.column - 1 + range.length).filter { !$0.isBlank }
    guard before.allSatisfy(\.isBlank), after.isEmpty || after.first == "#" else {
      refusals.append(
        "\(place(range)): nothing comes for '\(expectation.text)'; "
          + "put it on a line of its own, or take it out")
      return
    }
    if after.isEmpty { edits.delete(line: range.line) } else { edits.replace(range, with: "") }
    changes.append(Blessing.Change(line: range.line, old: expectation.text, new: nil))
  }

  /// On lines of their own; where more follows in the line, as in `repeat 2 { recv a }`, within it.
  private mutating func insert(_ lines: ArraySlice<ResultLine>, after range: SourceRange) {
    let line = edits.line(range.line)
    let after = line.dropFirst(range.column - 1 + range.length).first { !$0.isBlank }
    let endsLine = after == nil || after == "#"
    let indentation = String(String.UnicodeScalarView(line.prefix(while: \.isBlank)))
    for result in lines {
      if endsLine {
        edits.insert(indentation + result.blessed, afterLine: range.line)
      } else {
        edits.insert("; " + result.blessed, behind: range)
      }
      changes.append(Blessing.Change(line: range.line, old: nil, new: result.blessed))
    }
  }
}

extension ResultLine {
  /// As an expectation: of an error the code alone, its text is not compared.
  fileprivate var blessed: String {
    if case .error(let error) = self { return "=! \(error.code.rawValue)" }
    return printed
  }
}

extension Statement {
  /// Whether what it gives tells more than the name it was given.
  fileprivate func isWorthExpecting(_ lines: [ResultLine]) -> Bool {
    if lines.contains(where: \.isError) { return true }
    switch held.traits.results {
    case .own, .received: return !lines.isEmpty
    case .ofItsBlock:
      return blocks.contains { $0.statements.contains { $0.isWorthExpecting(lines) } }
    case .none, .name: return false
    }
  }
}
