import InprocText

/// One thing of a run that is worth a row in its table.
struct Moment {
  enum What {
    /// A step that has ended, with what it gave; `waited` if others ran meanwhile.
    case step(Timeline.Step, lines: [String], moved: [Timeline.Transfer], waited: Bool)
    /// A step that has to wait; nil at the end of the file.
    case waits(Timeline.Step?, on: String)
    case timer
    case switched(to: Int, Timeline.SwitchReason)
    case failed(error: String)
    /// So many moments before this place are not told.
    case leftOut(Int)
  }
  var time: Duration
  var thread: Int
  var what: What
}

extension Moment {
  /// It as a cell of its thread's column.
  func words(in timeline: Timeline) -> String {
    switch what {
    case .step(let step, let lines, let moved, let waited):
      let results =
        lines.isEmpty && step.keyword == "for"
        ? moved.map { "=> " + $0.frames.joined(separator: " ") } : lines.map(\.withoutErrorText)
      return ([(waited ? "… " : "") + step.command(moving: moved)] + results)
        .joined(separator: " ")
    case .waits(let step, let wait): return (step?.command ?? "end: \(wait)") + " …"
    case .timer: return "(its time is up)"
    case .switched(let next, let reason):
      return "--> \(timeline.name(of: next)) (\(reason.inWords))"
    case .failed(let error): return "ends with \(error.withoutErrorText)"
    case .leftOut(let count): return "(\(counted(count, "row")) left out)"
    }
  }
}

extension Timeline {
  /// What a reader wants to see of it: steps with what they gave, waits, and switches. Blocks that
  /// only hold other commands are left away.
  var moments: [Moment] {
    var collector = MomentCollector()
    for (index, event) in events.enumerated() {
      if leftOut > 0, index == leftOutAt {
        collector.moments.append(
          Moment(time: event.time, thread: event.thread, what: .leftOut(leftOut)))
      }
      collector.take(event)
    }
    return collector.moments
  }
}

private struct MomentCollector {
  private struct OpenStep {
    var step: Timeline.Step
    /// What it sent or received.
    var moved: [Timeline.Transfer] = []
    var waited = false
  }
  var moments: [Moment] = []
  private var open: [Int: [OpenStep]] = [:]
  private static let holders: Set<String> = ["try", "if", "repeat", "source", "for", "break"]

  mutating func take(_ event: Timeline.Event) {
    func add(_ what: Moment.What) {
      moments.append(Moment(time: event.time, thread: event.thread, what: what))
    }
    let thread = event.thread
    switch event.what {
    case .threadStarted, .wentOn: break
    case .sent(let transfer):
      if let last = open[thread]?.indices.last { open[thread]?[last].moved.append(transfer) }
    case .threadEnded(let error): if let error { add(.failed(error: error)) }
    case .stepBegan(let step):
      // A round of a `for` takes the place of the one before.
      open[thread, default: []].removeAll { $0.step.range == step.range }
      open[thread, default: []].append(OpenStep(step: step))
      if step.keyword == "quit" { add(.step(step, lines: [], moved: [], waited: false)) }
    case .received(let transfer):
      guard let last = open[thread]?.indices.last, let step = open[thread]?[last] else { break }
      if step.step.keyword == "for" {
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
      if lines.isEmpty, MomentCollector.holders.contains(step.step.keyword) { break }
      add(.step(step.step, lines: lines, moved: step.moved, waited: step.waited))
    case .blocked(let number, let wait):
      let index = open[thread]?.lastIndex { $0.step.number == number }
      if let index {
        // It looked, found nothing, and waits on.
        if open[thread]?[index].waited == true, case .waits = moments.last?.what { break }
        open[thread]?[index].waited = true
      }
      add(.waits(index.flatMap { open[thread]?[$0].step }, on: wait))
    case .timerFired: add(.timer)
    case .switched(let next, let reason): add(.switched(to: next, reason))
    }
  }
}

extension Timeline.Step {
  /// The command's first word.
  var keyword: String { String(command.prefix { $0 != " " && $0 != "\t" && $0 != "{" }) }

  /// The command, of a send with what was sent in place of its variables.
  func command(moving transfers: [Timeline.Transfer]) -> String {
    guard let transfer = transfers.first, keyword == "send" || keyword == "reply" else {
      return command
    }
    return ([keyword, transfer.handle] + transfer.frames).joined(separator: " ")
  }
}

extension [Moment] {
  /// The first and the last of them, with one between that says how many are left out.
  func folded(first: Int, last: Int) -> [Moment] {
    guard count > first + last + 1, let middle = dropFirst(first).first else { return self }
    var missing = 0
    for moment in self[first..<(count - last)] {
      if case .leftOut(let number) = moment.what { missing += number } else { missing += 1 }
    }
    return prefix(first)
      + [Moment(time: middle.time, thread: middle.thread, what: .leftOut(missing))]
      + suffix(last)
  }
}
