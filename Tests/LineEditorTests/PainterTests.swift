import Glibc
import TestSupport
import Testing

@testable import LineEditor

@Suite("Painter", .timeLimit(.minutes(2)))
struct PainterTests {
  init() { setlocale(LC_CTYPE, "C.UTF-8") }

  /// A terminal, and a painter that draws on it.
  struct Canvas {
    var screen: TerminalScreen
    var painter = Painter()
    /// What was printed before and must stay as it is.
    var past: [String] = []

    init(columns: Int, rows: Int) { screen = TerminalScreen(columns: columns, rows: rows) }

    mutating func print(_ line: String) {
      past.append(line)
      screen.feed((painter.erase() + line + "\r\n").utf8)
    }

    mutating func show(_ text: String, cursor: Int) -> Layout {
      let layout = layout(text, cursor: cursor, columns: screen.columns)
      screen.feed(
        painter.show(layout.rows, cursor: layout.cursor, columns: screen.columns).utf8)
      return layout
    }

    mutating func resize(columns: Int, rows: Int) {
      screen.resize(columns: columns, rows: rows)
      screen.feed(
        painter.eraseAfterResize(columns: columns, height: rows, reflows: screen.reflows).utf8)
    }

    /// What the terminal should show of a layout, a row each.
    func expected(_ layout: Layout) -> [String] {
      layout.rows.map { row in
        var text = row.glyphs.map { $0.text + $0.blanks(joined: screen.joinsEmoji) }.joined()
        while text.last == " " { text.removeLast() }
        return text
      }
    }

    /// What it shows from the first row of the text on.
    func shown() -> [String] {
      let first = screen.cursor.row - painter.cursor.row
      var lines = screen.rows.dropFirst(max(0, first)).map(\.text)
      while lines.last == "" { lines.removeLast() }
      return lines
    }
  }

  static func layout(_ text: String, cursor: Int, columns: Int) -> Layout {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var place = (line: 0, offset: cursor)
    while place.offset > lines[place.line].unicodeScalars.count {
      place.offset -= lines[place.line].unicodeScalars.count + 1
      place.line += 1
    }
    return Layout(
      lines: lines, cursor: place, first: Glyph.styled("inproc> "),
      further: Glyph.styled("   ...> "), columns: columns)
  }

  @Test("what it sends turns any text into any other, on any width", arguments: 1...40)
  func random(seed: Int) {
    var random = Random(state: UInt64(seed))
    var canvas = Canvas(columns: 11 + random.below(70), rows: 24)
    canvas.screen.joinsEmoji = seed % 2 == 0
    var text: [Character] = []
    for round in 0..<120 {
      switch random.below(10) {
      case 0: canvas.print("output \(round)")
      case 1: text.removeLast(min(text.count, random.below(40)))
      case 2:
        // How a terminal reflows what it draws in parts cannot be known.
        if text.contains(where: { Glyph.of($0).contains(where: \.isUncertain) }) { text = [] }
        let cursor = String(text.prefix(random.below(text.count + 1))).unicodeScalars.count
        _ = canvas.show(String(text), cursor: cursor)
        canvas.resize(columns: 11 + random.below(70), rows: 24)
      default:
        let piece = Self.pieces[random.below(Self.pieces.count)]
        let place = random.below(3) == 0 ? random.below(text.count + 1) : text.count
        for _ in 0..<1 + random.below(9) { text.insert(contentsOf: piece, at: place) }
      }
      var scalars = 0
      let cursor = random.below(text.count + 1)
      scalars = text[..<cursor].reduce(0) { $0 + $1.unicodeScalars.count }
      // What the screen has no room for is the window's to leave out.
      if Self.layout(String(text), cursor: scalars, columns: canvas.screen.columns).rows.count > 20
      {
        text = []
        scalars = 0
      }
      let layout = canvas.show(String(text), cursor: scalars)
      var expected = canvas.expected(layout)
      while expected.last == "" { expected.removeLast() }
      #expect(canvas.shown() == expected, "seed \(seed), round \(round)")
      #expect(canvas.screen.cursor.column == layout.cursor.column, "seed \(seed), round \(round)")
      let past = canvas.screen.logicalLines.filter { $0.hasPrefix("output") }
      #expect(past == canvas.past, "seed \(seed), round \(round)")
      if canvas.shown() != expected || past != canvas.past {
        return
      }
    }
  }

  private static let pieces: [[Character]] = [
    Array("abc"), Array("word "), ["日"], ["e\u{301}"], ["👨\u{200D}👩\u{200D}👧"], ["🇩🇪"], ["👍🏽"],
    ["❤\u{FE0F}"], ["\n"], [" "],
    Array("x"), ["🦊"], ["\u{1}"],
  ]

  @Test("a character typed at the end sends that character only")
  func typing() {
    var painter = Painter()
    let before = Self.layout("echo a", cursor: 6, columns: 80)
    _ = painter.show(before.rows, cursor: before.cursor, columns: 80)
    let after = Self.layout("echo ab", cursor: 7, columns: 80)
    #expect(painter.show(after.rows, cursor: after.cursor, columns: 80) == "b")
  }

  @Test("marks, hidden and control characters have a width of their own")
  func glyphs() {
    #expect(Glyph.of("e\u{301}").map(\.width) == [1])
    #expect(Glyph.of("\u{301}").map(\.text) == ["\u{25CC}\u{301}"])
    #expect(Glyph.of("\u{202E}").map(\.text).joined() == "\\u{202E}")
    #expect(Glyph.of("\u{7F}").map(\.text).joined() == "^?")
    #expect(Glyph.of("🇩🇪") == [Glyph(text: "🇩🇪", width: 2, isUncertain: true)])
    #expect(Glyph.styled("\u{1B}[1ma\u{1B}[0m ").map(\.width) == [1, 1])
  }
}

extension Glyph {
  /// The blanks in which the terminal draws less than was kept free.
  fileprivate func blanks(joined: Bool) -> String {
    guard isUncertain else { return "" }
    let widths = text.unicodeScalars.map(characterWidth)
    let drawn = joined ? widths[0] : widths.reduce(0, +)
    return String(repeating: " ", count: width - drawn)
  }
}

/// Numbers that look random and are the same each time.
struct Random {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}
