import InprocText

/// Writes a text in its canonical form: two columns of indentation a block, one blank between words,
/// no blanks at a line's end, no two empty lines in a row, none at the beginning or end or beside a
/// brace. A block that spans lines has its braces at a line's end and on a line of its own; one
/// within a line stays there. Comments at the ends of neighbouring lines stand below each other.
///
/// Words, comments, and lines with a prompt or another thread's report are kept as they are.
package enum Formatter {
  /// The canonical form; the same text parses to the same script. Formatting it again changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - limits: what parsing it may take.
  ///   - commands: the commands that may stand in it.
  /// - Returns: the text.
  /// - Throws: the findings of the parser where the text does not parse.
  package static func format(
    _ bytes: [UInt8], limits: RunLimits? = nil, commands: CommandTable = .standard
  ) throws(SyntaxError) -> String {
    try canonical(bytes, limits, commands) ?? String(decoding: bytes, as: UTF8.self)
  }

  /// The canonical form with the line ends, and with the byte order mark, that the text has.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - limits: what parsing it may take.
  ///   - commands: the commands that may stand in it.
  /// - Returns: the text.
  /// - Throws: the findings of the parser where the text does not parse.
  package static func formatKeepingLineEnds(
    _ bytes: [UInt8], limits: RunLimits? = nil, commands: CommandTable = .standard
  ) throws(SyntaxError) -> [UInt8] {
    guard let text = try canonical(bytes, limits, commands) else { return bytes }
    return LineEnds(of: bytes).applied(to: text)
  }

  private static func canonical(
    _ bytes: [UInt8], _ limits: RunLimits?, _ commands: CommandTable
  ) throws(SyntaxError) -> String? {
    let before = try Parser.parse(bytes, limits: limits, commands: commands)
    let source = try SourceText(bytes)
    var layout = FormatLayout(
      lines: source.lines.map { Array(source.scalars[$0]) },
      screen: Screen(source, commands: commands))
    let text = layout.text()
    // The meaning of a file never changes, even if the formatter meets a case that it does not
    // handle.
    guard let after = try? Parser.parse(Array(text.utf8), commands: commands),
      after.shape == before.shape
    else {
      return nil
    }
    return text
  }
}

/// Puts the pieces of a text into lines.
private struct FormatLayout {
  private struct Line {
    var indentation = 0
    var code = ""
    var comment: String?
    var opensBlock = false
    var closesBlock = false
    var isEmpty: Bool { code.isEmpty && comment == nil }
    /// How many columns the code takes, its indentation with it.
    var width: Int { 2 * indentation + code.cells }

    /// Whether both have a comment behind their code; directives align among themselves.
    func alignsComment(with other: Line) -> Bool {
      comment != nil && !code.isEmpty && code.hasPrefix("@") == other.code.hasPrefix("@")
    }
  }

  private struct Piece {
    var token: FormatToken
    /// A brace whose other half is on another line.
    var spansLines = false
  }

  private let lines: [[Unicode.Scalar]]
  /// The lines that are not part of the scenario, or may not parse.
  private let kept: Set<Int>
  private var output: [Line] = []
  private var current = Line()
  private var depth = 0

  init(lines: [[Unicode.Scalar]], screen: Screen) {
    self.lines = lines
    kept = screen.refused.values.reduce(into: screen.skipped) { $0.formUnion($1.typed) }
  }

  mutating func text() -> String {
    let pieces = matched()
    for (index, line) in lines.enumerated() {
      if kept.contains(index) || FormatLayout.isVerbatim(line) {
        keep(line, pieces[index])
      } else if pieces[index].isEmpty {
        if output.last.map({ !$0.isEmpty && !$0.opensBlock }) ?? false { output.append(Line()) }
      } else {
        lay(pieces[index])
      }
    }
    while output.last?.isEmpty == true { output.removeLast() }
    return written()
  }

  /// Lines of a transcript: what the screen showed is kept.
  private static func isVerbatim(_ line: [Unicode.Scalar]) -> Bool {
    prompt(line) || report(line)
  }

