package import Inproc

/// Shows the events of a session while they happen.
///
/// The trace has a thread of its own that prints. A thread that prints a result first has the earlier
/// events printed, so that both stay in order. Events that come faster than they can be shown are
/// dropped, and a line says how many.
package final class LiveTrace: Sendable {
  private let buffer: EventBuffer
  private let reader = Reader()
  private let format: Guarded<TraceFormat>
  private let print: @Sendable ([TraceLine]) -> Void

  /// Begins to show the events of a session.
  ///
  /// - Parameters:
  ///   - session: the session to observe.
  ///   - isASCII: whether arrows are made of `-`, `<` and `>`.
  ///   - print: shows lines, in order.
  /// - Throws: `.invalidValue` if the system has no thread left.
  package init(
    of session: Session, isASCII: Bool, print: @escaping @Sendable ([TraceLine]) -> Void
  ) throws(InprocError) {
    buffer = EventBuffer(.whole, .newest(10_000), of: session.registry.observers)
    format = Guarded(TraceFormat(since: session.scheduler.now, isASCII: isASCII))
    self.print = print
    try startThread(name: "trace") { [self] in
      while show() { reader.wait() }
    }
    buffer.begin()
  }

  /// Shows all events so far. Returns false once the trace is off.
  @discardableResult package func show() -> Bool {
    format.withLock { format in
      var lines: [TraceLine] = []
      defer { if !lines.isEmpty { print(lines) } }
      while true {
        switch buffer.next(for: reader) {
        case .event(let event): lines.append(format.line(event))
        case .nothing: return true
        case .ended: return false
        }
      }
    }
  }

  /// Shows the events so far and ends the trace.
  package func end() {
    buffer.stop()
    show()
    buffer.end()
  }

  private final class Reader: Parker {
    private let signal = Signal()
    func wake() { signal.signal() }
    func wait() { _ = signal.wait() }
  }
}
