import InprocScript

/// The parts of a statement that may come next, according to the command table.
struct Expected {
  /// The operands that may come next.
  private(set) var operands: [OperandDescription] = []
  /// The options that may come next, without those that were given.
  private(set) var options: [OptionDescription] = []
  /// The option whose value comes next: `as`.
  private(set) var value: OptionDescription?
  /// Whether a block may begin.
  private(set) var block = false
  /// The operands that were given.
  private(set) var given: [String] = []

  /// Walks along the words after a keyword.
  init(_ description: CommandDescription, after words: some Sequence<String>) {
    var index = 0
    var count = 0
    var used: Set<String> = []
    for word in words {
      if value != nil {
        value = nil
        continue
      }
      let isComplete = description.operands.dropFirst(index).allSatisfy { operand in
        operand.isOptional || (operand.takesSeveral && count > 0)
      }
      if isComplete, let option = description.options.first(where: { $0.isGiven(by: word) }) {
        used.insert(option.name)
        if option.kind == .name { value = option }
        continue
      }
      given.append(word)
      guard index < description.operands.count else { continue }
      if description.operands[index].takesSeveral {
        count += 1
      } else {
        index += 1
      }
    }
    guard value == nil else { return }
    for operand in description.operands.dropFirst(index) {
      operands.append(operand)
      if operand.isOptional || (operand.takesSeveral && count > 0) { continue }
      return
    }
    options = description.options.filter { !used.contains($0.name) }
    // A scenario of its own stands in place of all operands.
    block = description.hasBlock && (description.body != .scenario || given.isEmpty)
  }
}

extension OperandDescription {
  /// Whether several words may stand for it.
  fileprivate var takesSeveral: Bool {
    switch occurrence {
    case .several, .any: true
    case .one, .optional: kind == .condition || kind == .value
    }
  }

  fileprivate var isOptional: Bool { occurrence == .optional || occurrence == .any }
}

extension OptionDescription {
  fileprivate func isGiven(by word: String) -> Bool {
    switch kind {
    case .name, .flag: word == name
    default: word.hasPrefix(name + "=")
    }
  }
}
