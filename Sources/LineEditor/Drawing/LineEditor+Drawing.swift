internal import CEditLine

/// The state of the drawing: what is on the screen, and what the terminal can do.
struct Display {
  var painter = Painter()
  var dumbPainter = DumbPainter()
  /// The prompt before the first line now.
  var prompt = ""
  /// Whether anything has changed since the last painting.
  var isStale = true
  /// The topmost visible row of a text with more rows than the screen: where its line begins, and
  /// which of that line's rows it is.
  var top = (line: 0, row: 0)
  /// The rows that Tab has shown right above the text, if they are still there.
  var offer: Offer?
  /// When the last painting ended, and how long it took.
  var painted = ContinuousClock.now
  var cost = Duration.zero
  /// Whether the terminal joins and splits wrapped rows when its width changes.
  let reflows: Bool

  init() {
    let term = Environment.value(of: "TERM") ?? ""
    let isInTmux = Environment.value(of: "TMUX") != nil
    let isPlain =
      Environment.value(of: "XTERM_VERSION") != nil || Environment.value(of: "STY") != nil
    reflows = isInTmux || !(isPlain || term.hasPrefix("rxvt"))
  }
}

/// Completions or a hint, as they stand on the screen.
struct Offer {
  let text: String
  let rows: Int
  let columns: Int
}

extension LineEditor {
  /// Shows the text and the cursor as they are now.
  func paint() {
    display.isStale = false
    let started = ContinuousClock.now
    output.writeRaw(frame(hasCursor: true))
    display.painted = ContinuousClock.now
    display.cost = started.duration(to: display.painted)
  }

  /// Paints unless painting takes most of the time, as it may in a text of many MiB while more
  /// of it is coming in. Returns for how many milliseconds to wait for input before asking again,
  /// -1 without limit.
  func paintWhenDue() -> Int32 {
    guard display.isStale else { return -1 }
    let rest = display.cost * 2 - display.painted.duration(to: ContinuousClock.now)
    if display.cost > .milliseconds(5), rest > .zero {
      return Int32(min(200, rest / .milliseconds(1)) + 1)
    }
    paint()
    return -1
  }

  /// Prints what other threads have queued above the line being edited.
  func printQueued() {
    guard output.hasQueued else { return }
    display.offer = nil
    printAbove(output.takeQueued())
  }

