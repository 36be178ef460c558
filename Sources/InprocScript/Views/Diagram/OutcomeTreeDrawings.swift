internal import InprocDiagram
internal import InprocText

extension OutcomeTree {
  /// The most lines of a node; the middle of more lines is left out.
  private static let longestNode = 11

  /// The lines of a node: the name of a thread and its steps, continued on further lines.
  func lines(of node: Node, width: Int) -> [(thread: Int?, text: String)] {
    var all: [(thread: Int?, text: String)] = []
    for turn in node.turns {
      let name = threads[turn.thread]
      var line = "\(name) "
      for step in turn.steps {
        let step = " " + step.cut(to: max(8, width - 4))
        if line.cells + step.cells + 2 > width, line != "\(name) " {
          all.append((turn.thread, line.cut(to: width)))
          line = "  "
        }
        line += (line.hasSuffix(" ") ? "" : " ·") + step
      }
      all.append((turn.thread, line.cut(to: width)))
    }
    guard all.count > OutcomeTree.longestNode else { return all }
    let head = OutcomeTree.longestNode / 2
    let tail = OutcomeTree.longestNode - head - 1
    return Array(all.prefix(head)) + [(nil, "… \(all.count - head - tail) more lines …")]
      + Array(all.suffix(tail))
  }

  // MARK: Plain text

  /// The tree in plain text, for a terminal.
  package func textLines(width: Int = 100) -> [String] {
    [title, ""] + textLines(root, first: "", rest: "", width: width)
  }

  private func textLines(_ node: Node, first: String, rest: String, width: Int) -> [String] {
    var lines = self.lines(of: node, width: max(24, width - rest.count)).map(\.text)
    if let leaf = node.leaf.map({ leaves[$0] }) {
      lines.append("▶ \(leaf.outcome)" + (leaf.remark.isEmpty ? "" : "   \(leaf.remark)"))
    }
    var result = lines.enumerated().map { ($0.offset == 0 ? first : rest) + $0.element }
    for (index, child) in node.children.enumerated() {
      let isLast = index == node.children.count - 1
      result += textLines(
        child, first: rest + (isLast ? "└─ " : "├─ "), rest: rest + (isLast ? "   " : "│  "),
        width: width)
    }
    return result
  }

  // MARK: Mermaid

  /// The tree as a Mermaid flowchart.
  package var mermaid: String {
    var lines = ["flowchart LR"]
    var count = 0
    mermaid(root, nil, &lines, &count)
    lines += [
      "  classDef forbidden stroke:#b3261e,stroke-width:3px",
      "  classDef interesting stroke:#8a5a00,stroke-width:3px", "",
    ]
    return lines.joined(separator: "\n")
  }

  private func mermaid(_ node: Node, _ parent: Int?, _ lines: inout [String], _ count: inout Int) {
    let number = count
    count += 1
    let text = self.lines(of: node, width: 48).map { mermaidEscaped($0.text, width: 60) }
    lines.append("  n\(number)[\"\(text.isEmpty ? "…" : text.joined(separator: "<br>"))\"]")
    if let parent { lines.append("  n\(parent) --> n\(number)") }
    if let leaf = node.leaf.map({ leaves[$0] }) {
      let kind =
        leaf.isForbidden ? ":::forbidden" : leaf.isInteresting ? ":::interesting" : ""
      let remark = leaf.remark.isEmpty ? "" : "<br>" + mermaidEscaped(leaf.remark, width: 60)
      lines.append(
        "  n\(number) --> o\(number)([\"\(mermaidEscaped(leaf.outcome, width: 60))\(remark)\"])\(kind)"
      )
    }
    for child in node.children { mermaid(child, number, &lines, &count) }
  }

  // MARK: SVG

  /// The tree as a self-contained SVG file; it grows from left to right.
  package var svg: String {
    let drawing = TreeDrawing(self)
    return drawing.text
  }
}

/// The layout of the tree: leaves stand below each other, and a parent stands at the middle of its
/// children.
private struct TreeDrawing {
  private let tree: OutcomeTree
  private let characters = 34
  private let boxWidth = 34 * 9.1 + 24
  private let leafWidth = 40 * 9.1 + 24
  private let gap = 56.0
  private let lineHeight = 22.0
  private let top = 76.0

  init(_ tree: OutcomeTree) { self.tree = tree }

  private var leafColumn: Double { 24 + Double(tree.root.depth) * (boxWidth + gap) }

  private func height(_ node: OutcomeTree.Node) -> Double {
    Double(max(tree.lines(of: node, width: characters).count, 1)) * lineHeight + 18
  }

  /// The height of a subtree.
  private func room(_ node: OutcomeTree.Node) -> Double {
    let below = node.children.reduce(0) { $0 + room($1) }
    return max(below, max(height(node), 62) + 18)
  }

  var text: String {
    var svg = SVGWriter(
      width: leafColumn + leafWidth + 24, height: top + room(tree.root) + 16, title: tree.title)
    svg.add(diagramStyle)
    svg.add(#"<rect class="page" width="100%" height="100%"/>"#)
    svg.text(tree.title, x: 24, y: 40, "title")
    _ = draw(tree.root, depth: 0, top: top, &svg)
    return svg.finished
  }

  /// Draws a subtree. Returns the vertical middle of its root.
  private func draw(
    _ node: OutcomeTree.Node, depth: Int, top: Double, _ svg: inout SVGWriter
  ) -> Double {
    let x = 24 + Double(depth) * (boxWidth + gap)
    let middle = top + room(node) / 2
    var childTop = top
    for child in node.children {
      let end = draw(child, depth: depth + 1, top: childTop, &svg)
      connect(x + boxWidth, middle, x + boxWidth + gap, end, &svg)
      childTop += room(child)
    }
    let lines = tree.lines(of: node, width: characters)
    let boxTop = middle - height(node) / 2
    svg.rect(x, boxTop, boxWidth, height(node), "box", radius: 6)
    for (index, line) in lines.enumerated() {
      let y = boxTop + 25 + Double(index) * lineHeight
      if let thread = line.thread {
        svg.rect(x + 6, y - 13, 5, 16, "t\(thread % 8) turn")
      }
      svg.text(line.text, x: x + 18, y: y, line.thread == nil ? "quiet" : "plain")
    }
    if let leaf = node.leaf.map({ tree.leaves[$0] }) {
      connect(x + boxWidth, middle, leafColumn, middle, &svg)
      let kind = leaf.isForbidden ? "bad" : leaf.isInteresting ? "notable" : "good"
      svg.rect(leafColumn, middle - 31, leafWidth, 62, "\(kind) leaf", radius: 14)
      svg.text(leaf.outcome.cut(to: 38), x: leafColumn + 16, y: middle - 4, "outcome")
      svg.text(leaf.remark.cut(to: 40), x: leafColumn + 16, y: middle + 19, "quiet")
    }
    return middle
  }

  private func connect(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ svg: inout SVGWriter
  ) {
    let n = SVGWriter.number
    let middle = (x1 + x2) / 2
    svg.path(
      "M\(n(x1)) \(n(y1)) C\(n(middle)) \(n(y1)) \(n(middle)) \(n(y2)) \(n(x2)) \(n(y2))", "branch")
  }
}
