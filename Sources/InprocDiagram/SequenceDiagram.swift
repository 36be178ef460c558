internal import Inproc

/// A sequence diagram of a run: each thread has a lifeline, time runs downwards, and an arrow leads
/// from the send of a message to its receive.
///
/// A ``SequenceRecorder`` makes one of the events of a registry.
public struct SequenceDiagram: Sendable {
  /// What one row says of its thread.
  package enum Mark: Hashable, Sendable {
    /// A command that neither sent nor received, and what it gave.
    case did(String)
    case failed(String)
    /// A send, with the index of the arrow that begins here.
    case sent(Int)
    /// A receive, with the index of the arrow that ends here.
    case received(Int)
    /// A wait begins, with what for and the index of its span.
    case waits(String, span: Int)
    case timer
    /// The schedule preempts the thread.
    case preempted(to: Int)
    case spawned(String, Int)
    case ended(error: String)
    /// This row stands for so many that are left out.
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
    /// The thread that receives it; nil where nobody does.
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

  /// Something that lasts from one row to another, both included.
  package struct Span: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case alive, running, waiting }
    package var kind: Kind
    package var thread: Int
    package var from: Int
    package var to: Int
    /// Whether it lasts beyond the end of the run.
    package var isOpen: Bool

    package init(kind: Kind, thread: Int, from: Int, to: Int, isOpen: Bool = false) {
      self.kind = kind
      self.thread = thread
      self.from = from
      self.to = to
      self.isOpen = isOpen
    }
  }

  /// The title above the diagram.
  public var title: String
  /// What was wrong with the run, in one line; nil where nothing was.
  public var problem: String?
  package var threads: [String]
  package var rows: [Row]
  package var arrows: [Arrow]
  package var spans: [Span]

  /// - Parameters:
  ///   - title: the title above the diagram.
  ///   - problem: what was wrong with the run, in one line.
  ///   - threads: the names of the threads.
  ///   - rows: what happened, in order.
  ///   - arrows: the messages.
  ///   - spans: lives, turns and waits, which last from one row to another.
  ///   - maximumRows: the middle of a run with more rows is left out.
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

  /// Leaves out rows in the middle: of those that stay, two thirds are the beginning.
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

  /// Whether the rows of both ends of an arrow are left out.
  func isHidden(_ arrow: Arrow) -> Bool {
    guard case .folded = rows[arrow.sentAt].mark else { return false }
    return arrow.receivedAt.map { $0 == arrow.sentAt } ?? true
  }
}

extension SequenceDiagram {
  /// The diagram as a self-contained SVG file, without external fonts, scripts or images. Its colours
  /// follow the light or dark theme of the viewer.
  public var svg: String { SVGDiagram(escapingUnprintable).text }

  /// The diagram in the text format of Mermaid, which many Markdown viewers draw.
  public var mermaid: String { MermaidDiagram(escapingUnprintable).text }

  /// The diagram in plain text, for a terminal.
  ///
  /// - Parameter width: how many columns the terminal has.
  /// - Returns: the lines.
  public func textLines(width: Int = 100) -> [String] {
    TextDiagram(escapingUnprintable, width: width).lines
  }
}

extension SequenceDiagram {
  /// The diagram with the unprintable characters of every text escaped, so that each text takes one
  /// line and hides nothing.
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
