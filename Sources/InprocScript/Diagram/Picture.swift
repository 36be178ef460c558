package import InprocDiagram

/// What there is to see of a scenario: one run, or where its runs part.
package enum Picture: Sendable {
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
  /// What happened in the run that a result tells of: the one that failed, or else the one that the
  /// options ask for.
  package func timeline(
    of result: ScenarioResult, _ script: Script, file: String
  ) -> Timeline? {
    var schedule = options.schedule ?? Schedule(choices: nil, checksum: 0)
    if case .failed(let problem) = result.verdict, let failing = problem.schedule {
      schedule = failing
    } else if let seed = options.seed ?? script.directives.seed, options.schedule == nil {
      let policy = SeededPolicy(seed: seed)
      let recorder = TimelineRecorder()
      _ = perform(script, file, policy, recorder: recorder)
      return recorder.timeline
    }
    return record(schedule, script, file: file)?.timeline
  }

  /// Runs a scenario and draws it: of one that fails, or expects a deadlock, the run that shows it; of
  /// one that was explored
  /// and has several outcomes the tree of them; else the run.
  ///
  /// - Returns: how it came out, and the picture; nil where no run can be repeated.
  package func picture(
    of script: Script, file: String
  ) -> (result: ScenarioResult, picture: Picture?) {
    var options = options
    options.showsOutcomes = true
    let result = ScenarioRunner(options, pool: pool).run(script, file: file)
    let title = script.directives.title ?? file
    let checksum = Schedule.checksum(script.lines)
    if case .failed(let problem) = result.verdict {
      guard let schedule = problem.schedule else { return (result, nil) }
      let told = "line \(problem.line): \(problem.message)"
      return (result, run(schedule, script, file, title, told))
    }
    if script.directives.expectsDeadlock {
      var stepper = Stepper(script, file: file, options: options, pool: pool)
      if stepper.findFailure().isFound {
        let told = "a deadlock, as the file expects"
        return (result, run(stepper.plannedSchedule, script, file, title, told))
      }
    }
    guard result.outcomes.count > 1 else {
      let schedule = result.outcomes.first?.schedule ?? Schedule(choices: nil, checksum: checksum)
      return (result, run(schedule, script, file, title, nil))
    }
    let leaves = result.outcomes.compactMap { outcome -> OutcomeTree.Leaf? in
      guard let timeline = record(outcome.schedule, script, file: file)?.timeline else {
        return nil
      }
      return OutcomeTree.Leaf(outcome, timeline)
    }
    return (result, .tree(OutcomeTree(title: title, leaves)))
  }

  private func run(
    _ schedule: Schedule, _ script: Script, _ file: String, _ title: String, _ problem: String?
  ) -> Picture? {
    record(schedule, script, file: file).map {
      .run(SequenceDiagram($0.timeline, title: title, problem: problem))
    }
  }
}

extension OutcomeTree.Leaf {
  fileprivate init(_ outcome: OutcomeSummary, _ timeline: Timeline) {
    let count = "\(outcome.schedules) schedule\(outcome.schedules == 1 ? "" : "s")"
    let grade = outcome.grade == "-" ? [] : [outcome.grade]
    self.init(
      outcome: outcome.outcome,
      remark: ([count] + grade + [outcome.comment].compactMap(\.self)).joined(separator: ", "),
      isForbidden: ["forbidden", "unmatched"].contains(outcome.grade),
      isInteresting: outcome.grade == "interesting", timeline: timeline)
  }
}
