extension ScenarioResult {
  /// What can be claimed of a scenario after what was run of it. ``Evidence`` decides.
  package enum Verdict: Sendable {
    /// All that was asked for was run, at least one run came to its end, and nothing was wrong.
    case passed
    /// Nothing was wrong in what was run, but not all that was asked for was run, or was seen; the
    /// text says why.
    case incomplete(String)
    case failed(Problem)
    /// It could not be read, or could not be run: nothing is known about it. The text is the report.
    case error(String)
  }

  /// What the runs of a scenario have shown.
  package struct Evidence: Sendable {
    package var file: String
    /// How many runs of the kind that was asked for came to their end.
    package var finishedRuns = 0
    /// What was wrong in one of them, or in all of them together.
    package var failure: Problem?
    /// Why a run could not begin or go on, though the scenario is not to blame.
    package var hindrance: String?
    /// What was asked for and not run, or not seen, in whole words.
    package var missing: [String] = []

    package init(file: String) { self.file = file }

    /// The one rule of what a verdict claims. A failure that a run has shown stays one, whatever else
    /// could not be run. Without a finished run nothing is known, so nothing passes.
    package var verdict: Verdict {
      if let failure { return .failed(failure) }
      if let hindrance { return error(hindrance) }
      guard finishedRuns > 0 else {
        return error((["no schedule was run to its end"] + missing).joined(separator: ": "))
      }
      return missing.isEmpty ? .passed : .incomplete(missing.joined(separator: "; "))
    }

    private func error(_ reason: String) -> Verdict {
      ScenarioResult.error(reason, file: file).verdict
    }
  }
}

extension ScenarioResult.Verdict {
  /// Whether the text of a failure or an error is there to be read.
  package var isPassed: Bool { if case .passed = self { true } else { false } }
}
