/// A command of the language: all that is known of it stands in the file of its type.
///
/// A type that conforms is entered in ``CommandTable/standard``. The parser, the executor, `help`,
/// completion, the explorer and the explanation of a failure ask it through the members below and
/// those of ``DescribedCommand``. They have no default values, so that a command in which one is
/// forgotten does not compile.
protocol Command: DescribedCommand, Hashable {
  /// What holds for each statement of this command.
  static var traits: CommandTraits { get }

  /// What is wrong with what was parsed according to its description, if anything is; a hint says what
  /// to do about it.
  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)?

  /// The operands that were typed. An error points at one of them.
  var operands: [CommandOperand] { get }

  /// The variables that it reads, from left to right, as often as it reads them.
  var variables: [String] { get }

  /// The variable that it sets by its first operand; nil for a command that sets none so.
  var writtenVariable: Template? { get }

  /// Whether it reads shared variables in the step in which it runs, and not before, one by one.
  var readsAtOnce: Bool { get }

  /// Its blocks, in the order of the text.
  var blocks: [Block] { get }

  /// The variable between the first block and the second; nil where none stands there.
  var blockVariable: Template? { get }

  /// What it accesses that other threads can see. A schedule chooses before a command that accesses
  /// anything.
  var access: CommandAccess { get }

  /// What it waits for, and whose wait it can end.
  var role: WaitRole { get }

  /// Runs it: the executor has counted a step, and has chosen if a schedule does so here.
  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow

  /// What the thread did, in a sentence of which it is the subject: `sends hello to inbox`.
  func phrase(_ step: StepWords) -> String
}

/// A command without a block. It gives its results, or an error, and the next command follows.
protocol SimpleCommand: Command {
  /// Does what the command does. Evaluate the operands from left to right, and the options after them.
  func perform(
    _ options: [Option], in context: CommandContext
  ) throws(CommandError) -> CommandOutput
}

extension Command {
  static func problem(of parsed: ParsedCommand) -> (message: String, hint: String)? { nil }
  var variables: [String] { operands.flatMap(\.variables) }
  var readsAtOnce: Bool { false }
  var writtenVariable: Template? { nil }
  var blockVariable: Template? { nil }
}

extension SimpleCommand {
  var blocks: [Block] { [] }

  func run(_ statement: Statement, in executor: Executor) throws(Stop) -> Executor.Flow {
    try executor.perform(self, of: statement)
  }
}

/// A command as a statement holds it, beside the answers that are asked for at every step.
package final class AnyCommand: Hashable, Sendable {
  let value: any Command
  let traits: CommandTraits
  let isSchedulingPoint: Bool
  let variables: [String]

  init(_ value: any Command) {
    self.value = value
    traits = type(of: value).traits
    isSchedulingPoint = value.access != .nothing
    variables = value.variables
  }

  package static func == (left: AnyCommand, right: AnyCommand) -> Bool {
    left === right || AnyHashable(left.value) == AnyHashable(right.value)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(value)) }
}
