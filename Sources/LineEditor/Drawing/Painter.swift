/// Computes what to send to a terminal so that it shows other rows of the text being edited: only rows
/// that differ, from the column where they differ.
///
/// The painter is a value without a terminal: its methods return what is to be sent. It does not know
/// where on the screen its rows are, so all moves are relative to the cursor. There are never more rows
/// than the screen has.
struct Painter {
  private(set) var rows: [ScreenRow] = []
  /// Where the terminal's cursor is, from the first of the rows.
  private(set) var cursor = (row: 0, column: 0)

  /// Forgets the rows: they belong to the screen's past now.
  mutating func forget() {
    rows = []
    cursor = (0, 0)
  }

  /// Takes the rows off the screen; the cursor is where the first began.
  mutating func erase() -> String {
    guard !rows.isEmpty else { return "" }
    let up = cursor.row > 0 ? "\u{1B}[\(cursor.row)A" : ""
    forget()
    return up + "\r\u{1B}[J"
  }

  /// The terminal has another width: takes off what it made of the rows.
  ///
  /// - Parameters:
  ///   - columns: the width it has now.
  ///   - height: the rows it has now.
  ///   - reflows: whether it joins and splits wrapped rows by itself.
  /// - Returns: the bytes to send.
  mutating func eraseAfterResize(columns: Int, height: Int, reflows: Bool) -> String {
    var last = (row: rows.count - 1, column: rows.last?.width ?? 0)
    if reflows {
      cursor.row = Layout.rowsAbove(cursor, in: rows, reflowedTo: columns)
      last.row = Layout.rowsAbove(last, in: rows, reflowedTo: columns)
    }
    // Rows that scrolled away cannot be erased, and the last of them may wrap into the first visible
    // row, which therefore stays empty.
    let isCut = last.row >= height
    return erase() + (isCut ? "\r\n" : "")
  }

  /// Shows other rows, with the cursor at a place in them.
  mutating func show(
    _ wanted: [ScreenRow], cursor target: (row: Int, column: Int), columns: Int
  ) -> String {
    var out = Output(cursor: cursor)
    if rows.isEmpty { out.text += "\r\u{1B}[J" }
    // The row above was written to its last column, so the terminal wraps from it into the next.
    var isWrapPending = false
    for (index, row) in wanted.enumerated() {
      let old = index < rows.count ? rows[index] : nil
      if old == row, !isWrapPending { continue }
      var same = old.map { commonGlyphs($0, row) } ?? 0
      if isWrapPending { same = 0 }
      // The last character is written again to make the terminal wrap.
      if row.wraps { same = max(0, min(same, row.glyphs.count - 1)) }
      if isWrapPending {
        out.wrap(into: index, before: row.glyphs.first)
      } else if index > 0, old == nil {
        out.move(toRow: index - 1)
        out.text += "\r\n"
        out.cursor = (index, 0)
      } else {
        out.move(toRow: index)
      }
      out.move(toColumn: row.glyphs[..<same].reduce(0) { $0 + $1.width })
      for glyph in row.glyphs[same...] { out.write(glyph) }
      if let old, row.width < columns, old.width > row.width || old.wraps {
        out.text += "\u{1B}[K"
      }
      isWrapPending = row.wraps
    }
    if wanted.count < rows.count, !wanted.isEmpty {
      out.move(toRow: wanted.count)
      out.text += "\r\u{1B}[J"
      out.cursor.column = 0
    }
    rows = wanted
    out.move(toRow: target.row)
    out.move(toColumn: target.column)
    cursor = target
    return out.text
  }

  private func commonGlyphs(_ one: ScreenRow, _ other: ScreenRow) -> Int {
    var count = 0
    while count < one.glyphs.count, count < other.glyphs.count,
      one.glyphs[count] == other.glyphs[count]
    {
      count += 1
    }
    return count
  }

  /// The bytes to send, and the place of the cursor after them.
  private struct Output {
    var text = ""
    /// The column is that of the next character, also behind the last of a full row.
    var cursor: (row: Int, column: Int)

    init(cursor: (row: Int, column: Int)) { self.cursor = cursor }

    mutating func move(toRow row: Int) {
      guard row != cursor.row else { return }
      text += "\u{1B}[\(abs(row - cursor.row))\(row < cursor.row ? "A" : "B")"
      cursor.row = row
    }

    mutating func move(toColumn column: Int) {
      guard column != cursor.column else { return }
      text += column == 0 ? "\r" : "\u{1B}[\(column + 1)G"
      cursor.column = column
    }

    mutating func write(_ glyph: Glyph) {
      // Whatever was there must not show through, and what follows must not depend on the width
      // that the terminal takes for it.
      if glyph.isUncertain { text += "\u{1B}[\(glyph.width)X" }
      text += glyph.text
      cursor.column += glyph.width
      if glyph.isUncertain { text += "\u{1B}[\(cursor.column + 1)G" }
    }

    mutating func wrap(into row: Int, before first: Glyph?) {
      if first?.isUncertain ?? true { text += " \r" }
      cursor = (row, 0)
    }
  }
}
