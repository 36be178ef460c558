internal import Inproc
internal import InprocExploration
internal import InprocText

/// Records one run for a report: the calls of each thread, their results, and preemptions.
final class InterleavingLog: SchedulingObserver {
  /// A row of the report, in the lane of a thread.
  private struct Row {
    var thread: Int
    var text: String
    /// Whether its operation has not ended.
    var isOpen = false
  }
  private struct State {
    var names: [Int: String] = [:]
    var rows: [Row] = []
    /// For each thread the row of the operation in which it is.
    var open: [Int: Int] = [:]
  }
  private let state = Guarded(State())

  func named(_ thread: Int, _ name: String) { state.withLock { $0.names[thread] = name } }

  func began(_ thread: Int, _ text: String) {
    state.withLock { state in
      state.open[thread] = state.rows.count
      state.rows.append(Row(thread: thread, text: text, isOpen: true))
    }
  }

  func ended(_ thread: Int, _ verb: String, _ result: String?) {
    state.withLock { state in
      guard let row = state.open.removeValue(forKey: thread) else { return }
      let text = result.map { " → \($0)" } ?? ""
      if row == state.rows.count - 1 {
        state.rows[row].isOpen = false
        state.rows[row].text += text
      } else {
        // Other threads ran meanwhile, so that the result has a row of its own.
        state.rows.append(Row(thread: thread, text: "… \(verb)\(text)"))
      }
    }
  }

  func noted(_ thread: Int, _ text: String) {
    state.withLock { $0.rows.append(Row(thread: thread, text: text)) }
  }

  // MARK: What the virtual scheduler tells

  func blocked(_ thread: Int) {}
  func wentOn(_ thread: Int) {}
  func timerFired(_ thread: Int) { noted(thread, "(its timer fires)") }

  func switched(from thread: Int, to next: Int, _ reason: SwitchReason) {
    if reason == .preempted { noted(thread, "(preempted)") }
  }

  // MARK: The table

  private static let widest = 34
  private static let longest = 200

  /// The run as a table; of a long one the first and the last rows.
  var table: String {
    let (names, all) = state.withLock { ($0.names, $0.rows) }
    let isCut = all.count > InterleavingLog.longest
    let half = InterleavingLog.longest / 2
    let first = (isCut ? all.prefix(half) : all[...]).map(InterleavingLog.row)
    let last = isCut ? all.suffix(half).map(InterleavingLog.row) : []
    let table = LaneTable(
      lanes: (0...(names.keys.max() ?? 0)).map { (names[$0] ?? "").escapingUnprintable },
      border: .blanks,
      rows: first + (isCut ? [LaneTable.Row(lane: nil, text: "⋮")] : []) + last)
    return table.lines().joined(separator: "\n")
  }

  private static func row(_ row: Row) -> LaneTable.Row {
    let text = (row.text + (row.isOpen ? " …" : "")).escapingUnprintable
    return LaneTable.Row(lane: row.thread, text: text.cut(to: widest))
  }
}
