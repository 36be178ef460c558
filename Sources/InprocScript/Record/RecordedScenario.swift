internal import Inproc

/// A session as the text of a scenario.
///
/// Statements are written from the syntax tree, each on a line of its own, so that expectations can
/// stand below statements inside of blocks. What a replay can't repeat becomes a comment.
struct RecordedScenario {
  typealias Key = SessionJournal.Key
  let entries: [SessionJournal.Entry]
  let results: [Key: SessionJournal.Results]
  /// The statements that did not run, because a command before them ended their line.
  let skipped: Set<Key>
  /// The first entry that belongs to the scenario.
  let first: Int
  /// The threads that have failed and were not joined.
  let failedThreads: [String]
  /// Whether threads go on at the end of the session, so that the scenario ends with `quit`.
  var endsWithQuit: Bool

  /// The statements whose results a replay does not give.
  var unstated: Set<Key> = []
  /// The top-level statements that can't be replayed, each with the reason.
  var dropped: [Key: String] = [:]

  private(set) var lines: [String] = []
  /// For each line the statement that it shows, and the top-level statement around that.
  private(set) var owners: [(own: Key, top: Key)?] = []

  var text: String { lines.joined(separator: "\n") + "\n" }
  /// The comments of the entry that is being written.
  private(set) var comments = RecordedComments([], [])
  /// The number of commands written so far.
  private(set) var written = 0

  static let heading = "# Recorded at the prompt of inproc."

  mutating func write() {
    (lines, owners, written) = ([], [], 0)
    add(RecordedScenario.heading)
    for (number, entry) in entries.enumerated() where number >= first { write(entry, number) }
    if !failedThreads.isEmpty || endsWithQuit { add("sleep 1ms") }
    for name in failedThreads {
      add("join \(name)")
      add("=! thread-failed")
    }
    if endsWithQuit { add("quit  # threads go on here") }
  }

  /// The text of each entry from a given one on, as far as its results are known: for a file that is
  /// written while the session goes on.
  mutating func texts(from entry: Int) -> [String] {
    (max(entry, first)..<max(entry, first, entries.count)).map { number in
      (lines, owners, written) = ([], [], 0)
      write(entries[number], number)
      return lines.map { $0 + "\n" }.joined()
    }
  }

  private mutating func add(_ line: String, _ owner: (own: Key, top: Key)? = nil) {
    lines.append(line)
    owners.append(owner)
  }

  /// Writes the comments that stand above a line.
  private mutating func addComments(before line: Int, _ margin: String) {
    for comment in comments.before(line) { add(margin + comment) }
  }

  // MARK: Entries

  private mutating func write(_ entry: SessionJournal.Entry, _ number: Int) {
    comments = RecordedComments(entry.commentedLines, entry.statements)
    defer { addComments(before: .max, "") }
    if let pause = entry.pause, number > first { add("sleep \(Self.printed(pause))") }
    for (index, statement) in entry.statements.enumerated() {
      let key = Key(number, statement)
      if statement.isOfPrompt || entry.statements.isInsideGroup(index) { continue }
      if let why = reasonToDrop(statement, key, entry) {
        add("# \(why):")
        var part = self
        (part.lines, part.owners) = ([], [])
        part.write(entry.statements, index, number, key, indent: 0)
        for line in part.lines { add("#   \(line)") }
        comments = part.comments
      } else if let code = entry.errorInside(statement) {
        add("try {  # ended with \(code)")
        write(entry.statements, index, number, key, indent: 1)
        add("}")
      } else {
        write(entry.statements, index, number, key, indent: 0)
      }
      if entry.hasEnded(in: statement) {
        let rest = entry.statements.drop { $0.range != statement.range }.dropFirst()
        for statement in rest { add("# not run: \(statement.text)") }
        return
      }
    }
  }

  private func reasonToDrop(
    _ statement: Statement, _ key: Key, _ entry: SessionJournal.Entry
  ) -> String? {
    if let why = dropped[key] { return why }
    if entry.ending == nil { return "had not ended when this was written" }
    guard case .failed(let failure)? = entry.ending, case .error(let error) = failure.kind,
      error.code == .interrupted, statement.holds(failure.range)
    else { return nil }
    return "interrupted with Ctrl-C, which a replay can't repeat"
  }

  // MARK: Statements

  /// Writes a statement, together with those on its line that share its expectations.
  private mutating func write(
    _ statements: [Statement], _ index: Int, _ entry: Int, _ top: Key, indent: Int
  ) {
    guard let group = statements.group(at: index), let last = group.last else {
      return write(statements[index], entry, top, indent: indent)
    }
    let margin = String(repeating: "  ", count: indent)
    addComments(before: group[index].range.line, margin)
    let remark = comments.behind(last).map { "  " + $0 } ?? ""
    written += group.count
    let text = group.map(\.text).joined(separator: "; ")
    add(margin + text + remark, (Key(entry, last), top))
    if unstated.contains(Key(entry, last)) { return }
    for expectation in last.expectations { add(margin + expectation.text) }
  }

