internal import InprocText

/// A sequence diagram as a self-contained SVG: threads as lifelines, a bar where a thread has the
/// turn, hatching where it waits, messages as arrows from their send to their receive, virtual time
/// on the left. Light or dark as the viewer's theme is.
struct SVGDiagram {
  private let diagram: SequenceDiagram
  private let left = 96.0
  private let top: Double
  private let rowHeight = 34.0
  /// The width of one character; the font is monospaced.
  private let characterWidth = 9.1
  private let columnWidths: [Double]

  init(_ diagram: SequenceDiagram) {
    self.diagram = diagram
    top = diagram.problem == nil ? 112 : 142
    columnWidths = SVGDiagram.widths(diagram, characterWidth: 9.1)
  }

  /// A column is as wide as the texts beside its lifeline, within bounds.
  private static func widths(_ diagram: SequenceDiagram, characterWidth: Double) -> [Double] {
    var longest = diagram.threads.map { $0.cells + 2 }
    for row in diagram.rows where longest.indices.contains(row.thread) {
      if let label = diagram.label(of: row) {
        longest[row.thread] = max(longest[row.thread], label.text.cells)
      }
    }
    return longest.map { Double(min(max($0, 14), SVGDiagram.longestLabel)) * characterWidth + 64 }
  }
  private static let longestLabel = 38

  private func x(_ thread: Int) -> Double { left + columnWidths[..<thread].reduce(0, +) + 30 }
  private func y(_ row: Int) -> Double { top + (Double(row) + 0.5) * rowHeight }
  private var width: Double { left + columnWidths.reduce(0, +) + 24 }
  private var height: Double { top + Double(diagram.rows.count) * rowHeight + 36 }

  /// The complete file.
  var text: String {
    var svg = SVGWriter(width: width, height: height, title: diagram.title)
    svg.add(diagramStyle)
    svg.add(#"<rect class="page" width="100%" height="100%"/>"#)
    svg.text(diagram.title, x: 24, y: 38, "title")
    if let problem = diagram.problem {
      svg.text(
        "✗ " + problem.cut(to: Int((width - 72) / (characterWidth * 1.05))), x: 24, y: 70,
        "problem")
    }
    drawTimes(&svg)
    drawLifelines(&svg)
    drawArrows(&svg)
    drawLabels(&svg)
    drawHeads(&svg)
    return svg.finished
  }

  private func drawTimes(_ svg: inout SVGWriter) {
    var last: Duration?
    for (index, row) in diagram.rows.enumerated() where row.time != last {
      let line = y(index) - rowHeight / 2
      if last != nil {
        svg.line(24, line, width - 24, line, "time-line")
      }
      svg.text(timeText(row.time), x: 24, y: y(index) + 5, "time")
      last = row.time
    }
  }

  private func drawLifelines(_ svg: inout SVGWriter) {
    func spans(_ kind: SequenceDiagram.Span.Kind) -> [SequenceDiagram.Span] {
      diagram.spans.filter { $0.kind == kind }
    }
    for span in spans(.alive) {
      let end = span.isOpen ? height - 24 : y(span.to) + rowHeight / 2
      svg.line(x(span.thread), y(span.from), x(span.thread), end, "life")
      if !span.isOpen { svg.line(x(span.thread) - 9, end, x(span.thread) + 9, end, "cap") }
    }
    for span in spans(.running) where span.to >= span.from {
      svg.rect(
        x(span.thread) - 5, y(span.from) - rowHeight / 2 + 2, 10,
        y(span.to) - y(span.from) + rowHeight - 4, "t\(span.thread % 8) turn")
    }
    for span in spans(.waiting) {
      let end = span.isOpen ? height - 24 : y(span.to) + rowHeight / 2 - 2
      svg.rect(x(span.thread) - 8, y(span.from), 16, max(end - y(span.from), 6), "wait")
      if span.isOpen, diagram.problem != nil {
        svg.text("✗", x: x(span.thread) - 6, y: end + 14, "problem")
      }
    }
  }

  private func drawArrows(_ svg: inout SVGWriter) {
    for arrow in diagram.arrows where !diagram.isHidden(arrow) {
      let hue = "t\(arrow.from % 8)"
      let (x1, y1) = (x(arrow.from), y(arrow.sentAt))
      guard let to = arrow.to, let received = arrow.receivedAt else {
        // Nobody received the message: it stays in the queue.
        svg.line(x1 + 6, y1, x1 + 24, y1, "\(hue) arrow")
        svg.circle(x1 + 28, y1, 4, "\(hue) open")
        continue
      }
      let (x2, y2) = (x(to), y(received))
      if to == arrow.from {
        svg.path(
          "M\(n(x1 - 6)) \(n(y1)) C\(n(x1 - 28)) \(n(y1)) \(n(x1 - 28)) \(n(y2)) "
            + "\(n(x1 - 16)) \(n(y2))", "\(hue) arrow")
        svg.head(at: (x1 - 6, y2), from: (x1 - 28, y2), hue)
      } else {
        let side: Double = x2 > x1 ? 1 : -1
        svg.arrow((x1 + side * 6, y1), (x2 - side * 7, y2), hue)
      }
    }
    for (index, row) in diagram.rows.enumerated() {
      if case .spawned(_, let child) = row.mark, diagram.threads.indices.contains(child) {
        let side: Double = child > row.thread ? 1 : -1
        svg.line(
          x(row.thread) + side * 6, y(index), x(child) - side * 6, y(index), "spawn")
        svg.circle(x(child), y(index), 5, "t\(child % 8) dot")
      }
    }
  }

  private func drawLabels(_ svg: inout SVGWriter) {
    for (index, row) in diagram.rows.enumerated() {
      if case .folded(let count) = row.mark {
        svg.rect(left - 8, y(index) - 13, width - left - 16, 26, "fold")
        svg.text("… \(count) more …", x: width / 2, y: y(index) + 5, "folded", anchor: "middle")
        continue
      }
      guard let label = diagram.label(of: row) else { continue }
      var (position, anchor, line) = (x(row.thread) + 16, "start", y(index) + 5)
      var room = SVGDiagram.longestLabel
      if case .sent(let arrow) = row.mark {
        // The text stands above its arrow, on the side of the receiver.
        let arrow = diagram.arrows[arrow]
        let goesLeft = arrow.to.map { $0 < arrow.from } ?? false
        if goesLeft {
          (position, anchor) = (x(row.thread) - 16, "end")
          room = Int((position - left) / characterWidth)
        } else {
          room = Int((width - position - 24) / characterWidth)
          if arrow.to == nil { position += 22 }
        }
        if arrow.to != nil, arrow.to != arrow.from { line -= 8 }
      }
      svg.text(
        label.text.cut(to: max(8, min(room, 60))), x: position, y: line, label.kind.rawValue,
        anchor: anchor)
    }
  }

  /// The threads' names at the top and, in a long diagram, also at the bottom.
  private func drawHeads(_ svg: inout SVGWriter) {
    for (thread, name) in diagram.threads.enumerated() {
      let text = name.cut(to: SVGDiagram.longestLabel)
      let box = Double(text.cells) * 10.4 + 28
      svg.rect(x(thread) - 22, top - 44, box, 30, "t\(thread % 8) head", radius: 6)
      svg.text(text, x: x(thread) - 22 + box / 2, y: top - 23, "name", anchor: "middle")
    }
  }
}

private func n(_ value: Double) -> String { SVGWriter.number(value) }
