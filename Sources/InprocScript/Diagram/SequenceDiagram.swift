/// What a sequence diagram shows of a run: a row for each thing that happened, time downwards, and
/// what goes from row to row: messages, waits, turns.
///
/// Made from a ``Timeline``; drawn as SVG, Mermaid or plain text.
package struct SequenceDiagram: Sendable {
  /// What one row says of its thread.
  enum Mark: Hashable, Sendable {
    /// A command that neither sent nor received, and what it gave.
    case did(String)
    case failed(String)
    /// The index of an arrow that begins or ends here.
    case sent(Int)
    case received(Int)
    /// Also the index of the span it begins.
    case waits(String, span: Int)
    case timer
    /// The schedule took the turn away from it, though it could have gone on.
    case preempted(to: Int)
    case spawned(String, Int)
    case ended(error: String)
    /// So many rows that are not shown.
    case folded(Int)
  }

  struct Row: Hashable, Sendable {
    var time: Duration
    var thread: Int
    var mark: Mark
  }

  /// A message, from where it was sent to where it was received.
  struct Arrow: Hashable, Sendable {
    var text: String
    var from: Int
    var sentAt: Int
    /// Nil for a message that nobody received.
    var to: Int?
    var receivedAt: Int?
  }

  /// From one row to another, both included.
  struct Span: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case alive, running, waiting }
    var kind: Kind
    var thread: Int
    var from: Int
    var to: Int
    /// It lasts beyond the end of the run.
    var isOpen = false
  }

  package var title: String
  /// What came of the run, if that is not what it should be.
  package var problem: String?
  var threads: [String]
  var rows: [Row]
  var arrows: [Arrow]
  var spans: [Span]

  /// - Parameters:
  ///   - timeline: what happened.
  ///   - title: what the picture is called.
  ///   - problem: in a line, what was wrong with the run.
  ///   - maximumRows: of a longer run the middle is left out.
  package init(
    _ timeline: Timeline, title: String, problem: String? = nil, maximumRows: Int = 120
  ) {
    self.title = title
    self.problem = problem
    threads = timeline.threads.map(\.name)
    var builder = SequenceDiagramBuilder(timeline)
    builder.build()
    rows = builder.rows
    arrows = builder.arrows
    spans = builder.spans
    fold(to: max(3, maximumRows))
  }

  /// Leaves out rows of the middle: two thirds of what is shown are the beginning.
  private mutating func fold(to limit: Int) {
    guard rows.count > limit else { return }
    let head = (limit - 1) * 2 / 3
    let tail = limit - 1 - head
    let hidden = rows.count - head - tail
    func moved(_ row: Int) -> Int {
      row < head ? row : row < head + hidden ? head : row - hidden + 1
    }
    let folded = Row(time: rows[head].time, thread: 0, mark: .folded(hidden))
    rows = Array(rows[..<head]) + [folded] + Array(rows[(head + hidden)...])
    for index in arrows.indices {
      arrows[index].sentAt = moved(arrows[index].sentAt)
      arrows[index].receivedAt = arrows[index].receivedAt.map(moved)
    }
    for index in spans.indices {
      spans[index].from = moved(spans[index].from)
      spans[index].to = moved(spans[index].to)
    }
  }

  /// Whether an arrow is wholly in the part that is left out.
  func isHidden(_ arrow: Arrow) -> Bool {
    guard case .folded = rows[arrow.sentAt].mark else { return false }
    return arrow.receivedAt.map { $0 == arrow.sentAt } ?? true
  }
}
