internal import Inproc

/// The comments of an entry at the prompt. They are given out in their order while the statements of
/// the entry are written.
struct RecordedComments {
  private struct Comment {
    var line: Int
    var text: String
    /// Whether nothing else stands in its line.
    var isAlone: Bool
  }
  private var left: [Comment] = []
  /// The lines in which blocks end, in the order in which the blocks begin.
  private var ends: [Int] = []
  /// For each line the column in which its last statement begins.
  private var lastColumn: [Int: Int] = [:]

  /// - Parameters:
  ///   - lines: the lines of the entry as typed.
  ///   - statements: the statements of these lines.
  init(_ lines: [String], _ statements: [Statement]) {
    var open: [Int] = []
    for (index, line) in lines.enumerated() {
      var scanner = FormatScanner(line.unicodeScalars)
      let tokens = scanner.scan()
      for token in tokens {
        switch token.kind {
        case .open:
          open.append(ends.count)
          ends.append(0)
        case .close: if let block = open.popLast() { ends[block] = index + 1 }
        case .comment:
          left.append(Comment(line: index + 1, text: token.text, isAlone: tokens.count == 1))
        case .word, .semicolon: break
        }
      }
    }
    if left.isEmpty { return }
    // An `else if` is a block without braces, so that the ends of blocks are not known.
    if note(statements) != ends.count { ends = [] }
    ends.reverse()
  }

  /// Notes the blocks of statements. Returns how many there are.
  private mutating func note(_ statements: [Statement]) -> Int {
    var blocks = 0
    for statement in statements {
      let place = statement.range
      lastColumn[place.line] = max(lastColumn[place.line] ?? 0, place.column)
      for block in statement.blocks { blocks += 1 + note(block.statements) }
    }
    return blocks
  }

  /// The comments before a line that have not been given out.
  mutating func before(_ line: Int) -> [String] {
    let count = left.prefix { $0.line < line }.count
    defer { left.removeFirst(count) }
    return left.prefix(count).map(\.text)
  }

  /// The comment behind a statement that is the last of its line.
  mutating func behind(_ statement: Statement) -> String? {
    let place = statement.range
    return lastColumn[place.line] == place.column ? behind(place.line) : nil
  }

  /// The line in which the next block ends, where that is known.
  mutating func beginBlock() -> Int? { ends.popLast() }

  /// The comment behind the brace that ends a block.
  mutating func behindEnd(_ line: Int?) -> String? {
    line.flatMap { lastColumn[$0] == nil ? behind($0) : nil }
  }

  private mutating func behind(_ line: Int) -> String? {
    guard let first = left.first, first.line == line, !first.isAlone else { return nil }
    return left.removeFirst().text
  }
}
