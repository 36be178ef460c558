/// Draws on a terminal that knows no escape sequences: one row, of which a part is shown where the
/// text is longer.
struct DumbPainter {
  private var shown = ""
  private var column = 0

  mutating func forget() { (shown, column) = ("", 0) }

  /// Blanks the row.
  mutating func erase() -> String {
    defer { forget() }
    return shown.isEmpty ? "" : "\r" + String(repeating: " ", count: displayWidth(shown)) + "\r"
  }

  /// Shows the part with the cursor.
  mutating func show(_ prompt: String, _ text: [String], cursor: Int, columns: Int) -> String {
    // The last column stays free, so that nothing wraps.
    let room = max(1, columns - 1)
    // A row with room for nothing else shows the text.
    let prompt = displayWidth(prompt) + 4 <= room ? prompt : room > 4 ? "> " : ""
    let width = displayWidth(prompt)
    var first = 0
    var before = text[..<cursor].reduce(width) { $0 + displayWidth($1) }
    while before >= room, first < cursor {
      // By half a row at a time, so that not every key moves everything.
      let target = before - max(1, room / 2)
      while before > target, first < cursor {
        before -= displayWidth(text[first])
        first += 1
      }
    }
    var line = first == 0 ? prompt : "<" + prompt.dropFirst()
    let start = line
    var used = displayWidth(line)
    for piece in text[first...] {
      used += displayWidth(piece)
      if used >= room { break }
      line += piece
    }
    return draw(line, cursor: start + text[first..<cursor].joined())
  }

  /// Shows all of a text that is done, however many rows it takes.
  mutating func finish(_ prompt: String, _ text: [String], columns: Int) -> String {
    let whole = prompt + text.joined()
    if displayWidth(whole) < max(1, columns - 1) { return draw(whole, cursor: whole) }
    return erase() + whole
  }

  private mutating func draw(_ line: String, cursor before: String) -> String {
    let target = displayWidth(before)
    defer { (shown, column) = (line, target) }
    if line.hasPrefix(shown), column == displayWidth(shown), before == line {
      return String(line.dropFirst(shown.count))
    }
    if line == shown, target == column { return "" }
    let excess = max(0, displayWidth(shown) - displayWidth(line))
    return "\r" + line + String(repeating: " ", count: excess) + "\r" + before
  }
}
