/// A row of the screen.
struct ScreenRow: Equatable {
  var glyphs: [Glyph] = []
  var width = 0
  /// The text did not fit and goes on in the next row: terminals that reflow join the two.
  var wraps = false

  mutating func append(_ glyph: Glyph) {
    glyphs.append(glyph)
    width += glyph.width
  }
}

/// The rows that a prompt and the text behind it take, as a value: nothing is sent anywhere.
///
/// Time and memory are linear in the lines laid out.
struct Layout {
  private(set) var rows: [ScreenRow] = [ScreenRow()]
  /// Where the next key's character goes.
  private(set) var cursor = (row: 0, column: 0)
  /// For each row, whether a continuation prompt begins it.
  private(set) var continuations: [Bool] = [false]
  private let columns: Int

  /// - Parameters:
  ///   - lines: the lines of a text.
  ///   - cursor: the line with the cursor and how many scalars stand before it there; nil for a
  ///     text that is done.
  ///   - first: the prompt before the first line.
  ///   - further: the prompt before all other lines.
  ///   - columns: how wide the screen is.
  init(
    lines: [String], cursor: (line: Int, offset: Int)?, first: [Glyph], further: [Glyph],
    columns: Int
  ) {
    self.columns = columns
    for (index, line) in lines.enumerated() {
      if index > 0 {
        rows.append(ScreenRow())
        continuations.append(true)
      }
      for glyph in index == 0 ? first : further { put(glyph) }
      put(line, cursor: cursor?.line == index ? cursor?.offset : nil)
    }
  }

  private mutating func put(_ line: String, cursor wanted: Int?) {
    var offset = 0
    var isPlaced = false
    for character in line {
      let glyphs = character == "\t" ? blanksOfTab() : Glyph.of(character)
      let next = offset + character.unicodeScalars.count
      for (index, glyph) in glyphs.enumerated() {
        put(glyph)
        if let wanted, !isPlaced, index == 0, wanted < next {
          cursor = (rows.count - 1, last.width - last.glyphs[last.glyphs.count - 1].width)
          isPlaced = true
        }
      }
      offset = next
    }
    guard wanted != nil, !isPlaced else { return }
    if last.width >= columns {
      // The cursor stands in a row of its own, which the terminal has to make.
      wrap()
      rows[rows.count - 1].append(.blank)
      cursor = (rows.count - 1, 0)
    } else {
      cursor = (rows.count - 1, last.width)
    }
  }

  private var last: ScreenRow { rows[rows.count - 1] }

  private func blanksOfTab() -> [Glyph] {
    Array(repeating: .blank, count: 8 - (last.width & 7))
  }

  private mutating func put(_ glyph: Glyph) {
    var glyph = glyph
    if glyph.width > max(1, columns - (glyph.isUncertain ? 1 : 0)) {
      glyph = Glyph(text: "\u{FFFD}", width: 1)
    }
    // Behind an uncertain one a column stays free: the cursor is put there.
    if last.width + glyph.width > columns - (glyph.isUncertain ? 1 : 0) {
      // Only a plain wide character is certain to wrap by itself.
      while glyph.isUncertain, last.width < columns { rows[rows.count - 1].append(.blank) }
      wrap()
    }
    rows[rows.count - 1].append(glyph)
  }

  private mutating func wrap() {
    rows[rows.count - 1].wraps = true
    rows.append(ScreenRow())
    continuations.append(false)
  }

  /// Where the cursor is after a terminal has reflowed these rows to another width: how many rows
  /// below the first of them.
  static func rowsAbove(
    _ cursor: (row: Int, column: Int), in rows: [ScreenRow], reflowedTo columns: Int
  ) -> Int {
    var row = 0
    var column = 0
    for (index, line) in rows.enumerated() {
      var old = 0
      for cell in line.glyphs.flatMap(\.cells) {
        if column + cell > columns {
          row += 1
          column = 0
        }
        if index == cursor.row, old >= cursor.column { return row }
        column += cell
        old += cell
      }
      if index == cursor.row { return row + (column + cursor.column - old) / columns }
      if !line.wraps {
        row += 1
        column = 0
      }
    }
    return row
  }
}
