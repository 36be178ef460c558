/// A terminal's screen, as far as programs on a line of text use it: what a user would see.
///
/// Understands UTF-8, wide characters, the cursor keys' sequences, erasing, scrolling, colours,
/// and wrapping as xterm does it: a character in the last column leaves the cursor there, and
/// only the next one wraps.
package struct TerminalScreen {
  package struct Cell: Equatable {
    package var text = " "
    package var style = Style()
    /// Whether a program wrote it, be it a blank.
    package var isWritten = false
    /// The right half of a wide character.
    package var isContinuation = false
  }

  package struct Style: Equatable {
    package var foreground: Int?
    package var bold = false
    package var dim = false
    package var inverse = false

    package init(
      foreground: Int? = nil, bold: Bool = false, dim: Bool = false, inverse: Bool = false
    ) {
      (self.foreground, self.bold, self.dim, self.inverse) = (foreground, bold, dim, inverse)
    }
  }

  package struct Row {
    package var cells: [Cell]
    /// Whether the text goes on in the next row because it did not fit.
    package var wraps = false
    /// The last cell is free because a wide character did not fit into it.
    package var hasFiller = false

    package init(columns: Int) { cells = Array(repeating: Cell(), count: columns) }

    package var fullText: String { cells.filter { !$0.isContinuation }.map(\.text).joined() }

    package var text: String {
      var text = fullText
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  private struct FirstScreen {
    package var columns: Int
    package var rows: [Row]
    package var scrollback: [Row]
    package var cursor: (row: Int, column: Int)
  }

  package private(set) var columns: Int
  package private(set) var rowCount: Int
  package var rows: [Row]
  /// Rows that scrolled off the top, oldest first.
  package var scrollback: [Row] = []
  package var cursor = (row: 0, column: 0)
  package var pendingWrap = false
  package var style = Style()
  package private(set) var bracketedPaste = false
  package private(set) var bells = 0
  package private(set) var isCursorHidden = false
  /// The first screen, while a program uses the other one.
  private var first: FirstScreen?
  package var isOnOtherScreen: Bool { first != nil }
  /// Whether an emoji joined of several takes the room of one.
  package var joinsEmoji = false
  /// Whether wrapped rows are joined and split when the width changes.
  package var reflows = true
  package var parser = TerminalParser()

  package init(columns: Int, rows: Int) {
    self.columns = columns
    rowCount = rows
    self.rows = Array(repeating: Row(columns: columns), count: rows)
  }

  /// The rows that are seen, without trailing blanks.
  package var lines: [String] { rows.map(\.text) }
  /// Those and the rows that scrolled away, without the empty ones at the end.
  package var allLines: [String] {
    var all = (scrollback + rows).map(\.text)
    while all.last == "" { all.removeLast() }
    return all
  }
  /// As `allLines`, but text that wrapped is one line.
  package var logicalLines: [String] {
    var result: [String] = []
    var joins = false
    for row in scrollback + rows {
      var text = row.wraps ? row.fullText : row.text
      if row.wraps, row.hasFiller { text.removeLast() }
      if joins, let last = result.popLast() {
        result.append(last + text)
      } else {
        result.append(text)
      }
      joins = row.wraps
    }
    while result.last == "" { result.removeLast() }
    return result
  }
  /// The row the cursor is in.
  package var cursorLine: String { rows[cursor.row].text }
  /// What is left of the cursor in its row.
  package var beforeCursor: String {
    rows[cursor.row].cells[..<cursor.column].filter { !$0.isContinuation }.map(\.text).joined()
  }

  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if let event = parser.take(byte) { apply(event) }
    }
  }

  private mutating func apply(_ event: TerminalParser.Event) {
    switch event {
    case .print(let scalar): put(scalar)
    case .control(7): bells += 1
    case .control(8):
      cursor.column = max(0, cursor.column - 1)
      pendingWrap = false
    case .control(9):
      cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
    case .control(10), .control(11), .control(12): lineFeed()
    case .control(13):
      cursor.column = 0
      pendingWrap = false
    case .control: break
    case .sequence(let sequence): apply(sequence)
    case .escape("M"):
      if cursor.row == 0 {
        rows.insert(Row(columns: columns), at: 0); rows.removeLast()
      } else {
        cursor.row -= 1
      }
    case .escape: break
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = characterWidth(scalar)
    var before = pendingWrap ? cursor.column : max(0, cursor.column - 1)
    if rows[cursor.row].cells[before].isContinuation { before -= 1 }
    let joined = rows[cursor.row].cells[before].text + String(scalar)
    if width == 0 || (joinsEmoji && joined.count == 1 && cursor.column > 0) {
      rows[cursor.row].cells[before].text = joined
      return
    }
    if pendingWrap || cursor.column + width > columns {
      rows[cursor.row].wraps = true
      rows[cursor.row].hasFiller = !pendingWrap
      cursor.column = 0
      pendingWrap = false
      lineFeed()
    }
    rows[cursor.row].cells[cursor.column] = Cell(
      text: String(scalar), style: style, isWritten: true)
    if width == 2 {
      rows[cursor.row].cells[cursor.column + 1] = Cell(
        text: "", style: style, isWritten: true, isContinuation: true)
    }
    cursor.column += width
    if cursor.column >= columns {
      cursor.column = columns - 1
      pendingWrap = true
    }
  }

  package mutating func lineFeed() {
    pendingWrap = false
    guard cursor.row == rowCount - 1 else {
      cursor.row += 1
      return
    }
    scrollback.append(rows.removeFirst())
    rows.append(Row(columns: columns))
  }

  package mutating func setMode(_ mode: Int, _ on: Bool) {
    switch mode {
    case 2004: bracketedPaste = on
    case 25: isCursorHidden = !on
    case 1049: if on { enterOtherScreen() } else { leaveOtherScreen() }
    default: break
    }
  }

  /// The screen that programs draw on which leave everything as it was.
  private mutating func enterOtherScreen() {
    guard first == nil else { return }
    first = FirstScreen(
      columns: columns, rows: rows, scrollback: scrollback, cursor: cursor)
    scrollback = []
    rows = Array(repeating: Row(columns: columns), count: rowCount)
  }

  private mutating func leaveOtherScreen() {
    guard let saved = first else { return }
    first = nil
    let size = (columns, rowCount)
    (columns, rowCount) = (saved.columns, saved.rows.count)
    (rows, scrollback, cursor) = (saved.rows, saved.scrollback, saved.cursor)
    if size != (columns, rowCount) { resize(columns: size.0, rows: size.1) }
    pendingWrap = false
  }

  /// Changes the size as terminals that reflow their text do.
  package mutating func resize(columns newColumns: Int, rows newRows: Int) {
    guard reflows else { return resizeInPlace(newColumns, newRows) }
    var lines: [[Cell]] = []
    var position = (line: 0, column: 0)
    var joins = false
    let used = max(cursor.row, rows.lastIndex { $0.text != "" } ?? 0)
    for (index, row) in (scrollback + rows[...used]).enumerated() {
      var cells = row.cells
      if row.wraps, row.hasFiller { cells.removeLast() }
      if !row.wraps {
        while let last = cells.last, last == Cell() { cells.removeLast() }
      }
      if !joins { lines.append([]) }
      if index == scrollback.count + cursor.row {
        position = (lines.count - 1, lines[lines.count - 1].count + cursor.column)
      }
      lines[lines.count - 1] += cells
      joins = row.wraps
    }
    var all: [Row] = []
    var place = (row: 0, column: 0)
    for (index, line) in lines.enumerated() {
      var row = Row(columns: newColumns)
      var column = 0
      for (offset, cell) in line.enumerated() {
        let width = offset + 1 < line.count && line[offset + 1].isContinuation ? 2 : 1
        if !cell.isContinuation, column + width > newColumns {
          row.wraps = true
          row.hasFiller = column < newColumns
          all.append(row)
          row = Row(columns: newColumns)
          column = 0
        }
        if index == position.line, offset == position.column { place = (all.count, column) }
        row.cells[column] = cell
        column += 1
      }
      if index == position.line, position.column >= line.count {
        let extra = column + position.column - line.count
        if extra >= newColumns, position.column == line.count {
          row.wraps = true
          all.append(row)
          row = Row(columns: newColumns)
          place = (all.count, 0)
        } else {
          place = (all.count, min(extra, newColumns - 1))
        }
      }
      all.append(row)
    }
    let hidden = max(0, all.count - newRows)
    scrollback = Array(all[..<hidden])
    rows = Array(all[hidden...])
    while rows.count < newRows { rows.append(Row(columns: newColumns)) }
    cursor = (max(0, place.row - hidden), place.column)
    columns = newColumns
    rowCount = newRows
    pendingWrap = false
  }

  /// Cuts rows off or makes them longer, as xterm does.
  private mutating func resizeInPlace(_ newColumns: Int, _ newRows: Int) {
    while rows.count > newRows {
      if cursor.row < rows.count - 1, rows[rows.count - 1].text == "" {
        rows.removeLast()
      } else {
        scrollback.append(rows.removeFirst())
        cursor.row -= 1
      }
    }
    while rows.count < newRows { rows.append(Row(columns: newColumns)) }
    for index in rows.indices {
      let cells = rows[index].cells.prefix(newColumns)
      rows[index] = Row(columns: newColumns)
      rows[index].cells.replaceSubrange(..<cells.count, with: cells)
    }
    cursor = (max(0, cursor.row), min(cursor.column, newColumns - 1))
    columns = newColumns
    rowCount = newRows
    pendingWrap = false
  }
}
