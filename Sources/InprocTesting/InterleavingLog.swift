internal import Inproc
internal import InprocScript
internal import InprocText

/// Writes down one run, for a report: what each thread called, what came of it, and where the turn
/// went.
final class InterleavingLog: SchedulingObserver {
  /// One line of the report, in the column of a thread.
  private struct Row {
    var thread: Int
    var text: String
    /// The operation has not ended.
    var isOpen = false
  }
  private struct State {
    var names: [Int: String] = [:]
    var rows: [Row] = []
    /// The row of the operation that each thread is in.
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
        // It was left in the middle: what came of it stands where it came.
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
  func timerFired(_ thread: Int) { noted(thread, "(its time is up)") }

  func switched(from thread: Int, to next: Int, _ reason: SwitchReason) {
    if reason == .preempted { noted(thread, "(preempted)") }
  }

  // MARK: The table

  private static let widest = 34
  private static let longest = 200

  /// A column for each thread, time downwards; a long run's first and last rows.
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
