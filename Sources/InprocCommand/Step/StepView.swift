import Inproc
import InprocScript
import InprocText

/// The rows of `inproc step`, for a screen of any size: the source with every thread's next command
/// marked, and the run so far in columns, below it or, where there is room, beside it.
struct StepView: FullScreenView {
  let palette: Palette
  let isASCII: Bool
  let columns: Int
  let rows: Int
  let lines: [String]
  let file: String
  private var shownFile: String { FileName.shown(file) }

  private static let keys = [
    ("Enter", "step"), ("1-9", "who"), ("b", "back"), ("r", "start"), ("e", "end"),
    ("f", "failure"), ("F", "find"), ("s", "save"), ("q", "leave"),
  ]
  private static let columnsForBoth = 130

  func rows(_ state: StepState, message: String) -> [String] {
    let room = max(2, rows - 3)
    var result = [title(state)]
    result += columns >= Self.columnsForBoth ? beside(state, room) : below(state, room)
    result = Array(result.prefix(max(1, rows - 2)))
    while result.count < rows - 2 { result.append("") }
    result.append(palette(fit(message, columns), .result))
    result.append(keys)
    return clip(result, columns: columns, rows: rows)
  }

  private var keys: String {
    var used = 0
    return Self.keys.map { key, word in
      defer { used += key.count + word.count + 3 }
      let word = String(word.prefix(max(0, columns - used - key.count - 1)))
      return palette(key, .prompt) + palette(" \(word)", .note)
    }.joined(separator: "  ")
  }

  private func title(_ state: StepState) -> String {
    var words = "turn \(state.turns)"
    if state.time > .zero { words += " at \(state.time.inWords)" }
    switch state.ending {
    case nil: return palette(fit(words + "  \(shownFile)", columns), .prompt)
    case .passed: return palette(fit(words + "  passed  \(shownFile)", columns), .result)
    case .deadlock:
      return palette(fit(words + "  deadlock, as expected  \(shownFile)", columns), .error)
    case .failed(let problem):
      return palette(fit(words + "  FAILED: \(problem.message)", columns), .error)
    case .error(let text): return palette(fit(words + "  ERROR: \(text)", columns), .error)
    }
  }

  // MARK: Source and run

  private func below(_ state: StepState, _ room: Int) -> [String] {
    let sourceRoom = min(lines.count, max(2, (room - 6) / 2))
    let rule = palette(String(repeating: isASCII ? "-" : "─", count: columns), .note)
    let table = StepTable(
      palette: palette, isASCII: isASCII, width: columns, height: room - sourceRoom - 1)
    return sourceRows(state, columns, sourceRoom) + [rule] + table.rows(state)
  }

  private func beside(_ state: StepState, _ room: Int) -> [String] {
    let longest = lines.lazy.map(\.cells).max() ?? 0
    let left = min(max(40, longest + markWidth(state) + 6), columns * 2 / 5)
    let table = StepTable(
      palette: palette, isASCII: isASCII, width: columns - left - 3, height: room
    ).rows(state)
    let bar = palette(isASCII ? " | " : " │ ", .note)
    let source = sourceRows(state, left, room)
    return (0..<room).map { row in
      source[row] + bar + (table.indices.contains(row) ? table[row] : "")
    }
  }

  /// Rows of a given width, as many as there is room for.
  private func sourceRows(_ state: StepState, _ width: Int, _ room: Int) -> [String] {
    let marks = marks(state)
    let focus =
      state.threads.first { $0.isDefaultChoice && $0.file == file }?.range?.line ?? marks.keys.max()
      ?? 1
    let markWidth = markWidth(state)
    let first = max(1, min(focus - room / 2, lines.count - room + 1))
    return (first..<first + room).map { number in
      guard lines.indices.contains(number - 1) else { return pad("", width) }
      let here = marks[number] ?? []
      let names = fit(here.map(\.name).joined(separator: ","), markWidth - 2)
      let arrow = here.isEmpty ? "  " : isASCII ? "> " : "▶ "
      let gutter = String(repeating: " ", count: max(0, markWidth - 2 - names.cells)) + names
      let mark = palette(gutter + arrow, here.isEmpty ? .note : .thread)
      let margin =
        String(repeating: " ", count: max(0, digits - String(number).count))
        + "\(number)  "
      let next = here.first { $0.isDefaultChoice }?.range
      return mark + palette(margin, .note)
        + source(number, next, width - markWidth - margin.count)
    }
  }

  /// A line of the source, cut so that the next command can be seen, which is highlighted.
  private func source(_ number: Int, _ next: SourceRange?, _ room: Int) -> String {
    let room = max(1, room)
    guard let next else { return pad(lines[number - 1], room) }
    let line = Array(lines[number - 1].unicodeScalars)
    func escaped(_ part: ArraySlice<Unicode.Scalar>) -> String.UnicodeScalarView {
      String(String.UnicodeScalarView(part)).escapingUnprintable.unicodeScalars
    }
    // Escapes before the command and inside of it move its ends.
    let before = escaped(line.prefix(next.column - 1))
    let command = escaped(line.dropFirst(next.column - 1).prefix(next.length))
    var scalars = Array(before) + command + escaped(line.dropFirst(next.column - 1 + next.length))
    var start = before.count
    var end = start + command.count
    if end > room - 1, start > room / 3 {
      let skipped = start - room / 3
      scalars.replaceSubrange(0..<skipped, with: isASCII ? "~".unicodeScalars : "…".unicodeScalars)
      start -= skipped - 1
      end -= skipped - 1
    }
    let text = pad(String(String.UnicodeScalarView(scalars)), room)
    scalars = Array(text.unicodeScalars)
    (start, end) = (min(start, scalars.count), min(end, scalars.count))
    func string(_ range: Range<Int>) -> String {
      String(String.UnicodeScalarView(scalars[range]))
    }
    return string(0..<start) + palette(string(start..<end), .prompt) + string(end..<scalars.count)
  }

  /// The threads by the line in which each of them is.
  private func marks(_ state: StepState) -> [Int: [StepState.Thread]] {
    var marks: [Int: [StepState.Thread]] = [:]
    for thread in state.threads where thread.file == file {
      if let line = thread.range?.line { marks[line, default: []].append(thread) }
    }
    return marks
  }

  private func markWidth(_ state: StepState) -> Int {
    let widest =
      marks(state).values
      .map { $0.map(\.name).joined(separator: ",").cells + 2 }.max() ?? 0
    return min(24, max(8, widest))
  }

  private var digits: Int { max(2, String(lines.count).count) }
}
