internal import InprocText

/// One thing of a run that is worth a row in its table.
struct RunRow {
  enum What {
    /// A step that has ended, with what it gave; `waited` if others ran meanwhile.
    case step(Timeline.Step, lines: [Timeline.Line], moved: [Timeline.Transfer], waited: Bool)
    /// A step that has to wait; nil at the end of the file.
    case waits(Timeline.Step?, on: WaitReason)
    case timer
    case switched(to: Int, Timeline.SwitchReason)
    /// An error has ended the thread.
    case failed(CommandError)
    /// So many rows before this place are not told.
    case leftOut(Int)
  }
  var time: Duration
  var thread: Int
  var what: What
}

extension RunRow {
  /// The row as a cell of its thread's column.
  func words(in timeline: Timeline) -> String {
    switch what {
    case .step(let step, let lines, let moved, let waited):
      let results =
        lines.isEmpty && step.isRoundOfFor
        ? moved.map { "=> " + $0.frames.joined(separator: " ") } : lines.map(\.brief)
      return ([(waited ? "… " : "") + step.text(moving: moved)] + results)
        .joined(separator: " ")
    case .waits(let step, let wait): return (step?.text ?? "end: \(wait.text)") + " …"
    case .timer: return "(its time is up)"
    case .switched(let next, let reason):
      return "--> \(timeline.name(of: next)) (\(reason.inWords))"
    case .failed(let error): return "ends with \(error.printedCode)"
    case .leftOut(let count): return "(\(counted(count, "row")) left out)"
    }
  }
}

extension Timeline {
  /// What a reader wants to see of the run: steps with what they gave, waits, and switches. Blocks
  /// that only hold other commands are left away.
  var rows: [RunRow] {
    var collector = RowCollector()
    for (index, event) in events.enumerated() {
      if leftOut > 0, index == leftOutAt {
        collector.rows.append(
          RunRow(time: event.time, thread: event.thread, what: .leftOut(leftOut)))
      }
      collector.take(event)
    }
    return collector.rows
  }
}

private struct RowCollector {
  private struct OpenStep {
    var step: Timeline.Step
    /// What it sent or received.
    var moved: [Timeline.Transfer] = []
    var waited = false
  }
  var rows: [RunRow] = []
  private var open: [Int: [OpenStep]] = [:]

  mutating func take(_ event: Timeline.Event) {
    func add(_ what: RunRow.What) {
      rows.append(RunRow(time: event.time, thread: event.thread, what: what))
    }
    let thread = event.thread
    switch event.what {
    case .threadStarted, .wentOn: break
    case .sent(let transfer):
      if let last = open[thread]?.indices.last { open[thread]?[last].moved.append(transfer) }
    case .threadEnded(let error): if let error { add(.failed(error)) }
    case .stepBegan(let step):
      // A round of a `for` takes the place of the one before.
      open[thread, default: []].removeAll { $0.step.range == step.range }
      open[thread, default: []].append(OpenStep(step: step))
      // The run is over before a `quit` ends.
      if step.command == .quit { add(.step(step, lines: [], moved: [], waited: false)) }
    case .received(let transfer):
      guard let last = open[thread]?.indices.last, let step = open[thread]?[last] else { break }
      if step.step.isRoundOfFor {
        add(.step(step.step, lines: [], moved: [transfer], waited: step.waited))
        open[thread]?[last].waited = false
      } else {
        open[thread]?[last].moved.append(transfer)
      }
    case .stepEnded(let number, let lines):
      guard let index = open[thread]?.lastIndex(where: { $0.step.number == number }),
        let step = open[thread]?[index]
      else { break }
      open[thread]?.removeSubrange(index...)
      if lines.isEmpty, step.step.command?.isToldByItsBlock == true { break }
      add(.step(step.step, lines: lines, moved: step.moved, waited: step.waited))
    case .blocked(let number, let wait):
      let index = open[thread]?.lastIndex { $0.step.number == number }
      if let index {
        // It looked, found nothing, and waits on.
        if open[thread]?[index].waited == true, case .waits = rows.last?.what { break }
        open[thread]?[index].waited = true
      }
      add(.waits(index.flatMap { open[thread]?[$0].step }, on: wait))
    case .timerFired: add(.timer)
    case .switched(let next, let reason): add(.switched(to: next, reason))
    }
  }
}

extension [RunRow] {
  /// The first and the last of them, with one between that says how many are left out.
  func folded(first: Int, last: Int) -> [RunRow] {
    guard count > first + last + 1, let middle = dropFirst(first).first else { return self }
    var missing = 0
    for row in self[first..<(count - last)] {
      if case .leftOut(let number) = row.what { missing += number } else { missing += 1 }
    }
    return prefix(first)
      + [RunRow(time: middle.time, thread: middle.thread, what: .leftOut(missing))]
      + suffix(last)
  }
}
