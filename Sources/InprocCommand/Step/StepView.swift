import Inproc
import InprocDiagram
import InprocScript

/// The rows of `inproc step`, for a screen of any size: the source with every thread's next command
/// marked, the threads and what they wait for, the queues, what has happened so far.
struct StepView: FullScreenView {
  let palette: Palette
  let isASCII: Bool
  let columns: Int
  let rows: Int
  let lines: [String]
  let file: String

  static let keys =
    "Enter step  1-9 thread  b back  r start  e end  f failure  F find  s save  q leave"

  func rows(_ state: StepState, message: String) -> [String] {
    let happened = story(state)
    let threads = threadRows(state)
    let queues = queueRows(state)
    let fixed = 1 + 1 + threads.count + 1 + queues.count + 1 + 1 + 2
    let room = max(4, rows - fixed)
    let storyRoom = min(happened.count, max(2, room / 3))
    let sourceRoom = max(2, room - storyRoom)
    var result = [title(state)]
    result += sourceRows(state, sourceRoom)
    result.append(heading("THREADS"))
    result += threads
    result.append(heading("QUEUES"))
    result += queues
    result.append(heading("SO FAR"))
    result += happened.suffix(storyRoom)
    while result.count < rows - 2 { result.append("") }
    result = Array(result.prefix(max(1, rows - 2)))
    result.append(palette(fit(message, columns), .result))
    result.append(palette(fit(Self.keys, columns), .note))
    return result
  }

  private func heading(_ text: String) -> String { palette(text, .note) }

  private func title(_ state: StepState) -> String {
    var words = "turn \(state.moment)"
    if state.time > .zero { words += " at \(state.time.inWords)" }
    switch state.ending {
    case nil: return palette(fit(words + "  \(file)", columns), .prompt)
    case .passed: return palette(fit(words + "  passed  \(file)", columns), .result)
    case .deadlock:
      return palette(fit(words + "  deadlock, as expected  \(file)", columns), .error)
    case .failed(let problem):
      return palette(fit(words + "  FAILED: \(problem.message)", columns), .error)
    }
  }

  // MARK: Source

  private func sourceRows(_ state: StepState, _ room: Int) -> [String] {
    var marks: [Int: [StepState.Thread]] = [:]
    for thread in state.threads where thread.file == file {
      if let line = thread.range?.line { marks[line, default: []].append(thread) }
    }
    let focus =
      state.threads.first { $0.isUsual && $0.file == file }?.range?.line ?? marks.keys.max() ?? 1
    let width = min(24, max(8, marks.values.map(markWidth).max() ?? 0))
    let first = max(1, min(focus - room / 2, lines.count - room + 1))
    return (first..<first + room).map { number in
      guard lines.indices.contains(number - 1) else { return "" }
      let here = marks[number] ?? []
      let names = fit(here.map(\.name).joined(separator: ","), width - 2)
      let arrow = here.isEmpty ? "  " : isASCII ? "> " : "▶ "
      let gutter = String(repeating: " ", count: max(0, width - 2 - names.cells)) + names
      let mark = palette(gutter + arrow, here.isEmpty ? .note : .thread)
      let margin = "\(pad(number))  "
      let next = here.first { $0.isUsual }?.range
      return mark + margin + source(number, next, columns - width - margin.count)
    }
  }

  /// A line of the source, the command that comes next standing out.
  private func source(_ number: Int, _ next: SourceRange?, _ room: Int) -> String {
    let text = fit(lines[number - 1], room)
    guard let next else { return text }
    let scalars = Array(text.unicodeScalars)
    let start = min(next.column - 1, scalars.count)
    let end = min(start + next.length, scalars.count)
    func string(_ range: Range<Int>) -> String {
      String(String.UnicodeScalarView(scalars[range]))
    }
    return string(0..<start) + palette(string(start..<end), .prompt)
      + string(end..<scalars.count)
  }

  private func markWidth(_ threads: [StepState.Thread]) -> Int {
    threads.map(\.name).joined(separator: ",").cells + 2
  }

  private func pad(_ number: Int) -> String {
    let text = String(number)
    let width = max(2, String(lines.count).count)
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  // MARK: Threads and queues

  private func threadRows(_ state: StepState) -> [String] {
    let shown = state.threads.prefix(9)
    let width = min(20, shown.map { $0.name.cells }.max() ?? 4)
    var result = shown.enumerated().map { index, thread -> String in
      let key = thread.canRun ? "\(index + 1)" : " "
      let mark = thread.isUsual ? (isASCII ? ">" : "▶") : " "
      let name = pad(thread.name, width)
      let what: String
      switch thread.state {
      case "blocked": what = "waits: " + (thread.waitsFor ?? "")
      case "running": what = thread.command.map { "next: \($0)" } ?? "at its end"
      default: what = thread.state
      }
      let text = fit("\(name)  \(what)", columns - 5)
      let style: Palette.Style? =
        thread.state == "failed" ? .error : thread.canRun ? nil : .note
      return palette(" \(key) \(mark) ", .prompt) + (style.map { palette(text, $0) } ?? text)
    }
    if state.canFireTimer { result.append(palette(" t   ", .prompt) + "the earliest timer fires") }
    if state.threads.count > 9 {
      result.append(palette("     (\(state.threads.count - 9) more)", .note))
    }
    return result
  }

  private func queueRows(_ state: StepState) -> [String] {
    let shown = state.endpoints.prefix(6).map { status -> String in
      let limit = status.capacity.limit.map { "/\($0)" } ?? ""
      let bar = String(repeating: isASCII ? "#" : "■", count: min(status.queued, 30))
      return fit("     \(status.endpoint)  \(status.queued)\(limit)  \(bar)", columns)
    }
    if state.ending != nil { return [palette("     (the run is over)", .note)] }
    if state.endpoints.isEmpty { return [palette("     (none)", .note)] }
    return state.endpoints.count > 6
      ? shown + [palette("     (\(state.endpoints.count - 6) more)", .note)] : shown
  }

  // MARK: What has happened

  private func story(_ state: StepState) -> [String] {
    var commands: [Int: String] = [:]
    var told: [String] = []
    for event in state.timeline.events {
      let name = state.timeline.name(of: event.thread)
      switch event.what {
      case .stepBegan(let step): commands[step.number] = step.command
      case .stepEnded(let number, let lines):
        let command = commands[number] ?? ""
        told.append("\(name): \(command)" + lines.map { "  \($0)" }.joined())
      case .threadEnded(let error):
        told.append("\(name) ends" + (error.map { ": \($0)" } ?? ""))
      case .timerFired: told.append("\(name)'s time is up")
      case .blocked(_, let on): told.append("\(name) waits: \(on)")
      default: break
      }
    }
    return told.map { fit("     " + $0, columns) }
  }
}
