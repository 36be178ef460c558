/// How a command is written, and the words of `help`. The parser takes operands, options and blocks
/// from it; help, completion and the docs take the words.
package struct CommandDescription: Hashable, Sendable {
  package enum Group: String, Hashable, Sendable, CaseIterable {
    case endpoints = "Endpoints and handles"
    case messages = "Messages"
    case threads = "Threads"
    case control = "Control"
    case sharing = "Variables and mutexes"
    case session = "Session"
    case prompt = "At a prompt only"
  }

  /// The meaning of a `break` in the first block of a command.
  package enum Body: Hashable, Sendable {
    /// It belongs to the loop around the command, if there is one.
    case inherited
    /// It is the body of a loop, which a `break` leaves.
    case loop
    /// It runs on a thread of its own: no loop around the command can be left from there.
    case thread
    /// It is a scenario of its own, in which directives may stand. The command is given its text. Only
    /// a command of a prompt can have such a block, and it may stand there without one.
    case scenario
    /// It is a definition: it runs where it is called, and can be left by `return`.
    case definition
  }

  package var keyword: String
  package var group: Group
  /// The ways to write it, where they are too different for one line; else empty.
  package var forms: [String]
  package var operands: [OperandDescription]
  package var options: [OptionDescription]
  /// The blocks that follow, as they are written; empty where there is none.
  package var blocks: String
  package var body: Body
  /// What may follow the first block; nil where nothing may.
  package var continuation: BlockContinuation?
  /// Whether it makes sense only inside of a loop of the same thread.
  package var standsInLoop: Bool
  /// Whether it makes sense only inside of a definition.
  package var standsInDefinition: Bool
  /// Whether its keyword may be a name, since files use it so.
  package var mayBeName: Bool
  /// Words that begin no value of it, since they are commands that give one in another way.
  package var reservedValues: [String]
  /// At most 30 characters, so that two columns of help fit a terminal.
  package var summary: String
  /// Some sentences more; an empty line separates paragraphs.
  package var details: String
  /// What its result lines are; empty for a command that gives none and prints text.
  package var results: String
  package var errors: [ErrorDescription]
  /// Lines that can be pasted at a prompt.
  package var example: String

  package init(
    _ keyword: String, group: Group, forms: [String] = [], operands: [OperandDescription] = [],
    options: [OptionDescription] = [], blocks: String = "", body: Body = .inherited,
    continuation: BlockContinuation? = nil, standsInLoop: Bool = false,
    standsInDefinition: Bool = false, mayBeName: Bool = false, reservedValues: [String] = [],
    summary: String, details: String, results: String = "none", errors: [ErrorDescription] = [],
    example: String
  ) {
    self.keyword = keyword
    self.group = group
    self.forms = forms
    self.operands = operands
    self.options = options
    self.blocks = blocks
    self.body = body
    self.continuation = continuation
    self.standsInLoop = standsInLoop
    self.standsInDefinition = standsInDefinition
    self.mayBeName = mayBeName
    self.reservedValues = reservedValues
    self.summary = summary
    self.details = details
    self.results = results
    self.errors = errors
    self.example = example
  }

  package var hasBlock: Bool { !blocks.isEmpty }

  /// `recv HANDLE [timeout=DURATION|now] [as VAR]`
  package var syntax: String {
    if !forms.isEmpty { return forms.joined(separator: " or ") }
    var words = [keyword] + operands.map(\.syntax)
    // A block comes last; options stand before it.
    words += options.map { "[\($0.syntax)]" }
    if hasBlock { words.append(blocks) }
    return words.joined(separator: " ")
  }

  package func option(named name: String) -> OptionDescription? {
    options.first { $0.name == name }
  }
}

/// A word that may follow the first block of a command, on the line of its `}`, with a block of its own.
package struct BlockContinuation: Hashable, Sendable {
  /// `else`, `catch`
  package var word: String
  /// Whether a variable may stand before the block.
  package var takesVariable: Bool
  /// Whether the command itself may stand in place of the block: `else if`.
  package var repeatsItself: Bool

  package init(_ word: String, takesVariable: Bool = false, repeatsItself: Bool = false) {
    self.word = word
    self.takesVariable = takesVariable
    self.repeatsItself = repeatsItself
  }
}

