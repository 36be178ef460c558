internal import Inproc
internal import InprocText

extension [OutcomeSummary] {
  /// A heading, and a line for each outcome.
  ///
  /// - Parameter isNumbered: the rows count from 1, where one can be chosen by its number; else each
  ///   shows a schedule that leads there.
  /// - Returns: the lines, no wider than they need to be.
  package func table(isNumbered: Bool) -> [String] {
    var all = [["schedules", "grade", "outcome", ""]]
    all += map { row in
      [String(row.schedules), row.grade.rawValue, row.outcome, row.comment.map { "# \($0)" } ?? ""]
        .map(\.escapingUnprintable)
    }
    for index in all.indices {
      if isNumbered {
        all[index].insert(index == 0 ? "run" : String(index), at: 0)
      } else {
        let schedule =
          index == 0
          ? "one schedule that leads there"
          : self[index - 1].schedule.map { "\($0)" } ?? "a free run has none"
        all[index].insert(schedule, at: 3)
      }
    }
    let widths = (0..<4).map { column in all.map { $0[column].cells }.max() ?? 0 }
    return all.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        line += column < 4 ? cell.padded(to: widths[column] + 2) : cell
      }
      return line.withoutTrailingBlanks
    }
  }
}