  private static func prompt(_ line: [Unicode.Scalar]) -> Bool {
    let text = String(String.UnicodeScalarView(line.prefix(40))).trimmingBlanks
    return ["inproc>", "...>"].contains { text == $0 || text.hasPrefix($0 + " ") }
  }

  private static func report(_ line: [Unicode.Scalar]) -> Bool {
    line.first { !$0.isBlank } == "["
  }

  /// The pieces of all lines, braces that span lines marked.
  private func matched() -> [[Piece]] {
    var pieces: [[Piece]] = []
    var open: [(line: Int, index: Int)] = []
    for (number, line) in lines.enumerated() {
      var scalars = line[...]
      if kept.contains(number) {
        scalars = []
      } else if FormatLayout.prompt(line), let mark = line.firstIndex(of: ">") {
        scalars = line[(mark + 1)...]
      } else if FormatLayout.report(line) {
        scalars = []
      }
      var scanner = FormatScanner(scalars)
      pieces.append(scanner.scan().map { Piece(token: $0) })
      for index in pieces[number].indices {
        switch pieces[number][index].token.kind {
        case .open: open.append((number, index))
        case .close:
          guard let start = open.popLast(), start.line != number else { continue }
          pieces[number][index].spansLines = true
          pieces[start.line][start.index].spansLines = true
        default: break
        }
      }
    }
    return pieces
  }

  private mutating func keep(_ line: [Unicode.Scalar], _ pieces: [Piece]) {
    var view = line[...]
    while let last = view.last, last.isBlank || last == "\r" { view.removeLast() }
    output.append(Line(code: String(String.UnicodeScalarView(view))))
    for piece in pieces where piece.spansLines { depth += piece.token.kind == .open ? 1 : -1 }
  }

  private mutating func lay(_ pieces: [Piece]) {
    current = Line(indentation: depth)
    for (index, piece) in pieces.enumerated() {
      switch piece.token.kind {
      case .comment: current.comment = piece.token.text
      case .semicolon:
        // A `;` has a meaning only between two statements on a line.
        let next = index + 1 < pieces.count ? pieces[index + 1].token.kind : .comment
        guard !current.code.isEmpty, !current.code.hasSuffix("{"), !current.code.hasSuffix(";"),
          next != .comment, next != .close, next != .semicolon
        else { continue }
        current.code += ";"
      case .close where piece.spansLines:
        if !current.code.isEmpty { end() }
        depth = max(0, depth - 1)
        current = Line(indentation: depth, code: "}", closesBlock: true)
      case .open where piece.spansLines:
        add("{")
        depth += 1
        current.opensBlock = true
        // A comment behind the brace stays there.
        if index + 1 < pieces.count, pieces[index + 1].token.kind != .comment { end() }
      case .word, .open, .close: add(piece.token.text)
      }
    }
    end()
  }

  private mutating func add(_ text: String) {
    if !current.code.isEmpty { current.code += " " }
    current.code += text
  }

  private mutating func end() {
    defer { current = Line(indentation: depth) }
    guard !current.isEmpty else { return }
    if current.closesBlock { while output.last?.isEmpty == true { output.removeLast() } }
    output.append(current)
  }

  /// The lines as text; comments behind neighbouring lines below each other.
  private func written() -> String {
    var text = ""
    var index = 0
    while index < output.count {
      var end = index
      while end < output.count, output[end].alignsComment(with: output[index]) { end += 1 }
      let width = output[index..<end].map(\.width).max() ?? 0
      for line in output[index..<max(end, index + 1)] {
        text += String(repeating: " ", count: line.isEmpty ? 0 : 2 * line.indentation) + line.code
        if let comment = line.comment {
          if !line.code.isEmpty {
            text += String(repeating: " ", count: max(0, width - line.width) + 2)
          }
          text += comment
        }
        text += "\n"
      }
      index = max(end, index + 1)
    }
    return text
  }
}
