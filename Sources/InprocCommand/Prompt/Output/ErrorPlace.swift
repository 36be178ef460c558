import Inproc
import InprocScript

/// Finds the word of a command that an error is about, where that is known.
enum ErrorPlace {
  /// The range of the word; nil where the error is about no word, or may be about any.
  static func word(of error: CommandError, in statement: Statement) -> SourceRange? {
    guard isAboutAWord(error.code) else { return nil }
    let words = statement.words
    // Messages quote the wrong word before they quote what could stand in its place.
    let quoted = words.compactMap { word in
      error.text.firstRange(of: Excerpt(word.value).description)
        .map { (place: $0.lowerBound, range: word.range) }
    }
    if let first = quoted.min(by: { $0.place < $1.place }) { return first.range }
    if error.text.contains(" is negative") {
      return words.first { $0.value.hasPrefix("-") }?.range
    }
    // The values of variables are unknown here; where only one word has any, that is the word.
    let replaced = words.filter { $0.hasReplacement }
    if replaced.count == 1 { return replaced[0].range }
    guard replaced.isEmpty else { return nil }
    switch error.code {
    case .closed, .noPeer, .notBidirectional: return words.first?.range
    default: return nil
    }
  }

  private static func isAboutAWord(_ code: ErrorCode) -> Bool {
    switch code {
    case .invalidEndpoint, .addressInUse, .notFound, .notBidirectional, .closed, .noPeer,
      .unknownName, .nameInUse, .invalidValue, .io, .threadFailed:
      true
    default: false
    }
  }

  /// The statement at a place of a text, in whatever block.
  static func statement(at range: SourceRange, in statements: [Statement]) -> Statement? {
    for statement in statements {
      if statement.range == range { return statement }
      for block in statement.blocks {
        if let found = self.statement(at: range, in: block.statements) { return found }
      }
    }
    return nil
  }
}

extension Statement {
  struct Word {
    var value: String
    var range: SourceRange
    /// Whether its value is known only when the command runs.
    var hasReplacement = false

    init(_ template: Template) {
      value = template.literal.map { String(decoding: $0, as: UTF8.self) } ?? template.text
      range = template.range
      hasReplacement = template.literal == nil
    }

    init(variable: String, at range: SourceRange) {
      value = variable
      self.range = range
    }
  }

  /// The words that errors may be about, and the variables in them, in the order of the text.
  var words: [Word] {
    var templates: [Template] = []
    var words: [Word] = []
    for operand in operands {
      switch operand {
      case .name(let template), .word(let template), .frame(.template(let template)):
        templates.append(template)
      case .frame(.bytes(let count, _)): templates.append(count.template)
      case .frame(.splice(let name, let range)): words.append(Word(variable: name, at: range))
      case .frame(.constant): break
      }
    }
    templates += options.compactMap(\.template)
    for template in templates {
      words.append(Word(template))
      for case .variable(let name, _, let range) in template.segments {
        words.append(Word(variable: name, at: range))
      }
    }
    return words.sorted { ($0.range.line, $0.range.column) < ($1.range.line, $1.range.column) }
  }
}

extension Option {
  fileprivate var template: Template? {
    switch value {
    case .name(let template): template
    case .integer(let count): count.template
    case .duration(let time): time.template
    case .frame(.template(let template)): template
    case .frame, .flag, .word: nil
    }
  }
}
