internal import Inproc

/// The comments of something that was typed, given out in their order as its statements are written
/// anew.
struct RecordedComments {
  private struct Comment {
    var line: Int
    var text: String
    /// Nothing else stands in its line.
    var isAlone: Bool
  }
  private var left: [Comment] = []
  /// In which lines blocks end, in the order in which they begin.
  private var ends: [Int] = []
  /// Where the last statement of a line begins.
  private var lastColumn: [Int: Int] = [:]

  /// - Parameters:
  ///   - lines: as typed.
  ///   - statements: of these lines.
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
    // An `else if` is a block without braces: then the ends are not known.
    if note(statements) != ends.count { ends = [] }
    ends.reverse()
  }

  /// Returns how many blocks there are.
  private mutating func note(_ statements: [Statement]) -> Int {
    var blocks = 0
    for statement in statements {
      let place = statement.range
      lastColumn[place.line] = max(lastColumn[place.line] ?? 0, place.column)
      for block in statement.blocks { blocks += 1 + note(block.statements) }
    }
    return blocks
  }

  /// Those that stand before a line and have not been given out.
  mutating func before(_ line: Int) -> [String] {
    let count = left.prefix { $0.line < line }.count
    defer { left.removeFirst(count) }
    return left.prefix(count).map(\.text)
  }

  /// The one behind a statement, if that is the last of its line.
  mutating func behind(_ statement: Statement) -> String? {
    let place = statement.range
    return lastColumn[place.line] == place.column ? behind(place.line) : nil
  }

  /// The end of the block that begins next: its line, where that is known.
  mutating func beginBlock() -> Int? { ends.popLast() }

  /// The one behind the brace that ends a block.
  mutating func behindEnd(_ line: Int?) -> String? {
    line.flatMap { lastColumn[$0] == nil ? behind($0) : nil }
  }

  private mutating func behind(_ line: Int) -> String? {
    guard let first = left.first, first.line == line, !first.isAlone else { return nil }
    return left.removeFirst().text
  }
}
