internal import InprocText

/// A sequence diagram in plain text, for a terminal: a lifeline for each thread, `┃` where it has
/// the turn, `┊` where it waits.
struct TextDiagram {
  private let diagram: SequenceDiagram
  private let columnWidth: Int
  private let timeWidth: Int

  /// - Parameters:
  ///   - diagram: the diagram to draw.
  ///   - width: how many columns the terminal has.
  init(_ diagram: SequenceDiagram, width: Int = 100) {
    self.diagram = diagram
    timeWidth =
      (diagram.rows.map { timeText($0.time).cells }.max() ?? 3) + 2
    let room = (width - timeWidth) / max(diagram.threads.count, 1)
    columnWidth = min(max(room, 14), 40)
  }

  /// The lines of the diagram.
  var lines: [String] {
    var lines: [String] = [diagram.title]
    if let problem = diagram.problem { lines.append("✗ \(problem)") }
    lines.append("")
    var head = Canvas()
    for (thread, name) in diagram.threads.enumerated() {
      head.write(name.cut(to: columnWidth - 2), at: x(thread))
    }
    lines.append(head.text)
    var time: Duration?
    for (index, row) in diagram.rows.enumerated() {
      var canvas = lifelines(at: index)
      if row.time != time { canvas.write(timeText(row.time), at: 0) }
      time = row.time
      if draw(row, index, &canvas) { lines.append(canvas.text) }
    }
    return lines
  }

  private func x(_ thread: Int) -> Int { timeWidth + thread * columnWidth }

  private func lifelines(at row: Int) -> Canvas {
    var canvas = Canvas()
    // A later mark of this list is drawn over an earlier one.
    for (kind, mark) in [
      (SequenceDiagram.Span.Kind.alive, "│"), (.waiting, "┊"), (.running, "┃"),
    ] {
      for span in diagram.spans where span.kind == kind && span.from <= row && row <= span.to {
        canvas.write(mark, at: x(span.thread))
      }
    }
    return canvas
  }

  /// Draws a row. Returns whether there is anything to show.
  private func draw(
    _ row: SequenceDiagram.Row, _ index: Int, _ canvas: inout Canvas
  ) -> Bool {
    switch row.mark {
    case .sent(let number):
      let arrow = diagram.arrows[number]
      // The receive follows in the next row, and its arrow shows the send, too.
      if let received = arrow.receivedAt, diagram.isNext(index, received) { return false }
      let mark = arrow.receivedAt == nil ? "○ " : "● "
      canvas.write(mark + arrow.text.cut(to: room(row.thread) - 2), at: x(row.thread))
    case .received(let number):
      let arrow = diagram.arrows[number]
      guard arrow.from != row.thread else {
        canvas.write("◀ " + arrow.text.cut(to: room(row.thread) - 2), at: x(row.thread))
        break
      }
      let (low, high) = (min(x(arrow.from), x(row.thread)), max(x(arrow.from), x(row.thread)))
      let text = " \(arrow.text.cut(to: high - low - 6)) "
      let line = "──" + text + String(repeating: "─", count: high - low - 3 - text.cells)
      let points = arrow.from < row.thread ? "├" + line.dropLast() + "─▶" : "◀" + line + "┤"
      canvas.write(points, at: low)
    case .folded:
      canvas.write(diagram.label(of: row)?.text ?? "", at: x(0))
    default:
      guard let label = diagram.label(of: row) else { return false }
      canvas.write(label.text.cut(to: room(row.thread) - 2), at: x(row.thread) + 2)
    }
    return true
  }

  /// How wide a text beside a lifeline can be without touching the next lifeline.
  private func room(_ thread: Int) -> Int {
    thread == diagram.threads.count - 1 ? max(columnWidth, 40) : columnWidth - 1
  }
}

/// One line of characters, written at columns.
private struct Canvas {
  /// A cell for each column; a wide character is followed by an empty cell.
  private var cells: [String] = []

  mutating func write(_ text: String, at column: Int) {
    var column = column
    for character in text {
      let width = max(1, character.unicodeScalars.cells)
      while cells.count < column + width { cells.append(" ") }
      cells[column] = String(character)
      for empty in column + 1..<column + width { cells[empty] = "" }
      column += width
    }
  }

  var text: String { cells.joined().withoutTrailingBlanks }
}
