import Inproc
import InprocScript
import InprocText

/// The mark under a word in the line right above it on the screen.
enum Caret {
  /// Blanks and `^~~~`, as wide as the terminal shows them; nil where the line was wrapped, so that
  /// a mark below it would stand under the wrong word.
  ///
  /// - Parameters:
  ///   - column: of the word in the line, from 1, in Unicode scalars.
  ///   - length: how many of them it has.
  ///   - line: what stands on the screen.
  ///   - prompt: behind how many columns it does.
  /// - Returns: the marks.
  static func marks(column: Int, length: Int, in line: String, behind prompt: Int) -> String? {
    let scalars = line.unicodeScalars
    let total = prompt + scalars.cells
    guard total < Terminal.columns(), column > 0, scalars.allSatisfy({ $0.isPrintable }) else {
      return nil
    }
    let before = scalars.prefix(column - 1).cells
    let width = scalars.dropFirst(column - 1).prefix(length).cells
    return String(repeating: " ", count: prompt + before) + "^"
      + String(repeating: "~", count: max(0, width - 1))
  }
}
