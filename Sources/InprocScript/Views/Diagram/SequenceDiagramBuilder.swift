package import InprocDiagram

extension SequenceDiagram {
  /// - Parameters:
  ///   - timeline: what happened.
  ///   - title: what the picture is called.
  ///   - problem: in a line, what was wrong with the run.
  ///   - maximumRows: of a longer run the middle is left out.
  package init(
    _ timeline: Timeline, title: String, problem: String? = nil, maximumRows: Int = 120
  ) {
    var builder = SequenceDiagramBuilder(timeline)
    builder.build()
    self.init(
      title: title, problem: problem, threads: timeline.threads.map(\.name), rows: builder.rows,
      arrows: builder.arrows, spans: builder.spans, maximumRows: maximumRows)
  }
}

/// Reads a timeline from its beginning to its end and makes the rows of a diagram.
struct SequenceDiagramBuilder {
  private let timeline: Timeline
  var rows: [SequenceDiagram.Row] = []
  var arrows: [SequenceDiagram.Arrow] = []
  var spans: [SequenceDiagram.Span] = []

  /// A step that has begun and not ended.
  private struct OpenStep {
    var step: Timeline.Step
    /// It has shown itself already, or is a block whose steps do.
    var isShown = false
  }
  private var open: [[OpenStep]]
  private var arrowOf: [Int: Int] = [:]
  private var alive: [Int: Int] = [:]
  private var running: (thread: Int, from: Int)?
  private var waiting: [Int: (span: Int, on: WaitReason)] = [:]
  private var spawning: [Int: Int] = [:]

  init(_ timeline: Timeline) {
    self.timeline = timeline
    open = Array(repeating: [], count: timeline.threads.count)
  }

  mutating func build() {
    for (index, event) in timeline.events.enumerated() {
      if timeline.leftOut > 0, index == timeline.leftOutAt {
        add(event, .folded(timeline.leftOut))
      }
      guard open.indices.contains(event.thread) else { continue }
      take(event)
    }
    finish()
  }

  private mutating func add(_ event: Timeline.Event, _ mark: SequenceDiagram.Mark) {
    rows.append(SequenceDiagram.Row(time: event.time, thread: event.thread, mark: mark))
  }

  private mutating func take(_ event: Timeline.Event) {
    let thread = event.thread
    switch event.what {
    case .threadStarted:
      if timeline.threads[thread].parent == nil {
        begin(thread)
      } else {
        // It is shown in the row of the `spawn`, which has not ended yet.
        spawning[timeline.threads[thread].parent ?? 0] = thread
      }
    case .threadEnded(let error):
      if let error { add(event, .ended(error: error.printed)) }
      if let span = alive.removeValue(forKey: thread) {
        spans[span].to = max(rows.count - 1, spans[span].from)
      }
    case .stepBegan(let step):
      for index in open[thread].indices { open[thread][index].isShown = true }
      open[thread].append(OpenStep(step: step))
    case .stepEnded(let number, let lines): end(event, number, lines)
    case .sent(let transfer):
      showSteps(of: thread)
      arrowOf[transfer.message] = arrows.count
      arrows.append(
        SequenceDiagram.Arrow(
          text: text(of: transfer), from: thread, sentAt: rows.count, to: nil, receivedAt: nil))
      add(event, .sent(arrows.count - 1))
    case .received(let transfer):
      showSteps(of: thread)
      guard let arrow = arrowOf[transfer.message] else { return }
      arrows[arrow].to = thread
      arrows[arrow].receivedAt = rows.count
      add(event, .received(arrow))
    case .blocked(_, let on): beginWait(event, on)
    case .wentOn:
      if let wait = waiting[thread] { spans[wait.span].to = max(rows.count - 1, 0) }
    case .timerFired:
      // A sleep that is over says so by going on.
      switch waiting[thread]?.on {
      case .sleep, nil: break
      default: add(event, .timer)
      }
    case .switched(let next, let reason):
      if reason == .preempted { add(event, .preempted(to: next)) }
      turn(to: next)
    }
  }

  private func text(of transfer: Timeline.Transfer) -> String {
    let name =
      transfer.endpoint.hasPrefix("inproc://")
      ? String(transfer.endpoint.dropFirst("inproc://".count)) : transfer.endpoint
    return "\(name): " + transfer.frames.joined(separator: " ")
  }

  private mutating func begin(_ thread: Int) {
    alive[thread] = spans.count
    let row = max(rows.count - 1, 0)
    spans.append(
      SequenceDiagram.Span(kind: .alive, thread: thread, from: row, to: row, isOpen: true))
    if running == nil { running = (thread, 0) }
  }

  /// What its innermost step does is shown by a row of its own.
  private mutating func showSteps(of thread: Int) {
    for index in open[thread].indices { open[thread][index].isShown = true }
    waiting[thread] = nil
  }

  private mutating func end(_ event: Timeline.Event, _ number: Int, _ lines: [Timeline.Line]) {
    let thread = event.thread
    guard let index = open[thread].lastIndex(where: { $0.step.number == number }) else { return }
    let ended = open[thread][index]
    open[thread].removeSubrange(index...)
    waiting[thread] = nil
    let error = lines.lazy.compactMap(\.error).first
    if let child = spawning.removeValue(forKey: thread), error == nil {
      add(event, .spawned("spawn \(timeline.name(of: child))", child))
      begin(child)
    } else if let error {
      add(event, .failed("\(ended.step.text)  \(error.printedCode)"))
    } else if !ended.isShown, !isQuiet(ended.step) {
      add(event, .did(text(of: ended.step, lines)))
    }
  }

  /// What a thread decides for itself is left out, and loops, whose commands are shown.
  private func isQuiet(_ step: Timeline.Step) -> Bool {
    switch step.command {
    case .for, .if, .let, .repeat, .try: true
    default: false
    }
  }

  /// The name that a command gives is not said again where it was asked for.
  private func text(of step: Timeline.Step, _ lines: [Timeline.Line]) -> String {
    let asked = step.givenName.map { Timeline.Line.fields($0) }
    return ([step.text] + lines.filter { $0 != asked }.map(\.printed)).joined(separator: "  ")
  }

  private mutating func beginWait(_ event: Timeline.Event, _ on: WaitReason) {
    let thread = event.thread
    for index in open[thread].indices { open[thread][index].isShown = true }
    if let wait = waiting[thread], wait.on == on { return }
    waiting[thread] = (spans.count, on)
    spans.append(
      SequenceDiagram.Span(
        kind: .waiting, thread: thread, from: rows.count, to: rows.count, isOpen: true))
    add(event, .waits(on.text, span: spans.count - 1))
  }

  private mutating func turn(to next: Int) {
    if let running {
      spans.append(
        SequenceDiagram.Span(
          kind: .running, thread: running.thread, from: running.from,
          to: max(rows.count - 1, running.from)))
    }
    running = (next, rows.count)
  }

  private mutating func finish() {
    let last = max(rows.count - 1, 0)
    if let running, running.from <= last {
      spans.append(
        SequenceDiagram.Span(
          kind: .running, thread: running.thread, from: running.from, to: last))
    }
    for span in alive.values { spans[span].to = last }
    // Waits that are over have left `waiting`; what is still there was never served.
    for (thread, wait) in waiting where alive[thread] != nil { spans[wait.span].to = last }
    let unfinished = Set(waiting.filter { alive[$0.key] != nil }.map(\.value.span))
    let living = Set(alive.values)
    for index in spans.indices {
      spans[index].isOpen = unfinished.contains(index) || living.contains(index)
    }
  }
}
