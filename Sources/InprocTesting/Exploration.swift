internal import InprocExploration
import InprocText

/// How an exploration came out that found no failure.
public struct Exploration: Sendable {
  /// One thing that observing has given at the end of a schedule.
  public struct Outcome: Hashable, Sendable {
    /// All that was observed: the main thread's first, then that of the others in the order of their
    /// names.
    public let text: String
    /// In how many schedules.
    public let count: Int
    /// One that leads to it, for ``ExplorationStrategy/schedule(_:)``.
    public let schedule: String
  }

  /// How much of all that can happen was run.
  public enum Completeness: Hashable, Sendable {
    /// Every schedule that can differ.
    case all
    /// Every schedule with no more than so many preemptions, and perhaps some others.
    case preemptions(Int)
    /// Some schedules.
    case sample
  }

  /// How many schedules were run that differ.
  public let schedules: Int
  /// How much of all that can happen they are.
  public let completeness: Completeness
  /// Whether a limit ended the exploration, and not its strategy.
  public let wasCutShort: Bool
  /// What was observed, most frequent first. Empty where nothing was.
  public let outcomes: [Outcome]
  /// How often a call was met in passing, in all runs.
  package let meetings: Int

  /// Whether every schedule was run that can differ.
  public var isComplete: Bool { completeness == .all }
}

extension Exploration: CustomStringConvertible {
  /// How much was run, and a table of the outcomes.
  public var description: String {
    let extent =
      switch completeness {
      case .all: "all that can differ"
      case .preemptions(let bound):
        "complete for at most \(counted(bound, "preemption")), not beyond"
      case .sample: "a sample"
      }
    var lines = [
      "explored \(counted(schedules, "schedule")): \(extent)"
        + (wasCutShort ? "; a limit ended it" : "")
    ]
    let width = outcomes.map { String($0.count).count }.max() ?? 0
    for outcome in outcomes {
      let count = String(outcome.count)
      lines.append(
        "  " + String(repeating: " ", count: width - count.count) + count + "  \(outcome.text)  "
          + outcome.schedule)
    }
    return lines.joined(separator: "\n")
  }
}

extension OutcomeCounts<Void> {
  /// Most frequent first.
  var sorted: [Exploration.Outcome] {
    rows.map { text, row in
      Exploration.Outcome(
        text: text, count: row.count, schedule: row.schedule.map { "\($0)" } ?? "")
    }
    .sorted { ($1.count, $0.text) < ($0.count, $1.text) }
  }
}
