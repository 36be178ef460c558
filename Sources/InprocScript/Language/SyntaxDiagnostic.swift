import Inproc
import InprocText

/// All that is wrong with a text, in its order: at least one finding.
package struct SyntaxError: Error, Hashable, Sendable {
  /// The number of findings after which the parser stops.
  package static let maximumCount = 20

  package var diagnostics: [SyntaxDiagnostic]

  package init(_ diagnostics: [SyntaxDiagnostic]) {
    self.diagnostics = diagnostics
  }

  /// `syntax`, or `limit` where that came first.
  package var code: ErrorCode { diagnostics.first?.code ?? .syntax }

  /// All findings, as a compiler prints them, each ending in a newline.
  package func rendered(file: String) -> String {
    diagnostics.map { $0.rendered(file: file) + "\n" }.joined()
  }
}

/// One thing that is wrong with a text, and where.
package struct SyntaxDiagnostic: Error, Hashable, Sendable {
  /// The hint of a finding that is the program's fault, not that of the text.
  static let defect = "this is a defect of inproc; please report it"

  /// `syntax` or `limit`.
  package var code: ErrorCode
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  /// How many columns it spans, at least 1.
  package var length: Int
  package var message: String
  package var sourceLine: String
  /// What to do about it: `did you mean 'send'?`.
  package var hint: String?

  package init(
    code: ErrorCode = .syntax, line: Int, column: Int, length: Int, message: String,
    sourceLine: String, hint: String? = nil
  ) {
    self.code = code
    self.line = line
    self.column = column
    self.length = length
    self.message = message
    self.sourceLine = sourceLine
    self.hint = hint
  }

  /// The message and the hint: `unknown command 'sned'; did you mean 'send'?`.
  package var summary: String {
    if let hint { message + "; " + hint } else { message }
  }

  /// The finding as a compiler prints it, without a newline at its end:
  ///
  ///     greet.scn:7:6: error: unknown command 'sned'; did you mean 'send'?
  ///       sned alice hello
  ///       ^~~~
  package func rendered(file: String) -> String {
    let excerpt = MarkedLine(sourceLine, column: column, length: length)
    return "\(FileName.shown(file)):\(line):\(column): error: \(summary.escapingUnprintable)\n"
      + "  \(excerpt.text)\n  \(excerpt.marks)"
  }
}

/// A source line as a terminal shows it, with a caret line that stands under the right cells:
/// without its indentation, unprintables escaped, cut around the caret where it is long.
package struct MarkedLine {
  /// The most cells of text to show.
  package static let width = 76

  package let text: String
  package let marks: String

  package init(_ line: String, column: Int, length: Int) {
    // Only the part near the caret can be shown; a line may be a megabyte long.
    let all = line.unicodeScalars.dropFirst(max(0, column - 1 - 2 * MarkedLine.width))
    let dropped = column - 1 > 2 * MarkedLine.width ? column - 1 - 2 * MarkedLine.width : 0
    let scalars = Array(all.prefix(6 * MarkedLine.width))
    let caret = min(max(0, column - 1 - dropped), scalars.count)
    let indentation = dropped > 0 ? 0 : scalars.prefix(while: \.isBlank).count
    var first = min(indentation, caret)
    let shown = scalars.map(MarkedLine.show)

    // Leave out from the left until the caret stands in the first two thirds.
    var cells = shown[first..<caret].reduce(0) { $0 + $1.width }
    let isCutBefore = dropped > 0 || cells > MarkedLine.width * 2 / 3
    if isCutBefore {
      while first < caret && cells > MarkedLine.width / 2 {
        cells -= shown[first].width
        first += 1
      }
    }
    var text = isCutBefore ? "…" : ""
    var marks = String(repeating: " ", count: cells + (isCutBefore ? 1 : 0))
    let end = caret + max(1, length)
    var total = isCutBefore ? 1 : 0
    var index = first
    var markedCells = 0
    while index < shown.count {
      if total + shown[index].width > MarkedLine.width {
        text += "…"
        break
      }
      text += shown[index].text
      total += shown[index].width
      if index >= caret && index < end { markedCells += shown[index].width }
      index += 1
    }
    marks += "^" + String(repeating: "~", count: max(0, markedCells - 1))
    while text.last == " " || text.last == "\t" { text.removeLast() }
    self.text = text
    self.marks = marks
  }

  private static func show(_ scalar: Unicode.Scalar) -> (text: String, width: Int) {
    if scalar == "\t" { return (" ", 1) }
    let text = scalar.escapedIfUnprintable
    return (text, scalar.isPrintable ? scalar.cellWidth : text.unicodeScalars.count)
  }
}
