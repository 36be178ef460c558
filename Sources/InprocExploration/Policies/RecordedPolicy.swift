/// Repeats choices that were printed; after them it goes on as the default schedule does.
package final class RecordedPolicy: SchedulePolicy {
  private var recorded: RecordedChoices
  /// Whether a recorded choice was not to be had.
  package var hasDiverged: Bool { recorded.hasDiverged }
  /// How the choices do not fit the run that has ended, in words; nil where they do.
  package var misfit: String? { recorded.misfit }

  package init(choices: [Int]) { recorded = RecordedChoices(choices) }

  package var isPreemptive: Bool { true }

  package func choose(_ point: ChoicePoint) -> Int? { recorded.next(at: point) }

  package func finish(state: UInt64) {}
}
