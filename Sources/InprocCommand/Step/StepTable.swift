import Inproc
import InprocScript
import InprocText

/// The run so far as a table: each thread has a column, time runs downwards, and the last row shows
/// what each thread does next or waits for.
struct StepTable: FullScreenView {
  let palette: Palette
  let isASCII: Bool
  let width: Int
  let height: Int

  private static let narrowestColumn = 12

  private struct Cell {
    var text = ""
    var style: Palette.Style?
  }

  private struct Column {
    var head: Cell
    var now: Cell
    /// The width of its widest cell.
    var wanted = 0
    var width = 0
  }

  /// The rows of the screen, at most `height`.
  func rows(_ state: StepState) -> [String] {
    let names = state.columns
    let fits = names.count * (Self.narrowestColumn + 3) - 3 <= width
    return fits ? inColumns(state) : inOneColumn(state)
  }

  // MARK: A column for each thread

  private func inColumns(_ state: StepState) -> [String] {
    let happened = state.rows
    var columns = state.columns.map { number, name in
      let thread = state.threads.first { $0.number == number }
      var column = Column(
        head: head(thread, number, name), now: thread.map(now) ?? Cell(text: "joined", style: .note)
      )
      let cells = happened.filter { $0.thread == number }.map { plain($0.text).cells }
      column.wanted = max(column.head.text.cells, column.now.text.cells, cells.max() ?? 0)
      return column
    }
    share(&columns)
    let below = footer(state, columns)
    let room = max(1, height - 2 - below.count)
    let last = happened.indices.last
    let story = happened.indices.suffix(room).map { index -> String in
      let row = happened[index]
      guard let thread = row.thread else { return palette(fit(row.text, width), .note) }
      return line(columns) { $0 == thread ? cell(row, isLast: index == last) : Cell() }
    }
    return [line(columns) { columns[$0].head }, rule(columns)] + story + below
  }

  private func cell(_ row: StepState.Row, isLast: Bool) -> Cell {
    let style: Palette.Style? =
      switch row.kind {
      case .switch: .note
      case .error: .error
      case .plain: isLast ? .prompt : nil
      }
    return Cell(text: plain(row.text), style: style)
  }

  private func head(_ thread: StepState.Thread?, _ number: Int, _ name: String) -> Cell {
    let mark = thread?.isDefaultChoice == true ? (isASCII ? ">" : "▶") : " "
    let canRun = thread?.canRun == true
    let key = canRun && number < 9 ? "\(number + 1) " : "  "
    return Cell(text: mark + key + name, style: canRun ? .thread : .note)
  }

  private func now(_ thread: StepState.Thread) -> Cell {
    switch thread.state {
    case .blocked(let reason): Cell(text: "waits: \(reason.text)", style: .note)
    case .running:
      Cell(
        text: thread.command.map { "next: \($0)" } ?? "at its end",
        style: thread.isDefaultChoice ? .prompt : nil)
    case .failed: Cell(text: thread.state.word, style: .error)
    case .finished: Cell(text: thread.state.word, style: .note)
    }
  }

  /// Distributes the width; what no column needs is distributed evenly.
  private func share(_ columns: inout [Column]) {
    let (widths, left) = columnWidths(
      wanted: columns.map(\.wanted), within: width - 3 * (columns.count - 1),
      atLeast: Self.narrowestColumn)
    for (index, width) in widths.enumerated() {
      columns[index].width = width + max(0, left) / columns.count
    }
  }

  private func line(_ columns: [Column], _ cell: (Int) -> Cell) -> String {
    columns.indices.map { index in
      let cell = cell(index)
      let text = pad(cell.text, columns[index].width)
      return cell.style.map { palette(text, $0) } ?? text
    }.joined(separator: palette(isASCII ? " | " : " │ ", .note))
  }

  private func rule(_ columns: [Column]) -> String {
    let dash = isASCII ? "-" : "─"
    return palette(
      columns.map { String(repeating: dash, count: $0.width) }
        .joined(separator: isASCII ? "-+-" : "─┼─"), .note)
  }

  /// What each thread does next, the outcome of a run that has ended, and the queues.
  private func footer(_ state: StepState, _ columns: [Column]) -> [String] {
    var rows = [rule(columns), line(columns) { columns[$0].now }]
    if state.canFireTimer { rows.append(timer) }
    if let outcome = outcome(state) { rows.append(outcome) }
    return rows + queues(state)
  }

  // MARK: Too many threads for a column each

  private func inOneColumn(_ state: StepState) -> [String] {
    let shown = state.threads.prefix(max(2, height / 2))
    let nameWidth = min(20, shown.map { $0.name.cells }.max() ?? 4)
    var below = shown.map { thread -> String in
      let head = pad(head(thread, thread.number, thread.name).text, nameWidth + 3)
      let now = now(thread)
      let text = fit(plain(now.text), width - nameWidth - 5)
      return palette(head, thread.canRun ? .thread : .note) + "  "
        + (now.style.map { palette(text, $0) } ?? text)
    }
    if state.threads.count > shown.count {
      below.append(palette("   (\(state.threads.count - shown.count) more)", .note))
    }
    if state.canFireTimer { below.append(timer) }
    if let outcome = outcome(state) { below.append(outcome) }
    below += queues(state)
    let rule = palette(String(repeating: isASCII ? "-" : "─", count: width), .note)
    let happened = state.rows
    let room = max(1, height - 1 - below.count)
    let last = happened.indices.last
    let story = happened.indices.suffix(room).map { index -> String in
      let row = happened[index]
      let name = row.thread.map { state.timeline.name(of: $0) + ": " } ?? ""
      var cell = cell(row, isLast: index == last)
      cell.text = fit(name + cell.text, width)
      return cell.style.map { palette(cell.text, $0) } ?? cell.text
    }
    return story + [rule] + below
  }

  // MARK: Rows across all columns

  private var timer: String { palette(" t ", .prompt) + "the earliest timer fires" }

  private func outcome(_ state: StepState) -> String? {
    guard let outcome = state.outcome else { return nil }
    let grade = outcome.grade.word.map { [$0] } ?? []
    let words = [outcome.outcome] + grade + [outcome.comment.map { "# \($0)" } ?? ""]
    let isBad = outcome.grade.isBad
    return palette(
      fit("outcome: " + words.joined(separator: "  "), width), isBad ? .error : .result)
  }

  /// The queues beside each other, on at most two rows.
  private func queues(_ state: StepState) -> [String] {
    guard state.ending == nil, !state.endpoints.isEmpty else { return [] }
    var rows = ["queues:"]
    for status in state.endpoints {
      let limit = status.capacity.limit.map { "/\($0)" } ?? ""
      let bar = String(repeating: isASCII ? "#" : "■", count: min(status.queued, 20))
      let text =
        "  \(status.endpoint.name) \(status.queued)\(limit)" + (bar.isEmpty ? "" : " \(bar)")
      if rows[rows.count - 1].cells + text.cells > width, rows.count < 2 { rows.append("       ") }
      rows[rows.count - 1] += text
    }
    return rows.map { fit($0, width) }
  }

  private func plain(_ text: String) -> String {
    isASCII ? text.replacing("…", with: "~") : text
  }
}
