internal import Inproc
internal import InprocText

/// A sequence diagram as Mermaid text, as Markdown pages show it.
///
/// Mermaid's arrows are level: a message that is received later than it was sent is drawn where it
/// is received, and a note tells where it was sent.
struct MermaidDiagram {
  private let diagram: SequenceDiagram

  init(_ diagram: SequenceDiagram) { self.diagram = diagram }

  /// The complete text.
  var text: String {
    var lines = ["---", "title: \"\(titleText(diagram.title))\"", "---", "sequenceDiagram"]
    for (index, name) in diagram.threads.enumerated() {
      lines.append("  participant T\(index) as \(mermaidEscaped(name))")
    }
    var time: Duration?
    for (index, row) in diagram.rows.enumerated() {
      if row.time != time {
        if time != nil { lines.append("  Note over \(all): \(timeText(row.time))") }
        time = row.time
      }
      lines += self.lines(row, index).map { "  " + $0 }
    }
    if let problem = diagram.problem {
      lines.append("  Note over \(all): ✗ \(mermaidEscaped(problem))")
    }
    return (lines + [""]).joined(separator: "\n")
  }

  private var all: String {
    diagram.threads.count > 1 ? "T0,T\(diagram.threads.count - 1)" : "T0"
  }

  private func lines(_ row: SequenceDiagram.Row, _ index: Int) -> [String] {
    let thread = "T\(row.thread)"
    switch row.mark {
    case .sent(let number):
      let arrow = diagram.arrows[number]
      guard let received = arrow.receivedAt else {
        return ["Note right of \(thread): sends \(mermaidEscaped(arrow.text)), which stays queued"]
      }
      return diagram.isNext(index, received)
        ? [] : ["Note right of \(thread): sends \(mermaidEscaped(arrow.text))"]
    case .received(let number):
      let arrow = diagram.arrows[number]
      return ["T\(arrow.from)->>\(thread): \(mermaidEscaped(arrow.text))"]
    case .spawned(let command, let child):
      return ["\(thread)-->>T\(child): \(mermaidEscaped(command))"]
    case .folded: return ["Note over \(all): \(mermaidEscaped(diagram.label(of: row)?.text ?? ""))"]
    default:
      return diagram.label(of: row).map { ["Note over \(thread): \(mermaidEscaped($0.text))"] }
        ?? []
    }
  }

  /// The title is YAML. Mermaid changes what looks like an HTML tag before that is read.
  private func titleText(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("<", with: "\\x3C").replacing(">", with: "\\x3E")
  }
}

extension SequenceDiagram {
  /// Whether the row of the receive follows that of the send directly.
  func isNext(_ sent: Int, _ received: Int) -> Bool { received == sent + 1 }
}

/// A text for one line of Mermaid: characters that mean something to it, or to the HTML it makes, are
/// written as its entities, and unprintables are escaped.
package func mermaidEscaped(_ text: String, width: Int = 80) -> String {
  var escaped = ""
  for scalar in text.escapingUnprintable.cut(to: width).unicodeScalars {
    switch scalar {
    case "#", ";", "<", ">", "&", "\"", "'", "`", "%", "{", "}", "\\", "$":
      escaped += "#\(scalar.value);"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  // Alone, `end` would end a block; at the beginning, the others would say how to wrap the text.
  let words = ["wrap:", "nowrap:", ":wrap:", ":nowrap:"]
  guard let first = escaped.unicodeScalars.first,
    escaped == "end" || words.contains(where: escaped.hasPrefix)
  else { return escaped }
  return "#\(first.value);" + String(escaped.unicodeScalars.dropFirst())
}
