import Inproc
import InprocText

/// A run as a table: a column for each thread, time downwards, the switches between them marked.
struct RunTable {
  let timeline: Timeline
  /// How the run ended, in a few words, and in which thread; nil for all of them.
  let ending: (words: String, thread: Int?)?

  /// The most columns of a terminal a line may take.
  private static let width = 100
  private static let firstRows = 12
  private static let lastRows = 28
  private static let narrowestColumn = 14

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
    let margins = [
      Column(title: "line", rows.map(\.line), isRight: true),
      hasTimes ? Column(title: "time", rows.map(\.time), isRight: true) : nil,
    ].compactMap { $0 }
    let room = RunTable.width - 2 - margins.reduce(0) { $0 + $1.width + 2 }
    guard threads.count * (RunTable.narrowestColumn + 3) <= room else {
      return inOneColumn(rows, margins)
    }
    var columns = threads.map { thread in
      Column(
        title: timeline.name(of: thread),
        rows.map { $0.thread == thread ? $0.text : "" }, isRight: false)
    }
    RunTable.fit(&columns, into: room - 3 * (columns.count - 1))
    return body(rows, margins, columns)
  }

  /// Too many threads for a column each: their names before what they do.
  private func inOneColumn(_ rows: [Row], _ margins: [Column]) -> [String] {
    var column = Column(
      title: "thread: what it does",
      rows.map { row in (row.thread.map { timeline.name(of: $0) + ": " } ?? "") + row.text },
      isRight: false)
    column.width = min(
      column.width, RunTable.width - 2 - margins.reduce(0) { $0 + $1.width + 2 })
    return body(rows, margins, [column])
  }

  private func body(_ rows: [Row], _ margins: [Column], _ columns: [Column]) -> [String] {
    func line(_ margin: [String], _ cells: [String], _ separator: String) -> String {
      ("  " + (margin + [cells.joined(separator: separator)]).joined(separator: "  "))
        .withoutTrailingBlanks
    }
    var text = [line(margins.map { $0.titleCell }, columns.map(\.titleCell), " | ")]
    text.append(line(margins.map(\.rule), columns.map(\.rule), "-+-"))
    for (index, row) in rows.enumerated() {
      if row.thread == nil {
        text.append(line(margins.map { $0.cell(index) }, [row.text], ""))
      } else {
        text.append(line(margins.map { $0.cell(index) }, columns.map { $0.cell(index) }, " | "))
      }
    }
    return text
  }

  /// Wide columns give what narrow ones leave.
  private static func fit(_ columns: inout [Column], into room: Int) {
    var open = Set(columns.indices)
    var left = room
    while !open.isEmpty {
      let share = left / open.count
      let narrow = open.filter { columns[$0].width <= share }
      if narrow.isEmpty {
        for index in open { columns[index].width = share }
        return
      }
      for index in narrow { left -= columns[index].width }
      open.subtract(narrow)
    }
  }

  // MARK: Rows

  private var rows: [Row] {
    var rows: [Row] = []
    var time = Duration.zero
    for moment in timeline.moments.folded(first: RunTable.firstRows, last: RunTable.lastRows) {
      var row = row(moment)
      if moment.time != time {
        time = moment.time
        row.time = time.inWords
      }
      rows.append(row)
    }
    if let ending { rows.append(Row(thread: ending.thread, text: ending.words)) }
    return rows
  }

  private func row(_ moment: Moment) -> Row {
    var row = Row(thread: moment.thread, text: moment.words(in: timeline))
    switch moment.what {
    case .step(let step, _, _, _): row.line = String(step.range.line)
    case .waits(let step, _): row.line = step.map { String($0.range.line) } ?? ""
    case .leftOut: row.thread = nil
    case .timer, .switched, .failed: break
    }
    return row
  }
}

/// A column of the table: its cells, cut to its width.
private struct Column {
  let title: String
  private let cells: [String]
  private let isRight: Bool
  var width: Int

  init(title: String, _ cells: [String], isRight: Bool) {
    self.title = title.escapingUnprintable
    self.cells = cells.map(\.escapingUnprintable)
    self.isRight = isRight
    width = max(self.title.cells, self.cells.map(\.cells).max() ?? 0)
  }

  var titleCell: String { padded(title) }
  var rule: String { String(repeating: "-", count: width) }
  func cell(_ row: Int) -> String { padded(cells[row]) }

  private func padded(_ text: String) -> String {
    let text = text.cut(to: width)
    return isRight ? text.rightAligned(to: width) : text.padded(to: width)
  }
}

extension String {
  /// A result line; of an error only sign and code.
  var withoutErrorText: String {
    guard hasPrefix("=! "), let colon = firstIndex(of: ":") else { return self }
    return String(self[..<colon])
  }
}

extension Timeline.SwitchReason {
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
  /// As the language writes it, in the largest unit that gives a whole number.
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
