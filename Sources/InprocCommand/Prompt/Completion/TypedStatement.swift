import InprocScript

/// The statement that is being typed, up to the cursor, and the names that the text before it makes.
struct TypedStatement {
  /// The words before the one that the cursor is in; the first is the keyword.
  private(set) var words: [String] = []
  /// The part of the cursor's word before the cursor, with its quote.
  private(set) var partial = ""
  /// The position at which that part begins, in Unicode scalars of the text.
  private(set) var start = 0
  /// The keyword of the block that was closed just before, on the same line.
  private(set) var closedBlock: String?
  /// Whether the statement stands in no block and nothing stands before it.
  private(set) var isFirst = true
  /// Whether the cursor is in a comment or an expectation, where nothing completes.
  private(set) var isText = false
  /// The names that the text before it will have made.
  private(set) var declared = SessionNames()

  private var openBlocks: [String] = []
  private let commands: CommandTable

  init(_ text: String, cursor: Int, commands: CommandTable) {
    self.commands = commands
    var reader = Reader()
    for (offset, scalar) in text.unicodeScalars.prefix(cursor).enumerated() {
      switch reader.take(scalar, at: offset) {
      case .inside: break
      case .wordEnd: endWord(&reader)
      case .statementEnd:
        endWord(&reader)
        endStatement(opensBlock: false)
        if scalar == "\n" { closedBlock = nil }
      case .blockStart:
        endWord(&reader)
        endStatement(opensBlock: true)
      case .blockEnd:
        endWord(&reader)
        endStatement(opensBlock: false)
        closedBlock = openBlocks.popLast()
      }
    }
    partial = reader.word
    start = partial.isEmpty ? min(cursor, text.unicodeScalars.count) : reader.start
    isText = reader.isComment || words.first?.hasPrefix("=") ?? partial.hasPrefix("=")
    // The command of an `else if` is typed as any other.
    if words.count > 1, closedBlock != nil,
      let description = commands.description(of: words[1]),
      let continuation = description.continuation, continuation.repeatsItself,
      continuation.word == words[0]
    {
      words.removeFirst()
    }
  }

  /// The description of its command. A command that only the prompt has must be the first.
  var description: CommandDescription? {
    words.first.flatMap { word in
      commands.description(of: word) ?? (isFirst ? commands.promptDescription(of: word) : nil)
    }
  }

  private mutating func endWord(_ reader: inout Reader) {
    defer { reader.word = "" }
    if reader.word.isEmpty || (words.isEmpty && ["inproc>", "...>"].contains(reader.word)) {
      return
    }
    words.append(reader.word)
  }

  private mutating func endStatement(opensBlock: Bool) {
    if opensBlock { openBlocks.append(words.first ?? "") }
    if !words.isEmpty {
      declare()
      isFirst = false
      closedBlock = nil
    }
    words = []
  }

  /// Remembers the names that a statement makes.
  private mutating func declare() {
    guard let first = words.first else { return }
    if let command = commands.described(first) {
      command.declare(words, in: &declared)
    } else if let begun = commands.descriptions.first(where: { $0.continuation?.word == first }),
      begun.continuation?.takesVariable == true, words.count > 1
    {
      declared.variables.append(words[1])
    }
  }
}

extension TypedStatement {
  /// Cuts a text into words, as far as completion needs it.
  private struct Reader {
    enum Event { case inside, wordEnd, statementEnd, blockStart, blockEnd }

    var word = ""
    private(set) var start = 0
    private(set) var isComment = false
    private var quote: Unicode.Scalar?
    private var isEscaped = false
    private var isVariable = false
    private var previous: Unicode.Scalar = " "

    mutating func take(_ scalar: Unicode.Scalar, at offset: Int) -> Event {
      defer { previous = scalar }
      if scalar == "\n" {
        isComment = false
        quote = nil
        isEscaped = false
        isVariable = false
        return .statementEnd
      }
      if isComment { return .inside }
      if word.isEmpty { start = offset }
      if let quote {
        word.unicodeScalars.append(scalar)
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\", quote == "\"" {
          isEscaped = true
        } else if scalar == quote {
          self.quote = nil
        }
        return .inside
      }
      return takeBare(scalar)
    }

    private mutating func takeBare(_ scalar: Unicode.Scalar) -> Event {
      switch scalar {
      case " ", "\t":
        isVariable = false
        return .wordEnd
      case ";": return .statementEnd
      case "{" where previous == "$": isVariable = true
      case "{": return .blockStart
      case "}" where isVariable: isVariable = false
      case "}": return .blockEnd
      case "#" where word.isEmpty:
        isComment = true
        return .inside
      case "\"", "'": quote = scalar
      default: break
      }
      word.unicodeScalars.append(scalar)
      return .inside
    }
  }
}
