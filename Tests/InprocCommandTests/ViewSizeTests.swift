import Inproc
import InprocDiagram
import InprocExploration
import InprocText
import TestSupport
import Testing

@testable import InprocCommand
@testable import InprocScript
@testable import LineEditor

/// Everything that is drawn, on screens of all sizes.
@Suite("Views of any size", .timeLimit(.minutes(3)))
struct ViewSizeTests {
  private static let widths = Array(1...200)
  /// All widths, all heights, and all small ones together.
  private static let sizes: [(columns: Int, rows: Int)] =
    widths.map { ($0, 1 + $0 * 7 % 60) } + (1...60).map { (1 + $0 * 13 % 40, $0) }
    + (1...20).flatMap { width in (1...4).map { (width, $0) } } + [(0, 0), (200, 60), (1, 60)]

  private static let scenario = """
    @title "日本語 🦊 and a title that is longer than a narrow screen is wide"
    bind inproc://größe-日本語-🦊 as a
    bind inproc://b as b capacity=2
    spawn worker_number_one_long { repeat 3 { send a "🦊🦊🦊 日本語日本語" } }
    spawn worker_number_two_long { repeat 3 { send a "plain text that is rather long, and longer" } }
    spawn third { recv b }
    recv a; recv a; recv a; recv a; recv a; recv a

    """

  /// What is wider than the screen, without its colours.
  private func tooWide(_ lines: [String], _ columns: Int) -> [String] {
    lines.filter { line in
      var width = 0
      var isInSequence = false
      for scalar in line.unicodeScalars {
        if scalar == "\u{1B}" { isInSequence = true }
        if !isInSequence { width += scalar.cellWidth }
        if isInSequence, scalar == "m" { isInSequence = false }
      }
      return width > columns
    }
  }

  private let palettes = [Palette(), Palette(environment: ["TERM": "xterm-256color"])]

  @Test("inproc step draws on any screen, at every turn", arguments: [true, false])
  func step(isASCII: Bool) throws {
    let script = try Parser.parse(Array(Self.scenario.utf8))
    var stepper = Stepper(script, file: "日本🦊.scn", pool: ThreadPool(isPinned: false))
    var states = [stepper.state]
    for _ in 0..<40 where stepper.step() { states.append(stepper.state) }
    #expect(stepper.hasEnded)
    states = [5, 12, states.count - 1].map { states[min($0, states.count - 1)] }
    for (columns, rows) in Self.sizes {
      for (index, state) in states.enumerated() where index == columns % 3 || columns < 20 {
        let view = StepView(
          palette: palettes[index % 2], isASCII: isASCII, columns: columns, rows: rows,
          lines: script.lines, file: stepper.file)
        let lines = view.rows(state, message: "日本語 a message 🦊🦊")
        #expect(lines.count == rows, "\(columns) × \(rows)")
        #expect(tooWide(lines, columns) == [], "\(columns) × \(rows)")
      }
    }
  }

  @Test("watch draws on any screen", arguments: [true, false])
  func watch(isASCII: Bool) throws {
    let registry = Registry()
    var ends: [Any] = []
    for index in 0..<8 {
      let receiver = try registry.bind(Endpoint("inproc://größe-日本語-🦊-\(index)"))
      ends.append(receiver)
    }
    let threads = (0..<9).map { index in
      SessionSnapshot.Thread(
        name: "日本語-thread-\(index)",
        state: index == 3 ? .failed : .blocked(.receive("größe-日本語-🦊 timeout=1s")),
        waited: .seconds(index * 1000))
    }
    for snapshot in [
      SessionSnapshot(endpoints: registry.endpoints, threads: threads),
      SessionSnapshot(endpoints: [], threads: []),
    ] {
      for (columns, rows) in Self.sizes {
        let view = WatchView(
          palette: palettes[rows % 2], isASCII: isASCII, columns: columns, rows: rows)
        let lines = view.lines(snapshot, WatchView.Rates())
        #expect(lines.count <= rows, "\(columns) × \(rows)")
        #expect(tooWide(lines, columns) == [], "\(columns) × \(rows)")
      }
    }
    _ = ends
  }

  @Test("the text being edited is laid out and drawn on any screen")
  func layout() {
    let texts = [
      "", "send a b", "日本語日本語", "🦊👨‍👩‍👧❤️🇩🇪e\u{301}", "{\n  send a \t日本\n}\n", "\u{1}\u{202E}x",
    ]
    let prompts = ["inproc> ", "\u{1B}[1minproc>\u{1B}[0m ", "", "日本> "]
    for columns in 1...40 {
      for prompt in prompts {
        var painter = Painter()
        for text in texts {
          let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
          let first = columns < 8 ? Glyph.plain(Glyph.styled(prompt)) : Glyph.styled(prompt)
          for offset in 0...(lines.last?.unicodeScalars.count ?? 0) {
            let layout = Layout(
              lines: lines, cursor: (lines.count - 1, offset), first: first, further: first,
              columns: columns)
            #expect(layout.rows.allSatisfy { $0.width <= columns }, "\(text) at \(columns)")
            #expect((0..<columns).contains(layout.cursor.column))
            #expect(layout.rows.indices.contains(layout.cursor.row))
            _ = painter.show(layout.rows, cursor: layout.cursor, columns: columns)
          }
          _ = painter.eraseAfterResize(columns: max(1, columns / 2), height: 3, reflows: true)
        }
      }
    }
  }

  @Test("a dumb terminal's row is no wider than the terminal")
  func dumb() {
    for columns in 1...40 {
      for text in ["", "send a b with a long text behind", "日本語日本語日本語"] {
        var painter = DumbPainter()
        let pieces = text.map(String.init)
        for cursor in 0...pieces.count {
          painter.forget()
          let drawn = painter.show("inproc> ", pieces, cursor: cursor, columns: columns)
          let widest = drawn.split(separator: "\r").map { displayWidth(String($0)) }.max() ?? 0
          #expect(widest <= max(1, columns), "\(columns)")
        }
      }
    }
  }

  @Test("completions and diagrams are drawn on any width")
  func others() throws {
    let labels = ["connect", "größe", "日本語", "🦊", "a-very-long-name-of-an-endpoint-that-is-cut"]
    let registry = Registry()
    let recorder = SequenceRecorder(registry) { "\($0)" }
    let receiver = try registry.bind(Endpoint("inproc://größe-日本語"))
    try registry.connect(to: Endpoint("inproc://größe-日本語")).send("🦊 日本語")
    _ = try receiver.tryReceive()
    let diagram = recorder.diagram(title: "日本語 🦊")
    for width in Self.widths {
      #expect(!diagram.textLines(width: width).isEmpty)
      #expect(!columns(labels, width: width, measure: displayWidth).isEmpty)
    }
  }
}
