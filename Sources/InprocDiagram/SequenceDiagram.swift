internal import Inproc

/// A picture of a run: a column for each thread, time downwards, messages as arrows from where they
/// were sent to where they were received.
///
/// A ``SequenceRecorder`` makes it of what happens in a registry.
public struct SequenceDiagram: Sendable {
  /// What one row says of its thread.
  package enum Mark: Hashable, Sendable {
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

  package struct Row: Hashable, Sendable {
    package var time: Duration
    package var thread: Int
    package var mark: Mark

    package init(time: Duration, thread: Int, mark: Mark) {
      self.time = time
      self.thread = thread
      self.mark = mark
    }
  }

  /// A message, from where it was sent to where it was received.
  package struct Arrow: Hashable, Sendable {
    package var text: String
    package var from: Int
    package var sentAt: Int
    /// Nil for a message that nobody received.
    package var to: Int?
    package var receivedAt: Int?

    package init(text: String, from: Int, sentAt: Int, to: Int? = nil, receivedAt: Int? = nil) {
      self.text = text
      self.from = from
      self.sentAt = sentAt
      self.to = to
      self.receivedAt = receivedAt
    }
  }

  /// From one row to another, both included.
  package struct Span: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case alive, running, waiting }
    package var kind: Kind
    package var thread: Int
    package var from: Int
    package var to: Int
    /// It lasts beyond the end of the run.
    package var isOpen: Bool

    package init(kind: Kind, thread: Int, from: Int, to: Int, isOpen: Bool = false) {
      self.kind = kind
      self.thread = thread
      self.from = from
      self.to = to
      self.isOpen = isOpen
    }
  }

  /// What the picture is called.
  public var title: String
  /// What came of the run, if that is not what it should be.
  public var problem: String?
  package var threads: [String]
  package var rows: [Row]
  package var arrows: [Arrow]
  package var spans: [Span]

  /// - Parameters:
  ///   - title: what the picture is called.
  ///   - problem: in a line, what was wrong with the run.
  ///   - threads: their names.
  ///   - rows: what happened, in order.
  ///   - arrows: the messages.
  ///   - spans: what lasts from row to row.
  ///   - maximumRows: of a longer run the middle is left out.
  package init(
    title: String, problem: String?, threads: [String], rows: [Row], arrows: [Arrow],
    spans: [Span], maximumRows: Int = 120
  ) {
    self.title = title
    self.problem = problem
    self.threads = threads
    self.rows = rows
    self.arrows = arrows
    self.spans = spans
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

extension SequenceDiagram {
  /// As a self-contained SVG file: no fonts, scripts or images from elsewhere. It is light or dark as
  /// the viewer's theme is.
  public var svg: String { SVGDiagram(escapingUnprintable).text }

  /// As a Mermaid sequence diagram, which Markdown pages show.
  public var mermaid: String { MermaidDiagram(escapingUnprintable).text }

  /// In plain text, for a terminal.
  ///
  /// - Parameter width: how many columns the terminal has.
  /// - Returns: the lines.
  public func textLines(width: Int = 100) -> [String] {
    TextDiagram(escapingUnprintable, width: width).lines
  }
}

extension SequenceDiagram {
  /// With what is unprintable escaped in every text, so that each takes one line and hides nothing.
  fileprivate var escapingUnprintable: SequenceDiagram {
    var diagram = self
    diagram.title = title.escapingUnprintable
    diagram.problem = problem?.escapingUnprintable
    diagram.threads = threads.map(\.escapingUnprintable)
    for index in rows.indices { diagram.rows[index].mark = rows[index].mark.escapingUnprintable }
    for index in arrows.indices {
      diagram.arrows[index].text = arrows[index].text.escapingUnprintable
    }
    return diagram
  }
}

extension SequenceDiagram.Mark {
  fileprivate var escapingUnprintable: SequenceDiagram.Mark {
    switch self {
    case .did(let text): .did(text.escapingUnprintable)
    case .failed(let text): .failed(text.escapingUnprintable)
    case .waits(let text, let span): .waits(text.escapingUnprintable, span: span)
    case .spawned(let text, let thread): .spawned(text.escapingUnprintable, thread)
    case .ended(let error): .ended(error: error.escapingUnprintable)
    case .sent, .received, .timer, .preempted, .folded: self
    }
  }
}
