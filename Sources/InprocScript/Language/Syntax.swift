package import Inproc

// The syntax tree: what the parser makes of a text and the session runs.

/// A place in a source text. Lines and columns start at 1; columns count Unicode scalars.
package struct SourceRange: Hashable, Sendable {
  package var line: Int
  package var column: Int
  /// How many columns it spans on its first line, at least 1.
  package var length: Int

  package init(line: Int, column: Int, length: Int) {
    self.line = line
    self.column = column
    self.length = length
  }
}

/// A bare word or string, in which variables may stand.
package struct Template: Hashable, Sendable {
  package enum Segment: Hashable, Sendable {
    case literal([UInt8])
    /// `$name` (all frames joined by a space) or `$name[index]`.
    case variable(name: String, index: Int?, range: SourceRange)
  }
  package let segments: [Segment]
  package let range: SourceRange
  /// As typed.
  package let text: String
  /// The name that it always is; nil if it is not a name, or depends on variables.
  package let constantName: String?

  package init(segments: [Segment], range: SourceRange, text: String) {
    self.segments = segments
    self.range = range
    self.text = text
    constantName = Self.literal(segments).flatMap { bytes in
      Name.problem(with: bytes) == nil ? String(decoding: bytes, as: UTF8.self) : nil
    }
  }

  /// Its bytes; nil if a variable stands in it.
  package var literal: [UInt8]? { Self.literal(segments) }

  private static func literal(_ segments: [Segment]) -> [UInt8]? {
    switch segments.count {
    case 0: return []
    case 1: if case .literal(let bytes) = segments[0] { return bytes } else { return nil }
    default: return nil
    }
  }
}

/// A number, size or duration: written out, or to be had from a variable when the command runs.
package enum Quantity<Value: Hashable & Sendable>: Hashable, Sendable {
  case literal(Value, Template)
  case template(Template)

  /// As typed.
  package var template: Template {
    switch self {
    case .literal(_, let template), .template(let template): template
    }
  }
}

/// An expression whose value is one frame, or several.
package enum FrameExpression: Hashable, Sendable {
  /// Known from the text: a word or string without variables, or `0x…`.
  case constant(Frame, text: String)
  /// One frame, made when the command runs.
  case template(Template)
  /// `bytes(SIZE)` and `bytes(SIZE, 0xAA)`.
  case bytes(count: Quantity<Int>, fill: UInt8)
  /// `$name` as a word of its own: all frames of that variable.
  case splice(name: String, range: SourceRange)
}

package enum Comparison: String, Hashable, Sendable, CaseIterable {
  case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
  case greaterOrEqual = ">="
}

/// An option of a command, as its description says. Values are evaluated in the order they were typed.
package struct Option: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    /// It has none.
    case flag
    /// Names a handle or a variable.
    case name(Template)
    case integer(Quantity<Int>)
    case frame(FrameExpression)
    case duration(Quantity<Duration>)
    /// The word that may stand in place of a duration.
    case word
  }
  /// `as`, `timeout`
  package var name: String
  package var value: Value
}

/// A block in braces.
package struct Block: Hashable, Sendable {
  package var statements: [Statement]
  package init(statements: [Statement]) { self.statements = statements }
}

package struct Statement: Hashable, Sendable {
  /// The command, as a value that can be compared and shared.
  let held: AnyCommand
  package var options: [Option]
  /// From the first word to the last one before a block; columns for a caret under it.
  package var range: SourceRange
  /// As typed, without its block: `recv inbox timeout=1s`, `repeat 3 as i`.
  package var text: String
  /// The expectations. Those below a line of several commands speak of the lines of all of them;
  /// see ``isJoined``.
  package var expectations: [Expectation]
  /// Whether it stands on the line of the command before it, behind a `;`, so that expectations
  /// which follow on a line of their own speak of both.
  package var isJoined = false
  /// Whether nothing but a comment follows on its line.
  package var endsLine = false
  /// Whether it is the first statement behind an `inproc>`: a person typed it, after the other
  /// threads had run as far as they could.
  package var isTyped = false
  /// The `}` at its end; nil for one without a block.
  package var end: SourceRange?

  /// The command itself.
  var command: any Command { held.value }

  init(
    command: any Command, options: [Option] = [], range: SourceRange, text: String,
    expectations: [Expectation] = []
  ) {
    held = AnyCommand(command)
    self.options = options
    self.range = range
    self.text = text
    self.expectations = expectations
  }
}

