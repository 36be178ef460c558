internal import Inproc
internal import InprocText

/// Makes the rows of a diagram of what was observed in a registry.
struct EventDiagramBuilder {
  private(set) var threads: [Registry.Event.Thread] = []
  private(set) var rows: [SequenceDiagram.Row] = []
  private(set) var arrows: [SequenceDiagram.Arrow] = []
  private(set) var spans: [SequenceDiagram.Span] = []

  private struct MessageKey: Hashable {
    var queue: UInt64
    var sequence: UInt64
  }
  private var numbers: [Registry.Event.Thread: Int] = [:]
  private var arrowOf: [MessageKey: Int] = [:]
  private var alive: [Int: Int] = [:]
  private var waiting: [Int: Int] = [:]
  private var start: ContinuousClock.Instant?

  mutating func build(
    _ events: (first: [LoggedEvent], leftOut: Int, latest: [LoggedEvent])
  ) {
    for logged in events.first { take(logged) }
    if events.leftOut > 0, let next = events.latest.first {
      add(next.event, .folded(events.leftOut))
    }
    for logged in events.latest { take(logged) }
    let last = max(rows.count - 1, 0)
    for span in waiting.values {
      spans[span].to = last
      spans[span].isOpen = true
    }
  }

  /// A thread lives as far as is known from its first event to its last.
  private mutating func number(of thread: Registry.Event.Thread) -> Int {
    if let number = numbers[thread] {
      if let span = alive[number] { spans[span].to = rows.count }
      return number
    }
    let number = threads.count
    threads.append(thread)
    numbers[thread] = number
    alive[number] = spans.count
    spans.append(
      SequenceDiagram.Span(kind: .alive, thread: number, from: rows.count, to: rows.count))
    return number
  }

  private mutating func add(_ event: Registry.Event, _ mark: SequenceDiagram.Mark) {
    let start = self.start ?? event.instant
    self.start = start
    rows.append(
      SequenceDiagram.Row(
        time: milliseconds(start.duration(to: event.instant)), thread: number(of: event.thread),
        mark: mark))
  }

  /// Real time is shown in whole milliseconds: what happens within one shares a line of the axis.
  private func milliseconds(_ time: Duration) -> Duration {
    let (seconds, attoseconds) = time.components
    return .milliseconds(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }

  private mutating func take(_ logged: LoggedEvent) {
    let event = logged.event
    let name = event.endpoint?.description ?? ""
    switch event.kind {
    case .bound(let capacity, let isBidirectional):
      add(
        event,
        .did("bind \(name)" + capacityText(capacity) + (isBidirectional ? " bidi" : "")))
    case .unbound: add(event, .did("unbind \(name)"))
    case .connected: add(event, .did("connect \(name)"))
    case .disconnected: add(event, .did("disconnect \(name)"))
    case .closed: add(event, .did("close \(name)"))
    case .sent: send(event, logged.text)
    case .received: receive(event)
    case .dropped(let count):
      add(event, .failed("\(counted(count, "message")) dropped at \(name)"))
    case .blocked(let operation): block(event, operation)
    case .woken(let operation, let result): wake(event, operation, result)
    case .lost(let count): add(event, .folded(count))
    }
  }

  private func capacityText(_ capacity: Capacity) -> String {
    switch capacity {
    case .unbounded: ""
    case .bounded(0): " (rendezvous)"
    case .bounded(let count): " (capacity \(count))"
    case .latest(let count): " (latest \(count))"
    }
  }

  private mutating func send(_ event: Registry.Event, _ text: String) {
    let key = MessageKey(queue: event.queue ?? 0, sequence: event.sequence ?? 0)
    arrowOf[key] = arrows.count
    let name = event.endpoint?.name ?? ""
    arrows.append(
      SequenceDiagram.Arrow(
        text: "\(name): \(text)", from: number(of: event.thread), sentAt: rows.count))
    add(event, .sent(arrows.count - 1))
  }

  private mutating func receive(_ event: Registry.Event) {
    let key = MessageKey(queue: event.queue ?? 0, sequence: event.sequence ?? 0)
    guard let arrow = arrowOf[key] else {
      // It was sent before anyone looked, or in what is left out.
      add(event, .did("receive from \(event.endpoint?.description ?? "")"))
      return
    }
    arrows[arrow].to = number(of: event.thread)
    arrows[arrow].receivedAt = rows.count
    add(event, .received(arrow))
  }

  private mutating func block(_ event: Registry.Event, _ operation: Registry.Event.Operation) {
    let thread = number(of: event.thread)
    let names = ([event.endpoint].compactMap(\.self) + event.otherEndpoints).map(\.name)
    let what = ([operation.rawValue] + names).joined(separator: " ")
    waiting[thread] = spans.count
    spans.append(
      SequenceDiagram.Span(kind: .waiting, thread: thread, from: rows.count, to: rows.count))
    add(event, .waits(what, span: spans.count - 1))
  }

  private mutating func wake(
    _ event: Registry.Event, _ operation: Registry.Event.Operation,
    _ result: Registry.Event.WaitResult
  ) {
    let thread = number(of: event.thread)
    if let span = waiting.removeValue(forKey: thread) {
      spans[span].to = max(rows.count - 1, spans[span].from)
    }
    switch result {
    case .served: break
    case .timedOut:
      if operation != .sleep { add(event, .failed("\(operation.rawValue): timed out")) }
    case .interrupted, .cancelled, .closed:
      add(event, .failed("\(operation.rawValue): \(result.rawValue)"))
    }
  }
}
