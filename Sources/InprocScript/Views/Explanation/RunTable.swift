import Inproc
internal import InprocExploration
import InprocText

/// A run as a table: each thread has a column, time runs downwards, and switches are marked.
struct RunTable {
  let timeline: Timeline
  /// How the run ended, in a few words, and in which thread; the thread is nil for an end that
  /// concerns all.
  let ending: (words: String, thread: Int?)?

  private static let width = 100
  private static let firstRows = 12
  private static let lastRows = 28

  private struct Row {
    var line = ""
    var time = ""
    var thread: Int?
    var text: String
  }

  var lines: [String] {
    let rows = self.rows
    let threads = Set(rows.compactMap(\.thread)).sorted()
    let hasTimes = rows.contains { !$0.time.isEmpty }
    let table = LaneTable(
      lanes: threads.map { timeline.name(of: $0).escapingUnprintable },
      margins: hasTimes ? ["line", "time"] : ["line"], border: .line,
      rows: rows.map { row in
        LaneTable.Row(
          margin: hasTimes ? [row.line, row.time] : [row.line],
          lane: row.thread.flatMap { threads.firstIndex(of: $0) },
          text: row.text.escapingUnprintable)
      })
    return table.lines(width: RunTable.width)
  }

  // MARK: Rows

  private var rows: [Row] {
    var rows: [Row] = []
    var time = Duration.zero
    for runRow in timeline.rows.folded(first: RunTable.firstRows, last: RunTable.lastRows) {
      var row = row(runRow)
      if runRow.time != time {
        time = runRow.time
        row.time = time.inWords
      }
      rows.append(row)
    }
    if let ending { rows.append(Row(thread: ending.thread, text: ending.words)) }
    return rows
  }

  private func row(_ runRow: RunRow) -> Row {
    var row = Row(thread: runRow.thread, text: runRow.words(in: timeline))
    switch runRow.what {
    case .step(let step, _, _, _): row.line = String(step.range.line)
    case .waits(let step, _): row.line = step.map { String($0.range.line) } ?? ""
    case .leftOut: row.thread = nil
    case .timer, .switched, .failed: break
    }
    return row
  }
}

extension SwitchReason {
  var inWords: String {
    switch self {
    case .waited: "waits"
    case .ended: "ended"
    case .slept: "sleeps"
    case .wouldBlock: "would-block"
    case .preempted: "preempted"
    }
  }
}

extension Duration {
  /// The duration in the notation of the language, in the largest unit that gives a whole number.
  package var inWords: String {
    let (seconds, attoseconds) = components
    let microseconds = attoseconds / 1_000_000_000_000
    if microseconds == 0 {
      return seconds != 0 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
    }
    let all = seconds * 1_000_000 + microseconds
    return all % 1_000 == 0 ? "\(all / 1_000)ms" : "\(all)us"
  }
}
