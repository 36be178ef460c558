import Inproc

/// What was parsed of a statement according to the description of its command.
struct ParsedCommand {
  let type: any Command.Type
  let description: CommandDescription
  /// Endpoints, handles, threads, variables and paths, in the order of the text.
  var words: [Template] = []
  var frames: [FrameExpression] = []
  var integer: Quantity<Int>?
  var duration: Quantity<Duration>?
  var scope: ListScope?
  var topic: String?
  var comparison: Comparison?
  var options: [Option] = []
  /// Its blocks, in the order of the text.
  var blocks: [Block] = []
  /// The variable before the second block.
  var blockVariable: Template?
  var range = SourceRange(line: 1, column: 1, length: 1)
  var text = ""
  /// Whether it follows a `;` on the line of the command before it.
  var isJoined = false
  /// Whether it is the first behind an `inproc>`.
  var isTyped = false
  /// The `}` that ended its last block.
  var end: SourceRange?

  init(_ type: any Command.Type) {
    self.type = type
    description = type.description
  }

  /// The statement, once its blocks are there; nil if the command can't be made of what its own
  /// description has let pass, which the parser reports.
  func statement() -> Statement? {
    guard let command = type.init(self) else { return nil }
    var statement = Statement(command: command, options: options, range: range, text: text)
    statement.isJoined = isJoined
    statement.isTyped = isTyped
    if !blocks.isEmpty { statement.end = end }
    return statement
  }
}
