/// Puts an SVG together, element by element.
package struct SVGWriter {
  private var parts: [String]

  package init(width: Double, height: Double, title: String) {
    let size = "\(SVGWriter.number(width)) \(SVGWriter.number(height))"
    parts = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(size)" role="img" "#
        + #"width="\#(SVGWriter.number(width))" height="\#(SVGWriter.number(height))">"#,
      "<title>\(title.escapingXML())</title>",
    ]
  }

  /// The complete file with all elements so far.
  package var finished: String { (parts + ["</svg>", ""]).joined(separator: "\n") }

  package mutating func add(_ element: String) { parts.append(element) }

  package mutating func text(
    _ text: String, x: Double, y: Double, _ kind: String, anchor: String = "start"
  ) {
    add(
      #"<text class="\#(kind)" x="\#(n(x))" y="\#(n(y))" text-anchor="\#(anchor)" "#
        + #"xml:space="preserve">\#(text.escapingXML())</text>"#)
  }

  package mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String)
  {
    add(#"<line class="\#(kind)" x1="\#(n(x1))" y1="\#(n(y1))" x2="\#(n(x2))" y2="\#(n(y2))"/>"#)
  }

  package mutating func rect(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ kind: String,
    radius: Double = 2
  ) {
    add(
      #"<rect class="\#(kind)" x="\#(n(x))" y="\#(n(y))" width="\#(n(width))" "#
        + #"height="\#(n(height))" rx="\#(n(radius))"/>"#)
  }

  package mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ kind: String) {
    add(#"<circle class="\#(kind)" cx="\#(n(x))" cy="\#(n(y))" r="\#(n(radius))"/>"#)
  }

  package mutating func path(_ path: String, _ kind: String) {
    add(#"<path class="\#(kind)" d="\#(path)"/>"#)
  }

  package typealias Point = (x: Double, y: Double)

  /// A straight arrow.
  package mutating func arrow(_ start: Point, _ tip: Point, _ kind: String) {
    let (ux, uy) = direction(start, tip)
    line(start.x, start.y, tip.x - ux * 11, tip.y - uy * 11, "\(kind) arrow")
    head(at: tip, from: start, kind)
  }

  private func direction(_ start: Point, _ tip: Point) -> Point {
    let (dx, dy) = (tip.x - start.x, tip.y - start.y)
    let length = max((dx * dx + dy * dy).squareRoot(), 0.001)
    return (dx / length, dy / length)
  }

  /// The head of an arrow that comes from a point.
  package mutating func head(at tip: Point, from start: Point, _ kind: String) {
    let (ux, uy) = direction(start, tip)
    let (bx, by) = (tip.x - ux * 13, tip.y - uy * 13)
    path(
      "M\(n(tip.x)) \(n(tip.y)) L\(n(bx - uy * 6)) \(n(by + ux * 6)) "
        + "L\(n(bx + uy * 6)) \(n(by - ux * 6)) Z", "\(kind) tip")
  }

  private func n(_ value: Double) -> String { SVGWriter.number(value) }

  /// A number with at most one decimal place.
  package static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(Double(tenths) / 10)"
  }
}
