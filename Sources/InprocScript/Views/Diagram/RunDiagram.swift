package import InprocDiagram
internal import InprocExploration
internal import InprocText

/// A diagram of a scenario: of one run, or of where its runs diverge.
package enum RunDiagram: Sendable {
  case run(SequenceDiagram)
  case tree(OutcomeTree)

  package var svg: String {
    switch self {
    case .run(let diagram): diagram.svg
    case .tree(let tree): tree.svg
    }
  }

  package var mermaid: String {
    switch self {
    case .run(let diagram): diagram.mermaid
    case .tree(let tree): tree.mermaid
    }
  }

  package func textLines(width: Int) -> [String] {
    switch self {
    case .run(let diagram): diagram.textLines(width: width)
    case .tree(let tree): tree.textLines(width: width)
    }
  }
}

extension ScenarioRunner {
  /// The diagram of a result: the run that shows its failure or the expected deadlock, or else, where
  /// exploring found several outcomes, the tree of them, or else the run.
  ///
  /// - Returns: nil where no single run shows the failure.
  /// - Throws: `limit` where a run can't be repeated to its end.
  package func diagram(
    of result: ScenarioResult, _ script: Script
  ) throws(CommandError) -> RunDiagram? {
    let title = script.directives.title ?? FileName.shown(result.file)
    if case .error = result.verdict { return nil }
    if case .failed(let problem) = result.verdict {
      guard let schedule = problem.schedule else { return nil }
      let caption = "line \(problem.line): \(problem.message)"
      return try run(schedule, script, result, title, caption)
    }
    if script.directives.expectsDeadlock, let schedule = deadlock(of: result, script) {
      return try run(schedule, script, result, title, "a deadlock, as the file expects")
    }
    let outcomes = outcomes(of: result, script)
    guard outcomes.count > 1 else {
      if let schedule = outcomes.first?.schedule {
        return try run(schedule, script, result, title, nil)
      }
      return .run(SequenceDiagram(try timeline(of: result, script), title: title))
    }
    var leaves: [OutcomeTree.Leaf] = []
    for outcome in outcomes {
      guard let schedule = outcome.schedule else { continue }
      leaves.append(OutcomeTree.Leaf(outcome, try timeline(schedule, script, result)))
    }
    return .tree(OutcomeTree(title: title, leaves))
  }

  /// The outcomes of a result. Where several schedules were run without collecting outcomes, they are
  /// run again.
  private func outcomes(of result: ScenarioResult, _ script: Script) -> [OutcomeSummary] {
    guard result.outcomes.isEmpty, result.exploration != nil else { return result.outcomes }
    var options = options
    options.showsOutcomes = true
    return ScenarioRunner(options, pool: pool).run(script, file: result.file).outcomes
  }

  /// A schedule that leads into the expected deadlock: one that the result has, or else one that a
  /// search finds.
  private func deadlock(of result: ScenarioResult, _ script: Script) -> Schedule? {
    if let met = result.outcomes.first(where: { $0.grade == .expected }) { return met.schedule }
    var stepper = Stepper(script, file: result.file, options: options, pool: pool)
    return stepper.findFailure().isFound ? stepper.plannedSchedule : nil
  }

  private func run(
    _ schedule: Schedule, _ script: Script, _ result: ScenarioResult, _ title: String,
    _ problem: String?
  ) throws(CommandError) -> RunDiagram {
    let timeline = try timeline(schedule, script, result)
    return .run(SequenceDiagram(timeline, title: title, problem: problem))
  }

  private func timeline(
    _ schedule: Schedule, _ script: Script, _ result: ScenarioResult
  ) throws(CommandError) -> Timeline {
    try timeline(under: schedule.policy, script, of: result)
  }
}

extension OutcomeTree.Leaf {
  fileprivate init(_ outcome: OutcomeSummary, _ timeline: Timeline) {
    let count = counted(outcome.schedules, "schedule")
    let remark = [count, outcome.grade.word, outcome.comment].compactMap(\.self)
    self.init(
      outcome: outcome.outcome, remark: remark.joined(separator: ", "),
      isForbidden: outcome.grade.isBad, isInteresting: outcome.grade == .interesting,
      timeline: timeline)
  }
}
