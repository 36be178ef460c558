package import Inproc

/// Keeps the first events of one run, for a trace.
package final class TraceRecorder: EventSink {
  private struct State {
    var events: [Registry.Event] = []
    var left = 0
  }
  private let state = Guarded(State())
  private let isOver: @Sendable () -> Bool
  private let limit: Int

  /// - Parameters:
  ///   - limit: the most events that are kept; later ones are counted.
  ///   - isOver: whether the run has ended, or is being aborted: no further event is kept.
  init(limit: Int = 100_000, isOver: @escaping @Sendable () -> Bool) {
    self.limit = limit
    self.isOver = isOver
  }

  package func take(_ event: Registry.Event) -> [any Parker] {
    if isOver() { return [] }
    state.withLock { state in
      if state.events.count < limit { state.events.append(event) } else { state.left += 1 }
    }
    return []
  }

  func lines(since start: ContinuousClock.Instant, isASCII: Bool) -> [TraceLine] {
    let (events, left) = state.withLock { ($0.events, $0.left) }
    var format = TraceFormat(since: start, isASCII: isASCII)
    var lines = events.map { format.line($0) }
    if left > 0 {
      lines.append(TraceLine(parts: [.init(text: "  (\(left) further events)", role: .wait)]))
    }
    return lines
  }
}
