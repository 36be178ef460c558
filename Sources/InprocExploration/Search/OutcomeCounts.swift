/// What the runs of a search came to, each distinct outcome once, and in how many schedules.
package struct OutcomeCounts<Detail> {
  package struct Row {
    /// In how many schedules it came, at least.
    package var count: Int { max(counted, countedBefore) }
    fileprivate var counted = 0
    /// The count when it last restarted.
    fileprivate var countedBefore = 0
    /// The first schedule that led there: none has fewer preemptions. Nil of a free run.
    package let schedule: Schedule?
    package let detail: Detail
  }

  /// By the text of the outcome.
  package private(set) var rows: [String: Row] = [:]

  package init() {}

  /// Counts an outcome.
  ///
  /// - Parameters:
  ///   - text: the outcome.
  ///   - isNew: whether its schedule is one that was not there before. One that is not new is not
  ///     counted, unless the outcome was not there before: then its schedule was not, either.
  ///   - schedule: what led there.
  ///   - detail: what else is to be known of it; asked for once.
  package mutating func add(
    _ text: String, isNew: Bool, _ schedule: @autoclosure () -> Schedule?,
    _ detail: @autoclosure () -> Detail
  ) {
    var row = rows[text] ?? Row(schedule: schedule(), detail: detail())
    if isNew || row.count == 0 { row.counted += 1 }
    rows[text] = row
  }

  /// Runs that were counted come again.
  package mutating func startCounting() {
    for (text, row) in rows {
      rows[text]?.countedBefore = row.count
      rows[text]?.counted = 0
    }
  }
}
