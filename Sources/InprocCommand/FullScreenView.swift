import Inproc
import InprocDiagram
import InprocScript

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
}
