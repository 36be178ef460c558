/// Reads a text line by line and knows, after each, whether it is a whole.
///
///     var scanner = editor.makeScanner()
///     for line in lines { scanner.take(line) }
///     if scanner.isComplete { … }
///
/// The editor goes on with a scanner while lines are added, so that a block of many lines takes
/// time linear in its length.
public protocol BlockScanner {
  /// Goes on with a line, without its line break.
  mutating func take(_ line: String)
  /// Whether Enter ends the text here.
  var isComplete: Bool { get }
  /// With how many blanks the next line begins.
  var indentation: Int { get }
  /// With how many blanks it begins if it is a closing brace.
  var closingIndentation: Int { get }
}

/// Where every line is a text of its own.
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