  private mutating func write(_ statement: Statement, _ entry: Int, _ top: Key, indent: Int) {
    let key = Key(entry, statement)
    let margin = String(repeating: "  ", count: indent)
    if skipped.contains(key), results[key] == nil {
      return add(margin + "# not run: \(statement.text)")
    }
    addComments(before: statement.range.line, margin)
    let remark = comments.behind(statement).map { "  " + $0 } ?? ""
    written += 1
    guard let block = statement.blocks.first else {
      add(margin + statement.text + remark, (key, top))
      state(statement, key, isTop: indent == 0, margin)
      return
    }
    add(margin + statement.text + " {" + remark, (key, top))
    var end = write(block, entry, top, indent: indent + 1)
    for block in statement.blocks.dropFirst() {
      let variable = statement.command.blockVariable.map { $0.text + " " } ?? ""
      add(margin + "} \(statement.continuation) \(variable){" + end)
      end = write(block, entry, top, indent: indent + 1)
    }
    add(margin + "}" + end)
    state(statement, key, isTop: indent == 0, margin)
  }

  /// Writes a block. Returns the comment behind its closing brace.
  private mutating func write(
    _ block: Block, _ entry: Int, _ top: Key, indent: Int
  ) -> String {
    let end = comments.beginBlock()
    for (index, statement) in block.statements.enumerated()
    where !statement.isOfPrompt && !block.statements.isInsideGroup(index) {
      write(block.statements, index, entry, top, indent: indent)
    }
    if let end { addComments(before: end, String(repeating: "  ", count: indent)) }
    return comments.behindEnd(end).map { "  " + $0 } ?? ""
  }

  /// The expectations below a statement: those that were typed there, or else the results that every
  /// execution gave. An error is expected only of a top-level command: inside of a block it leaves the
  /// block, and expecting it would let the block go on.
  private mutating func state(_ statement: Statement, _ key: Key, isTop: Bool, _ margin: String) {
    if unstated.contains(key) {
      if let first = results[key]?.lines.first {
        add(margin + "# the session gave \(first.stated), a replay something else")
      }
      return
    }
    if !statement.expectations.isEmpty, !statement.isJoined, !hasFailed(statement, key) {
      for expectation in statement.expectations { add(margin + expectation.text) }
      return
    }
    guard let results = results[key], results.areSame else { return }
    if !isTop, results.lines.contains(where: \.isError) { return }
    for line in results.lines { add(margin + line.stated) }
  }

  private func hasFailed(_ statement: Statement, _ key: Key) -> Bool {
    guard entries.indices.contains(key.entry),
      case .failed(let failure)? = entries[key.entry].ending
    else { return false }
    if case .error = failure.kind { return false }
    return failure.range == statement.range
  }

  /// The duration in whole milliseconds.
  private static func printed(_ duration: Duration) -> String {
    "\(max(1, Int((duration / .milliseconds(1)).rounded())))ms"
  }
}

extension ResultLine {
  /// The line as an expectation; of an error only the code is expected.
  fileprivate var stated: String {
    if case .error(let error) = self { return "=! \(error.code.rawValue)" }
    return printed
  }
}

extension [Statement] {
  /// The commands of a line that begins here and whose results are expected together. A command with a
  /// block is written over several lines, each with its own expectations.
  fileprivate func group(at index: Int) -> ArraySlice<Statement>? {
    let end = self[(index + 1)...].firstIndex { !$0.isJoined } ?? endIndex
    let line = self[index..<end]
    let isGroup =
      !self[index].isJoined && line.count > 1 && line.last?.expectations.isEmpty == false
      && line.allSatisfy { $0.blocks.isEmpty && !$0.isOfPrompt }
    return isGroup ? line : nil
  }

  /// Whether the statement is written on the line of the statement before it.
  fileprivate func isInsideGroup(_ index: Int) -> Bool {
    guard self[index].isJoined, let start = self[..<index].lastIndex(where: { !$0.isJoined })
    else { return false }
    return group(at: start) != nil
  }
}

extension Statement {
  /// Whether the command is left out: `help` and `quit` do nothing that a scenario repeats.
  fileprivate var isOfPrompt: Bool { !held.traits.isRecorded }

  /// Whether a place belongs to the statement or to a statement in its blocks.
  fileprivate func holds(_ range: SourceRange) -> Bool {
    self.range == range || blocks.contains { $0.statements.contains { $0.holds(range) } }
  }
}

extension SessionJournal.Entry {
  /// The error that ended the entry, where it came from a block of this statement.
  fileprivate func errorInside(_ statement: Statement) -> String? {
    guard case .failed(let failure)? = ending, case .error(let error) = failure.kind,
      failure.range != statement.range, statement.holds(failure.range)
    else { return nil }
    return "=! \(error.code.rawValue)"
  }

  fileprivate func hasEnded(in statement: Statement) -> Bool {
    guard case .failed(let failure)? = ending else { return false }
    return statement.holds(failure.range)
  }
}