/// One operand of a statement, or several of a kind.
package struct OperandDescription: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case endpoint, handle, thread, variable, frame, integer, duration, path, topic
    /// One of the operand's ``OperandDescription/words``.
    case word
    /// Comparisons of frames, joined by `and` and `or`.
    case condition
    /// Frames, or two with a sign of arithmetic between.
    case value
    case mutex, definition
    /// The name of a parameter.
    case parameter
    /// A word or sign that is always the same: `in`, `=`.
    case literal(String)
  }
  package enum Occurrence: Hashable, Sendable { case one, optional, any, several }
  /// Which of the names that exist complete it.
  package enum Role: Hashable, Sendable {
    case any
    /// None: it names what the command makes.
    case new
    /// Handles that receive.
    case receiver
    /// Handles of `bidi` binds.
    case server
  }

  package var kind: Kind
  package var placeholder: String
  package var occurrence: Occurrence
  package var role: Role
  /// The words that may stand here: all that may for one of the kind `word`, and for another those
  /// that may stand in its place.
  package var words: [String]

  package init(
    _ kind: Kind, _ placeholder: String, _ occurrence: Occurrence = .one, role: Role = .any,
    words: [String] = []
  ) {
    self.words = words
    self.kind = kind
    self.placeholder = placeholder
    self.occurrence = occurrence
    self.role = role
  }

  package static func word(_ text: String) -> OperandDescription {
    OperandDescription(.literal(text), text)
  }

  /// One of these words.
  package static func words(
    _ words: [String], _ occurrence: Occurrence = .one
  ) -> OperandDescription {
    OperandDescription(.word, words.joined(separator: "|"), occurrence, words: words)
  }

  package var syntax: String {
    switch occurrence {
    case .one: placeholder
    case .optional: "[\(placeholder)]"
    case .any: "[\(placeholder)…]"
    case .several: placeholder + "…"
    }
  }
}

/// One option of a statement.
package struct OptionDescription: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// `as NAME`
    case name
    /// A word alone.
    case flag
    case frame
    case integer, handle
    /// A duration, or this word.
    case duration(orWord: String)
  }
  package var name: String
  package var kind: Kind
  /// What stands for its value: `DURATION|now`; empty for a flag.
  package var placeholder: String

  package init(_ name: String, _ kind: Kind, _ placeholder: String = "") {
    self.name = name
    self.kind = kind
    self.placeholder = placeholder
  }

  package var syntax: String {
    switch kind {
    case .name: "\(name) \(placeholder)"
    case .flag: name
    default: "\(name)=\(placeholder)"
    }
  }
}

/// An error a statement can give, in a few words.
package struct ErrorDescription: Hashable, Sendable {
  package var code: ErrorCode
  package var when: String

  package init(_ code: ErrorCode, _ when: String) {
    self.code = code
    self.when = when
  }
}

extension OptionDescription {
  static let timeout = OptionDescription("timeout", .duration(orWord: "now"), "DURATION|now")
  static let asVariable = OptionDescription("as", .name, "VAR")
  static let asName = OptionDescription("as", .name, "NAME")
  static let capacity = OptionDescription("capacity", .integer, "N")
  static let latest = OptionDescription("latest", .integer, "N")
}

extension OperandDescription {
  static let endpoint = OperandDescription(.endpoint, "ENDPOINT")
  static let handle = OperandDescription(.handle, "HANDLE")
  static let receiver = OperandDescription(.handle, "HANDLE", role: .receiver)
  static let frames = OperandDescription(.frame, "FRAME", .several)
  static let variable = OperandDescription(.variable, "VAR")
  static let value = OperandDescription(.value, "FRAME… | A + B")
  static let condition = OperandDescription(.condition, "CONDITION")
  static let mutex = OperandDescription(.mutex, "NAME")
}

// Errors that several commands give.
extension ErrorDescription {
  static let noHandle = ErrorDescription(.unknownName, "no such handle")
  static let noHandleOrVariable = ErrorDescription(.unknownName, "no such handle or variable")
  static let noThread = ErrorDescription(.unknownName, "no such thread")
  static let noVariable = ErrorDescription(.unknownName, "no such variable")
  static let receivesNothing = ErrorDescription(
    .notBidirectional, "the handle is a plain connection, which receives nothing")
  static let notAnEndpoint = ErrorDescription(.invalidEndpoint, "the text is not 'inproc://NAME'")
  static let nameTaken = ErrorDescription(.nameInUse, "a handle or thread has this name")
  static let waitInterrupted = ErrorDescription(.interrupted, "Ctrl-C or 'stop' ended the wait")
  static let nothingCame = ErrorDescription(.timedOut, "nothing came within the timeout")
  static let nothingThere = ErrorDescription(
    .wouldBlock, "'timeout=now' is given, and no message is there")
  static let notBound = ErrorDescription(.notFound, "the endpoint is not bound")
}
