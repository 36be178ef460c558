import Foundation
import Inproc
import InprocScript

/// The mark under a word of the line that was just typed.
enum Caret {
  static let prompt = "inproc> "

  /// Blanks and `^~~~`, as wide as the terminal shows them; nil where the line was wrapped, so that
  /// a mark below it would stand under the wrong word.
  static func marks(under diagnostic: SyntaxDiagnostic, in typed: String) -> String? {
    let scalars = typed.unicodeScalars
    let total = prompt.count + scalars.reduce(0) { $0 + $1.cellWidth }
    guard total < terminalColumns, scalars.allSatisfy({ $0.isPrintable }) else { return nil }
    let before = scalars.prefix(max(0, diagnostic.column - 1)).reduce(0) { $0 + $1.cellWidth }
    let word = scalars.dropFirst(diagnostic.column - 1).prefix(diagnostic.length)
    let width = word.reduce(0) { $0 + $1.cellWidth }
    return String(repeating: " ", count: prompt.count + before) + "^"
      + String(repeating: "~", count: max(0, width - 1))
  }

  private static var terminalColumns: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
