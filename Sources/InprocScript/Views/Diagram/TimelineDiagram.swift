internal import Inproc
package import InprocDiagram
internal import InprocExploration

extension SequenceDiagram {
  /// - Parameters:
  ///   - timeline: what happened.
  ///   - title: the title above the diagram.
  ///   - problem: what was wrong with the run, in one line.
  ///   - maximumRows: the middle of a run with more rows is left out.
  package init(
    _ timeline: Timeline, title: String, problem: String? = nil, maximumRows: Int = 120
  ) {
    var drawn = TimelineDiagram(timeline)
    drawn.take(timeline)
    self.init(
      title: title, problem: problem, threads: timeline.threads.map(\.name),
      rows: drawn.builder.rows, arrows: drawn.builder.arrows, spans: drawn.builder.spans,
      maximumRows: maximumRows)
  }
}

/// Reads a timeline from its beginning to its end and makes a diagram of it.
private struct TimelineDiagram {
  private(set) var builder = SequenceDiagramBuilder<Timeline.MessageID>()
  private let threads: [Timeline.Thread]

  /// A step that has begun and not ended.
  private struct OpenStep {
    var step: Timeline.Step
    /// Whether a row shows it already, be it by a step inside of it.
    var isShown = false
  }
  /// The open steps of each thread, innermost last.
  private var open: [[OpenStep]]
  /// For each thread the wait that a row shows already.
  private var waits: [Int: WaitReason] = [:]
  /// For each thread that is in a `spawn` the new thread.
  private var spawning: [Int: Int] = [:]

  init(_ timeline: Timeline) {
    threads = timeline.threads
    open = Array(repeating: [], count: threads.count)
  }

  mutating func take(_ timeline: Timeline) {
    for (index, event) in timeline.events.enumerated() {
      if timeline.leftOut > 0, index == timeline.leftOutAt {
        add(.folded(timeline.leftOut), event)
      }
      guard open.indices.contains(event.thread) else { continue }
      take(event)
    }
    builder.finish(livesGoOn: true)
  }

  private mutating func add(_ mark: SequenceDiagram.Mark, _ event: Timeline.Event) {
    builder.add(mark, of: event.thread, at: event.time)
  }

  private mutating func take(_ event: Timeline.Event) {
    let thread = event.thread
    switch event.what {
    case .threadStarted:
      if let parent = threads[thread].parent {
        // The row of the `spawn`, which has not ended yet, will show the new thread.
        spawning[parent] = thread
      } else {
        begin(thread)
      }
    case .threadEnded(let error):
      if let error { add(.ended(error: error.printed), event) }
      builder.endLife(of: thread)
    case .stepBegan(let step):
      noteShown(thread)
      open[thread].append(OpenStep(step: step))
    case .stepEnded(let number, let lines): end(event, number, lines)
    case .sent(let transfer):
      noteShown(thread)
      endWait(of: thread)
      builder.send(transfer.message, text(of: transfer), by: thread, at: event.time)
    case .received(let transfer):
      noteShown(thread)
      endWait(of: thread)
      _ = builder.receive(transfer.message, by: thread, at: event.time)
    case .blocked(_, let wait): beginWait(event, wait)
    case .wentOn: builder.extendWait(of: thread)
    case .timerFired:
      switch waits[thread] {
      // The end of a sleep needs no row: the thread goes on.
      case .sleep, nil: break
      default: add(.timer, event)
      }
    case .switched(let next, let reason):
      if reason == .preempted { add(.preempted(to: next), event) }
      builder.turn(to: next)
    }
  }

  private func text(of transfer: Timeline.Transfer) -> String {
    "\(transfer.endpoint.name): " + transfer.frames.joined(separator: " ")
  }

  private mutating func begin(_ thread: Int) {
    builder.beginLife(of: thread, at: builder.lastRow)
    builder.beginTurns(with: thread)
  }

  /// The open steps of a thread need no row of their own: the row that follows shows what they do.
  private mutating func noteShown(_ thread: Int) {
    for index in open[thread].indices { open[thread][index].isShown = true }
  }

  private mutating func endWait(of thread: Int) {
    waits[thread] = nil
    builder.endWait(of: thread)
  }

  private mutating func end(_ event: Timeline.Event, _ number: Int, _ lines: [Timeline.Line]) {
    let thread = event.thread
    guard let index = open[thread].lastIndex(where: { $0.step.number == number }) else { return }
    let ended = open[thread][index]
    open[thread].removeSubrange(index...)
    endWait(of: thread)
    let error = lines.lazy.compactMap(\.error).first
    if let child = spawning.removeValue(forKey: thread), error == nil {
      add(.spawned("spawn \(threads[child].name)", child), event)
      begin(child)
    } else if let error {
      add(.failed("\(ended.step.text)  \(error.printedCode)"), event)
    } else if !ended.isShown, !isQuiet(ended.step) {
      add(.did(text(of: ended.step, lines)), event)
    }
  }

  /// Whether a step has no row: it concerns its own thread alone, or its block shows what it does.
  private func isQuiet(_ step: Timeline.Step) -> Bool { step.command?.traits.isDrawn == false }

  /// The step with its results, without a result that repeats the name after `as`.
  private func text(of step: Timeline.Step, _ lines: [Timeline.Line]) -> String {
    let asked = step.givenName.map { Timeline.Line.fields($0) }
    return ([step.text] + lines.filter { $0 != asked }.map(\.printed)).joined(separator: "  ")
  }

  private mutating func beginWait(_ event: Timeline.Event, _ wait: WaitReason) {
    noteShown(event.thread)
    // The thread woke, found nothing, and waits on.
    if waits[event.thread] == wait { return }
    waits[event.thread] = wait
    builder.beginWait(of: event.thread, on: wait.text, at: event.time)
  }
}
