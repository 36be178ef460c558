/// Reads a text line by line and knows, after each line, whether the text is complete.
///
///     var scanner = editor.makeScanner()
///     for line in lines { scanner.take(line) }
///     if scanner.isComplete { … }
///
/// The editor goes on with a scanner while lines are added, so that a block of many lines takes
/// time linear in its length.
public protocol BlockScanner {
  /// Reads the next line, without its line break.
  mutating func take(_ line: String)
  /// Whether Enter ends the text here.
  var isComplete: Bool { get }
  /// How many blanks the next line begins with.
  var indentation: Int { get }
  /// How many blanks the next line begins with if it is a closing brace.
  var closingIndentation: Int { get }
}

/// The scanner for texts of one line each.
struct SingleLines: BlockScanner {
  mutating func take(_ line: String) {}
  var isComplete: Bool { true }
  var indentation: Int { 0 }
  var closingIndentation: Int { 0 }
}

extension BlockScanner {
  /// This scanner after the lines of a text.
  func after(_ text: String) -> Self {
    var scanner = self
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      scanner.take(String(line))
    }
    return scanner
  }
}
