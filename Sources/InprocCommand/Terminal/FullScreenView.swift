import Inproc
import InprocScript
import InprocText

/// What views that take the whole screen share: texts cut to the room they have.
protocol FullScreenView {
  /// Whether the terminal shows nothing but ASCII.
  var isASCII: Bool { get }
}

extension FullScreenView {
  /// The text, unprintables escaped, cut where it is wider.
  func fit(_ text: String, _ width: Int) -> String {
    text.escapingUnprintable.cut(to: max(1, width), ellipsis: isASCII ? "~" : "…")
  }

  /// The same, with blanks up to the width.
  func pad(_ text: String, _ width: Int) -> String { fit(text, width).padded(to: width) }

  /// Rows cut to a screen: no more of them than it has rows, none wider than it. ANSI colours take no
  /// room.
  func clip(_ lines: [String], columns: Int, rows: Int) -> [String] {
    lines.prefix(max(0, rows)).map { Self.clip($0, columns) }
  }

  private static func clip(_ line: String, _ columns: Int) -> String {
    guard line.cells > columns else { return line }
    var kept = String.UnicodeScalarView()
    var used = 0
    var isInSequence = false
    for scalar in line.unicodeScalars {
      if isInSequence || scalar == "\u{1B}" {
        kept.append(scalar)
        isInSequence = scalar == "\u{1B}" || !("@"..."Z").contains(scalar) && scalar.value < 0x61
        continue
      }
      used += scalar.cellWidth
      if used <= columns { kept.append(scalar) }
    }
    return String(kept)
  }
}
