import Inproc

/// The operands, options and blocks of a statement, parsed according to the description of its
/// command.
package struct ParsedCommand {
  package let description: CommandDescription
  /// The commands that may stand in the text.
  let commands: CommandTable
  /// Endpoints, handles, threads, variables and paths, in the order of the text.
  package var words: [Template] = []
  var frames: [FrameExpression] = []
  package var integer: Quantity<Int>?
  var duration: Quantity<Duration>?
  /// The one of an operand's words that was given.
  package var word: String?
  var topic: String?
  var condition: Condition?
  /// Its frames, if they are two with a sign of arithmetic between.
  var arithmetic: Arithmetic?
  var options: [Option] = []
  /// Its blocks, in the order of the text.
  var blocks: [Block] = []
  /// What a block holds that is a scenario of its own. Blanks stand in place of all that comes before
  /// it, so that places in it stay what they are.
  package var scenario: String?
  /// The variable before the second block.
  var blockVariable: Template?
  var range = SourceRange(line: 1, column: 1, length: 1)
  /// As typed, without its blocks; of a command that only a prompt has, the whole text.
  package var text = ""
  /// Whether it follows a `;` on the line of the command before it.
  var isJoined = false
  /// Whether it is the first behind an `inproc>`.
  var isTyped = false
  /// The `}` that ended its last block.
  var end: SourceRange?

  init(_ description: CommandDescription, of commands: CommandTable) {
    self.description = description
    self.commands = commands
  }

  /// The statement, once its blocks are there; nil if the command can't be made of what its own
  /// description has let pass, which the parser reports.
  func statement() -> Statement? {
    guard let command = commands.command(description.keyword)?.init(self) else { return nil }
    var statement = Statement(command: command, options: options, range: range, text: text)
    statement.isJoined = isJoined
    statement.isTyped = isTyped
    if !blocks.isEmpty { statement.end = end }
    return statement
  }
}
