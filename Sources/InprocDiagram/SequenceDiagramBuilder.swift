/// Collects the rows, arrows and spans of a ``SequenceDiagram``, told what happened in order.
///
/// A message is known by an identity that its send and its receive share.
package struct SequenceDiagramBuilder<MessageID: Hashable> {
  package private(set) var rows: [SequenceDiagram.Row] = []
  package private(set) var arrows: [SequenceDiagram.Arrow] = []
  package private(set) var spans: [SequenceDiagram.Span] = []

  private var arrowOf: [MessageID: Int] = [:]
  /// By thread, the span of its life.
  private var alive: [Int: Int] = [:]
  /// By thread, the span of a wait that is not over.
  private var waiting: [Int: Int] = [:]
  private var running: (thread: Int, from: Int)?

  package init() {}

  package var lastRow: Int { max(rows.count - 1, 0) }
  package var nextRow: Int { rows.count }

  package mutating func add(_ mark: SequenceDiagram.Mark, of thread: Int, at time: Duration) {
    rows.append(SequenceDiagram.Row(time: time, thread: thread, mark: mark))
  }

  // MARK: Lives and turns

  package func isAlive(_ thread: Int) -> Bool { alive[thread] != nil }

  package mutating func beginLife(of thread: Int, at row: Int) {
    alive[thread] = spans.count
    spans.append(SequenceDiagram.Span(kind: .alive, thread: thread, from: row, to: row))
  }

  /// The thread is still alive in the row that comes next.
  package mutating func extendLife(of thread: Int) {
    if let span = alive[thread] { spans[span].to = nextRow }
  }

  package mutating func endLife(of thread: Int) {
    guard let span = alive.removeValue(forKey: thread) else { return }
    spans[span].to = max(lastRow, spans[span].from)
  }

  /// The first thread has the turn from the beginning.
  package mutating func beginTurns(with thread: Int) {
    if running == nil { running = (thread, 0) }
  }

  package mutating func turn(to next: Int) {
    endTurn(at: max(lastRow, running?.from ?? 0))
    running = (next, nextRow)
  }

  private mutating func endTurn(at row: Int) {
    guard let running else { return }
    spans.append(
      SequenceDiagram.Span(kind: .running, thread: running.thread, from: running.from, to: row))
  }

  // MARK: Messages

  /// A message is sent; its arrow has the text.
  package mutating func send(
    _ message: MessageID, _ text: String, by thread: Int, at time: Duration
  ) {
    arrowOf[message] = arrows.count
    arrows.append(SequenceDiagram.Arrow(text: text, from: thread, sentAt: nextRow))
    add(.sent(arrows.count - 1), of: thread, at: time)
  }

  /// A message is received. Returns false, and adds nothing, where its send was not told.
  package mutating func receive(
    _ message: MessageID, by thread: Int, at time: Duration
  ) -> Bool {
    guard let arrow = arrowOf[message] else { return false }
    arrows[arrow].to = thread
    arrows[arrow].receivedAt = nextRow
    add(.received(arrow), of: thread, at: time)
    return true
  }

  // MARK: Waits

  package mutating func beginWait(of thread: Int, on text: String, at time: Duration) {
    waiting[thread] = spans.count
    spans.append(
      SequenceDiagram.Span(kind: .waiting, thread: thread, from: nextRow, to: nextRow))
    add(.waits(text, span: spans.count - 1), of: thread, at: time)
  }

  /// The thread has waited so far; whether it waits on is not known.
  package mutating func extendWait(of thread: Int) {
    if let span = waiting[thread] { spans[span].to = max(lastRow, spans[span].from) }
  }

  package mutating func endWait(of thread: Int) { waiting[thread] = nil }

  // MARK: The end

  /// No more is told: threads that wait do so for ever.
  ///
  /// - Parameter livesGoOn: whether threads that have not ended live on, beyond what was last told of
  ///   them.
  package mutating func finish(livesGoOn: Bool) {
    if let running, running.from <= lastRow { endTurn(at: lastRow) }
    for (thread, span) in waiting where isAlive(thread) {
      spans[span].to = lastRow
      spans[span].isOpen = true
    }
    guard livesGoOn else { return }
    for span in alive.values {
      spans[span].to = lastRow
      spans[span].isOpen = true
    }
  }
}
