/// What a table of commands knows of each of its commands, be it one of the language or one that only
/// a prompt has: how it is written and what is made of it.
package protocol DescribedCommand: Sendable {
  /// Its keyword, operands, options and blocks, and the words of `help`.
  static var description: CommandDescription { get }

  /// Makes the command of what was parsed according to its description. Nil, which the parser
  /// reports, only if the description let pass what is no such command.
  init?(_ parsed: ParsedCommand)

  /// Adds the names that the command will make to those that completion offers.
  ///
  /// - Parameters:
  ///   - words: the statement as far as it was typed, from its keyword on.
  ///   - names: those that exist, and those that the text before the statement makes.
  static func declare(_ words: [String], in names: inout SessionNames)
}

extension DescribedCommand {
  /// The names that the description says are new: those of its operands, and a variable behind `as`.
  package static func declare(_ words: [String], in names: inout SessionNames) {
    for (operand, word) in zip(description.operands, words.dropFirst()) where operand.role == .new {
      switch operand.kind {
      case .endpoint: names.endpoints.append(word)
      case .thread: names.threads.append(word)
      case .variable: names.variables.append(word)
      case .mutex: names.mutexes.append(word)
      case .definition: names.definitions.append(word)
      default: break
      }
    }
    if description.options.contains(.asVariable), let name = named(in: words) {
      names.variables.append(name)
    }
  }

  /// The word behind `as`.
  static func named(in words: [String]) -> String? {
    words.lastIndex(of: "as").flatMap { words.dropFirst($0 + 1).first }
  }
}
