import Inproc

extension Parser {
  /// The bytes that a text stands for if it is one string of the language and nothing else, without
  /// variables in it.
  package static func string(_ text: String) -> [UInt8]? {
    guard let source = try? SourceText(Array(text.utf8)), source.lines.count == 1 else {
      return nil
    }
    var lexer = Lexer(source)
    guard lexer.advanceLine(), let word = try? lexer.word(.command), lexer.next == nil,
      case .string = word.form
    else { return nil }
    return word.template.literal
  }
}
