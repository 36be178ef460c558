internal import Inproc
internal import InprocText

/// Makes a diagram of what was observed in a registry.
struct EventDiagram {
  private(set) var threads: [Registry.Event.Thread] = []
  private var builder = SequenceDiagramBuilder<MessageID>()

  private struct MessageID: Hashable {
    var queue: UInt64
    var sequence: UInt64

    init(_ event: Registry.Event) {
      queue = event.queue ?? 0
      sequence = event.sequence ?? 0
    }
  }
  private var numbers: [Registry.Event.Thread: Int] = [:]
  private var start: ContinuousClock.Instant?

  init(_ log: BoundedLog<LoggedEvent>) {
    for logged in log.first { take(logged) }
    if log.leftOut > 0, let next = log.latest.first { add(.folded(log.leftOut), next.event) }
    for logged in log.latest { take(logged) }
    builder.finish(livesGoOn: false)
  }

  func diagram(title: String, maximumRows: Int) -> SequenceDiagram {
    SequenceDiagram(
      title: title, problem: nil, threads: threads.map(\.name), rows: builder.rows,
      arrows: builder.arrows, spans: builder.spans, maximumRows: maximumRows)
  }

  /// The number of a thread. Its lifeline reaches from its first event to its last: a registry does not
  /// learn when a thread begins and ends.
  private mutating func number(of thread: Registry.Event.Thread) -> Int {
    if let number = numbers[thread] {
      builder.extendLife(of: number)
      return number
    }
    let number = threads.count
    threads.append(thread)
    numbers[thread] = number
    builder.beginLife(of: number, at: builder.nextRow)
    return number
  }

  /// Real time is shown in whole milliseconds, so that events of the same millisecond share a label.
  private mutating func time(of event: Registry.Event) -> Duration {
    let start = self.start ?? event.instant
    self.start = start
    let (seconds, attoseconds) = start.duration(to: event.instant).components
    return .milliseconds(seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }

  private mutating func add(_ mark: SequenceDiagram.Mark, _ event: Registry.Event) {
    builder.add(mark, of: number(of: event.thread), at: time(of: event))
  }

  private mutating func take(_ logged: LoggedEvent) {
    let event = logged.event
    let name = event.endpoint?.description ?? ""
    switch event.kind {
    case .bound(let capacity, let isBidirectional):
      add(.did("bind \(name)" + capacityText(capacity) + (isBidirectional ? " bidi" : "")), event)
    case .boundTopic(let count):
      add(.did("bind \(name) topic" + (count > 0 ? " (retains \(count))" : "")), event)
    case .subscribed(let capacity): add(.did("subscribe \(name)" + capacityText(capacity)), event)
    case .unbound: add(.did("unbind \(name)"), event)
    case .connected: add(.did("connect \(name)"), event)
    case .disconnected: add(.did("disconnect \(name)"), event)
    case .closed: add(.did("close \(name)"), event)
    case .sent:
      builder.send(
        MessageID(event), "\(event.endpoint?.name ?? ""): \(logged.text)",
        by: number(of: event.thread), at: time(of: event))
    case .received:
      let isKnown = builder.receive(
        MessageID(event), by: number(of: event.thread), at: time(of: event))
      // The message was sent before recording began, or among the events that are left out.
      if !isKnown { add(.did("receive from \(name)"), event) }
    case .dropped(let count):
      add(.failed("\(counted(count, "message")) dropped at \(name)"), event)
    case .blocked(let operation):
      let names = ([event.endpoint].compactMap(\.self) + event.otherEndpoints).map(\.name)
      builder.beginWait(
        of: number(of: event.thread), on: ([operation.rawValue] + names).joined(separator: " "),
        at: time(of: event))
    case .woken(let operation, let result): wake(event, operation, result)
    case .lost(let count): add(.folded(count), event)
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

  private mutating func wake(
    _ event: Registry.Event, _ operation: Registry.Event.Operation,
    _ result: Registry.Event.WaitResult
  ) {
    let thread = number(of: event.thread)
    builder.extendWait(of: thread)
    builder.endWait(of: thread)
    switch result {
    case .served: break
    case .timedOut:
      if operation != .sleep { add(.failed("\(operation.rawValue): timed out"), event) }
    case .interrupted, .cancelled, .closed:
      add(.failed("\(operation.rawValue): \(result.rawValue)"), event)
    }
  }
}
