internal import InprocExploration
internal import InprocText

/// A row in the table of a run.
struct RunRow {
  enum What {
    /// A step has ended, with its results and its messages; `waited` if other threads ran meanwhile.
    case step(Timeline.Step, lines: [Timeline.Line], moved: [Timeline.Transfer], waited: Bool)
    /// A thread begins to wait in a step; nil at the end of the file.
    case waits(Timeline.Step?, on: WaitReason)
    /// The timer of a waiting thread has fired.
    case timer
    /// The turn goes to another thread.
    case switched(to: Int, SwitchReason)
    /// An error has ended the thread.
    case failed(CommandError)
    /// A number of rows is left out here.
    case leftOut(Int)
  }
  var time: Duration
  var thread: Int
  var what: What
}

extension RunRow {
  /// The text of the row in its thread's column.
  func words(in timeline: Timeline) -> String {
    switch what {
    case .step(let step, let lines, let moved, let waited):
      let results =
        lines.isEmpty && step.isRoundOfFor
        ? moved.map { "=> " + $0.frames.joined(separator: " ") } : lines.map(\.brief)
      return ([(waited ? "… " : "") + step.text(moving: moved)] + results)
        .joined(separator: " ")
    case .waits(let step, let wait): return (step?.text ?? "end: \(wait.text)") + " …"
    case .timer: return "(its timer fires)"
    case .switched(let next, let reason):
      return "--> \(timeline.name(of: next)) (\(reason.inWords))"
    case .failed(let error): return "ends with \(error.printedCode)"
    case .leftOut(let count): return "(\(counted(count, "row")) left out)"
    }
  }
}

extension Timeline {
  /// The rows of a table of the run: steps with their results, waits and switches. A step that only
  /// holds other commands has no row.
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
    /// The messages that it has sent or received.
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
      // A round of a `for` replaces the round before it.
      open[thread, default: []].removeAll { $0.step.range == step.range }
      open[thread, default: []].append(OpenStep(step: step))
      // A `quit` ends the run, so that its own end is not recorded.
      if step.command?.traits.endsRun == true {
        add(.step(step, lines: [], moved: [], waited: false))
      }
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
      if lines.isEmpty, step.step.command?.traits.isShownByItsBlock == true { break }
      add(.step(step.step, lines: lines, moved: step.moved, waited: step.waited))
    case .blocked(let number, let wait):
      let index = open[thread]?.lastIndex { $0.step.number == number }
      if let index {
        // The thread woke, found nothing, and waits on.
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
  /// The first and the last rows, with one between them for all that are left out.
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
