package import InprocExploration

/// How a schedule that was given fits the file that it is given for.
package struct ScheduleFit: Sendable {
  /// The file's text is not the one that the schedule was printed for.
  let hasChanged: Bool
  /// How the choices do not fit the run, in words; nil where they do. From there on the run followed
  /// the default schedule.
  package let misfit: String?

  /// - Parameters:
  ///   - schedule: what was given.
  ///   - script: what was run.
  ///   - misfit: how the choices do not fit the run, in words.
  package init(_ schedule: Schedule, of script: Script, misfit: String?) {
    hasChanged = schedule.checksum != Schedule.checksum(script.lines)
    self.misfit = misfit.map { misfit in
      "the schedule does not fit this file: \(misfit); from there on the run followed the default "
        + "schedule"
    }
  }

  /// What the reader of a report has to know.
  package var note: String? {
    hasChanged
      ? "the schedule belongs to another text: the file has changed since the schedule was printed, or "
        + "the schedule is that of another file"
      : nil
  }
}
