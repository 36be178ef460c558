/// A command of the language: all that is known of it stands in the file of its type.
///
/// A type that conforms is entered in ``CommandTable/standard``. The parser, the executor, `help`,
/// completion, the explorer and the explanation of a failure ask it through the members below and
/// those of ``DescribedCommand``. They have no default values, so that a command in which one is
/// forgotten does not compile.
protocol Command: DescribedCommand, Hashable {
  /// What holds for each statement of this command.
  static var traits: CommandTraits { get }

  /// The operands that were typed. An error points at one of them.
  var operands: [CommandOperand] { get }

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

  init(_ value: any Command) {
    self.value = value
    traits = type(of: value).traits
    isSchedulingPoint = value.access != .nothing
  }

  package static func == (left: AnyCommand, right: AnyCommand) -> Bool {
    left === right || AnyHashable(left.value) == AnyHashable(right.value)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(value)) }
}