/// One expected line: `=> …` or `=! …`, with its alternatives.
package struct Expectation: Hashable, Sendable {
  package enum Alternative: Hashable, Sendable {
    case fields([FieldPattern])
    /// `=> (none)`
    case none
    /// `=! CODE` or `=! CODE: /regex/`
    case error(code: String, text: Regex?)
  }
  /// What is wrong with an expectation before which no command stands.
  package static let withoutCommand = (
    message: "this expectation follows no command", hint: "write it on the line after its command"
  )

  package var alternatives: [Alternative]
  package var range: SourceRange
  /// As typed, from the sign on.
  package var text: String

  package init(alternatives: [Alternative], range: SourceRange, text: String) {
    self.alternatives = alternatives
    self.range = range
    self.text = text
  }
}

package enum FieldPattern: Hashable, Sendable {
  case value(FrameExpression)
  /// `_`
  case any
  /// `...`, always last
  case rest
  /// `/regex/`
  case regex(Regex)
  /// `bytes(N)`: any frame of N bytes
  case size(Quantity<Int>)
}

/// What must stand before the first command.
package struct Directives: Hashable, Sendable {
  package enum Timers: String, Hashable, Sendable { case idle, racing }
  package enum Grade: String, Hashable, Sendable { case acceptable, interesting, forbidden }
  package struct OutcomePattern: Hashable, Sendable {
    package var grade: Grade
    package var fields: [FieldPattern]
    /// The comment at the line's end, without its `#`.
    package var comment: String?
    /// Of the whole directive, its comment apart.
    package var range: SourceRange
    /// The pattern as typed.
    package var text: String

    package init(
      grade: Grade, fields: [FieldPattern], comment: String?, range: SourceRange, text: String
    ) {
      self.grade = grade
      self.fields = fields
      self.comment = comment
      self.range = range
      self.text = text
    }
  }

  package var title: String?
  package var explores = false
  package var seed: UInt64?
  package var steps: Int?
  package var timers: Timers?
  package var expectsDeadlock = false
  /// The place of that directive.
  package var deadlockRange: SourceRange?
  package var outcomes: [OutcomePattern] = []
  /// What holds after each write of a shared variable, from when all of its variables exist.
  package var always: [Condition] = []
  /// What holds when a run has ended normally.
  package var finally: [Condition] = []

  package init() {}
}

/// A parsed text.
package struct Script: Hashable, Sendable {
  package var directives: Directives
  package var statements: [Statement]
  /// The lines of the text, for reports.
  package var lines: [String]
  /// The commands that might stand in it.
  package var commands = CommandTable.standard
  /// The expectations before the first command; only a typed text can have them.
  package var leadingExpectations: [Expectation] = []
  /// Errors of other threads that the text shows, as a prompt's screen does.
  package var threadErrors: Set<ThreadError> = []
  /// Whether it is a screen that ends in a prompt. Threads may still wait at its end then.
  package var endsAtPrompt = false

  /// Whether other threads run as far as they can before each text that was typed at a prompt, as
  /// they do while a person types. They don't if the text asks for every schedule.
  package var pausesAtPrompts: Bool {
    !directives.explores && directives.seed == nil && statements.contains(where: \.isTyped)
  }

  package init(directives: Directives, statements: [Statement], lines: [String]) {
    self.directives = directives
    self.statements = statements
    self.lines = lines
  }
}