  /// Shows completions or a hint in place of those that stand above; says whether they are others.
  func showOffer(_ text: String) -> Bool {
    let columns = screenSize.columns
    let old = display.offer
    if let old, old.text == text { return false }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false).reduce(0) {
      rows, line in
      let width = Glyph.styled(String(line)).reduce(0) { $0 + $1.width }
      return rows + max(1, (width + columns - 1) / columns)
    }
    let canReplace = !isDumb && old?.columns == columns
    printAbove(Array((text + "\n").utf8), replacing: canReplace ? old?.rows ?? 0 : 0)
    display.offer = Offer(text: text, rows: rows, columns: columns)
    return true
  }

  /// Prints lines above the text, in place of a number of rows that are there.
  func printAbove(_ bytes: [UInt8], replacing rows: Int = 0) {
    var before = isDumb ? display.dumbPainter.erase() : display.painter.erase()
    if rows > 0 { before += "\u{1B}[\(rows)A\r\u{1B}[J" }
    output.writeRaw(Array(before.utf8) + bytes + Array(frame(hasCursor: true).utf8))
    display.isStale = false
  }

  /// The window has another size.
  func resized() {
    let (columns, height) = screenSize
    output.writeRaw(
      isDumb
        ? display.dumbPainter.erase()
        : display.painter.eraseAfterResize(
          columns: columns, height: height, reflows: display.reflows))
    display.isStale = true
  }

  /// Takes the text off the screen.
  func eraseFrame() {
    output.writeRaw(isDumb ? display.dumbPainter.erase() : display.painter.erase())
    display.isStale = true
  }

  /// Forgets where the text was drawn: it is drawn anew from where the cursor is.
  func forgetFrame() {
    display.painter.forget()
    display.dumbPainter.forget()
    display.offer = nil
    display.isStale = true
  }

  /// Goes to the row after the text, all of which stays on the screen; `mark` is written at its
  /// end.
  func leaveLine(_ mark: String) {
    let buffer = buffer
    cel_move(handle, Int32(buffer.count - buffer.cursor))
    if isDumb {
      output.writeRaw(dumbFrame(isDone: true) + mark + "\r\n")
    } else if buffer.count > 0, frameIsCut(), buffer.count < 1 << 18 {
      let text = buffer.string(0..<buffer.count)
      output.writeRaw(display.painter.erase() + wholeText(text) + mark + "\r\n")
    } else {
      output.writeRaw(frame(hasCursor: !mark.isEmpty) + mark + "\r\n")
    }
    forgetFrame()
    display.top = (0, 0)
  }

  var screenSize: (columns: Int, rows: Int) { terminalSize() }

  // MARK: The frame

  private func frame(hasCursor: Bool) -> String {
    if isDumb { return dumbFrame(isDone: false) }
    let (columns, height) = screenSize
    let window = window(columns: columns, height: height, hasCursor: hasCursor)
    let last = window.rows.count - 1
    let end = (row: last, column: min(window.rows[last].width, columns - 1))
    return display.painter.show(
      window.rows, cursor: hasCursor ? window.cursor : end, columns: columns)
  }

  /// The rows of the text that fit on the screen, among them that of the cursor.
  private func window(
    columns: Int, height: Int, hasCursor: Bool
  ) -> (rows: [ScreenRow], cursor: (row: Int, column: Int)) {
    let buffer = buffer
    // Each line takes a row at least: more of them cannot be seen.
    var starts = [buffer.lineStart(buffer.cursor)]
    while starts.count <= height, let first = starts.last, first > 0 {
      starts.append(buffer.lineStart(first - 1))
    }
    starts.reverse()
    let cursorLine = starts.count - 1
    var end = buffer.lineEnd(buffer.cursor)
    for _ in 0...height where end < buffer.count {
      starts.append(end + 1)
      end = buffer.lineEnd(end + 1)
    }
    let lines = starts.indices.map { index in
      let next = index + 1 < starts.count ? starts[index + 1] - 1 : end
      return buffer.string(starts[index]..<next)
    }
    let offset = buffer.cursor - starts[cursorLine]
    let isFirst = starts[0] == 0
    var further = continuationGlyphs(continuationPrompt)
    var first = isFirst ? Glyph.styled(display.prompt) : further
    if promptWidth >= columns {
      // What is coloured is one glyph, and has no row to stand in.
      further = Glyph.plain(further)
      first = Glyph.plain(first)
    }
    let layout = Layout(
      lines: lines, cursor: hasCursor ? (cursorLine, offset) : nil, first: first, further: further,
      columns: columns)
    guard layout.rows.count > height else { return (layout.rows, layout.cursor) }

    var lineOfRow: [Int] = []
    for isStart in layout.continuations {
      lineOfRow.append((lineOfRow.last ?? 0) + (isStart ? 1 : 0))
    }
    // Where the top was, if that can be seen still.
    let known = lineOfRow.firstIndex { starts[lineOfRow[$0]] == display.top.line }
    let isBelow = display.top.line > starts[cursorLine]
    var top = known.map { $0 + display.top.row } ?? (isBelow ? layout.rows.count : 0)
    let cursorRow = hasCursor ? layout.cursor.row : layout.rows.count - 1
    top = min(max(top, cursorRow - height + 1), cursorRow, layout.rows.count - height)
    top = max(0, top)
    let line = lineOfRow[top]
    display.top = (starts[line], top - (lineOfRow.firstIndex(of: line) ?? top))

    var rows = Array(layout.rows[top..<top + height])
    let hasMoreBelow = top + height < layout.rows.count || end < buffer.count
    if hasMoreBelow {
      rows[height - 1].wraps = false
      if layout.continuations[top + height - 1] { mark(&rows[height - 1], "below> ") }
    }
    let startsLine = layout.continuations[top] || (top == 0 && !isFirst)
    if top > 0 || !isFirst, startsLine { mark(&rows[0], "above> ") }
    return (rows, (layout.cursor.row - top, layout.cursor.column))
  }

  /// Tells in place of a continuation prompt that there is more.
  private func mark(_ row: inout ScreenRow, _ text: String) {
    let usual = continuationGlyphs(continuationPrompt)
    let glyphs = continuationGlyphs(text)
    guard glyphs.count == usual.count, row.glyphs.starts(with: usual) else { return }
    row.glyphs.replaceSubrange(..<usual.count, with: glyphs)
  }

  private func frameIsCut() -> Bool {
    let (columns, height) = screenSize
    let buffer = buffer
    // A quick bound first: most lines are short.
    if buffer.count < columns / 2 { return false }
    var rows = 1
    var width = promptWidth
    for scalar in buffer.text {
      if scalar == 10 || width >= columns {
        rows += 1
        width = scalar == 10 ? promptWidth : 0
        if rows >= height { return true }
      }
      width += scalar == 10 ? 0 : 2
    }
    return false
  }

  /// All of a text behind its prompts, however many rows it takes.
  func wholeText(_ text: String) -> String {
    let further = "\r\n" + continuationGlyphs(continuationPrompt).map(\.text).joined()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return display.prompt
      + lines.map { $0.flatMap(Glyph.of).map(\.text).joined() }.joined(separator: further)
  }

  private func dumbFrame(isDone: Bool) -> String {
    let buffer = buffer
    let before = dumbPieces(0..<buffer.cursor)
    let pieces = before + dumbPieces(buffer.cursor..<buffer.count)
    let columns = screenSize.columns
    return isDone
      ? display.dumbPainter.finish(display.prompt, pieces, columns: columns)
      : display.dumbPainter.show(display.prompt, pieces, cursor: before.count, columns: columns)
  }

  private func dumbPieces(_ range: Range<Int>) -> [String] {
    buffer.string(range).map { Glyph.of($0).map(\.text).joined() }
  }

  private var promptWidth: Int { Glyph.styled(prompt).reduce(0) { $0 + $1.width } }

  /// A continuation prompt, as wide as the prompt.
  private func continuationGlyphs(_ text: String) -> [Glyph] {
    let margin = max(0, promptWidth - displayWidth(text))
    let reset = continuationColor.isEmpty ? "" : "\u{1B}[0m"
    return Glyph.styled(
      continuationColor + String(repeating: " ", count: margin) + text + reset)
  }
}

/// The terminal's size, 80 by 24 where it does not tell.
func terminalSize() -> (columns: Int, rows: Int) {
  var columns: Int32 = 0
  var rows: Int32 = 0
  cel_size(&columns, &rows)
  return (Int(columns), Int(rows))
}
