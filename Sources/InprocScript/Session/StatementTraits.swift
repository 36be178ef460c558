// What the executor asks of a statement and of its results.

extension ResultLine {
  var isError: Bool { if case .error = self { true } else { false } }
}

extension Statement {
  /// A place where a schedule chooses: the command accesses what other threads can see.
  var isSchedulingPoint: Bool { held.isSchedulingPoint }

  /// Where it succeeds, others can see that something has changed.
  var isChange: Bool { held.traits.changesState }

  /// Whether it may give results, be it from its blocks.
  package var givesLines: Bool { held.traits.results != .none }

  /// What it gives is part of a run's outcome where nothing is observed.
  var isReceive: Bool { held.traits.results == .received }

  /// Whether expectations that follow it speak of the lines of commands inside of it.
  var holdsLines: Bool { held.traits.results == .ofItsBlock }

  /// Whether its expectations are for its own lines, and no others.
  var isExpectedAlone: Bool { !isJoined && !holdsLines }

  /// The blocks of the statement, in the order of the text.
  package var blocks: [Block] { command.blocks }

  /// The word between its first block and the second, such as `else`; empty for a command that can have
  /// but one.
  var continuation: String { type(of: command).description.continuation?.word ?? "" }

  /// Its operands as typed, in the order of the text.
  package var operands: [CommandOperand] { command.operands }

  /// Whether it, or a statement in one of its blocks, waits for the clock.
  var usesTimers: Bool {
    let waits = options.contains { if case .duration = $0.value { true } else { false } }
    return waits || held.traits.waitsForClock || blocks.contains(where: \.usesTimers)
  }

  /// Whether it, or a statement in one of its blocks, adds to the outcome of the run.
  var observes: Bool { held.traits.addsToOutcome || blocks.contains(where: \.observes) }

  /// Whether it, or a statement in one of its blocks, runs another file.
  var sources: Bool { held.traits.runsFile || blocks.contains(where: \.sources) }

  /// Whether it, or a statement in one of its blocks, uses what threads share besides endpoints.
  var shares: Bool {
    type(of: command).description.group == .sharing || blocks.contains(where: \.shares)
  }

  var nameOption: Template? {
    for option in options where option.name == "as" {
      if case .name(let template) = option.value { return template }
    }
    return nil
  }
}

extension Block {
  fileprivate var usesTimers: Bool { statements.contains(where: \.usesTimers) }
  fileprivate var observes: Bool { statements.contains(where: \.observes) }
  fileprivate var shares: Bool { statements.contains(where: \.shares) }
  fileprivate var sources: Bool { statements.contains(where: \.sources) }
}
