extension TerminalScreen {
  package mutating func apply(_ sequence: TerminalParser.Sequence) {
    let first = sequence.parameters.first ?? 0
    let count = max(1, first)
    if sequence.isPrivate {
      for mode in sequence.parameters { setMode(mode, sequence.final == "h") }
      return
    }
    switch sequence.final {
    case "A": moveTo(cursor.row - count, cursor.column)
    case "B": moveTo(cursor.row + count, cursor.column)
    case "C": moveTo(cursor.row, cursor.column + count)
    case "D": moveTo(cursor.row, cursor.column - count)
    case "E": moveTo(cursor.row + count, 0)
    case "F": moveTo(cursor.row - count, 0)
    case "G", "`": moveTo(cursor.row, count - 1)
    case "d": moveTo(count - 1, cursor.column)
    case "H", "f":
      let column = sequence.parameters.count > 1 ? max(1, sequence.parameters[1]) : 1
      moveTo(count - 1, column - 1)
    case "J": eraseDisplay(first)
    case "K": eraseLine(first)
    case "X": blank(cursor.row, cursor.column..<min(columns, cursor.column + count))
    case "P":
      let gone = min(count, columns - cursor.column)
      rows[cursor.row].cells.removeSubrange(cursor.column..<cursor.column + gone)
      rows[cursor.row].cells += Array(repeating: Cell(), count: gone)
    case "@":
      let added = min(count, columns - cursor.column)
      rows[cursor.row].cells.insert(
        contentsOf: Array(repeating: Cell(), count: added), at: cursor.column)
      rows[cursor.row].cells.removeLast(added)
    case "L":
      for _ in 0..<min(count, rowCount - cursor.row) {
        rows.insert(Row(columns: columns), at: cursor.row)
        rows.removeLast()
      }
    case "M":
      for _ in 0..<min(count, rowCount - cursor.row) {
        rows.remove(at: cursor.row)
        rows.append(Row(columns: columns))
      }
    case "m": select(sequence.parameters.isEmpty ? [0] : sequence.parameters)
    default: break
    }
  }

  private mutating func moveTo(_ row: Int, _ column: Int) {
    cursor = (min(max(row, 0), rowCount - 1), min(max(column, 0), columns - 1))
    pendingWrap = false
  }

  private mutating func blank(_ row: Int, _ range: Range<Int>) {
    for column in range { rows[row].cells[column] = Cell() }
    if range.upperBound == columns {
      rows[row].wraps = false
      rows[row].hasFiller = false
    }
  }

  private mutating func eraseLine(_ mode: Int) {
    switch mode {
    case 1: blank(cursor.row, 0..<cursor.column + 1)
    case 2: blank(cursor.row, 0..<columns)
    default: blank(cursor.row, cursor.column..<columns)
    }
    pendingWrap = false
  }

  private mutating func eraseDisplay(_ mode: Int) {
    switch mode {
    case 1:
      for row in 0..<cursor.row { blank(row, 0..<columns) }
      blank(cursor.row, 0..<cursor.column + 1)
    case 2, 3: for row in 0..<rowCount { blank(row, 0..<columns) }
    default:
      blank(cursor.row, cursor.column..<columns)
      for row in cursor.row + 1..<max(rowCount, cursor.row + 1) { blank(row, 0..<columns) }
    }
    pendingWrap = false
  }

  private mutating func select(_ codes: [Int]) {
    if codes.count == 3, codes[0] == 38, codes[1] == 5 {
      // One of 256, told apart from the others by its number.
      style.foreground = 1000 + codes[2]
      return
    }
    for code in codes {
      switch code {
      case 0: style = Style()
      case 1: style.bold = true
      case 2: style.dim = true
      case 7: style.inverse = true
      case 22: (style.bold, style.dim) = (false, false)
      case 27: style.inverse = false
      case 30...37, 90...97: style.foreground = code
      case 39: style.foreground = nil
      default: break
      }
    }
  }
}

/// How many columns a character takes: 0, 1 or 2.
package func characterWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x300...0x36F, 0x200B...0x200F, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xE0100...0xE01EF: 0
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
    0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    2
  default: 1
  }
}
