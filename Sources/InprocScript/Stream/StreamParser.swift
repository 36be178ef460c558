/// Parses a text whose lines come piece by piece: each piece is one line, or some lines with the
/// blocks that they open.
package struct StreamParser {
  package private(set) var directives = Directives()
  private var seenDirectives: Set<String> = []
  private var hasCommand = false
  private let commands: CommandTable

  /// The longest line, in bytes.
  package static let longestLine = SourceText.maximumLineLength

  /// - Parameter commands: the commands that may stand in the text.
  package init(commands: CommandTable = .standard) { self.commands = commands }

  /// Parses the next piece.
  ///
  /// - Parameters:
  ///   - bytes: whole lines, in UTF-8.
  ///   - firstLine: the number of its first line, from 1.
  ///   - mode: `.prompt` where expectations of the piece before it may come first.
  /// - Returns: the commands of this piece alone.
  /// - Throws: all findings.
  package mutating func parse(
    _ bytes: [UInt8], firstLine: Int, mode: Parser.Mode
  ) throws(SyntaxError) -> Script {
    var state = ParserState(
      try SourceText(bytes, firstLine: firstLine), mode: mode, commands: commands)
    state.directives = directives
    state.seenDirectives = seenDirectives
    state.hasCommand = hasCommand
    let script = try state.parse()
    directives = state.directives
    seenDirectives = state.seenDirectives
    hasCommand = state.hasCommand
    return script
  }
}

/// Cuts lines into the pieces that can be run.
package struct StreamPieces {
  package struct Piece {
    package var bytes: [UInt8] = []
    /// The number of its first line, from 1.
    package var firstLine = 1
    /// Whether it is a text that was typed at an `inproc>`, with its results.
    package var isScreen = false
  }

  private var piece = Piece()
  private var blocks = OpenBlocks()
  /// How many lines there were.
  package private(set) var count = 0
  /// How many bytes wait for their end.
  package var pendingLength: Int { piece.bytes.count }

  package init() {}

  /// Takes a line, without its end. Returns the pieces that are complete now, in order.
  package mutating func take(_ bytes: [UInt8]) -> [Piece] {
    count += 1
    // The parser reports bytes that are not UTF-8.
    let text = bytes.last == 0x0D ? bytes.dropLast() : bytes[...]
    let line = TranscriptLine(Substring(String(decoding: text, as: UTF8.self)))
    var whole: [Piece] = []
    // An expectation that is typed speaks of what the screen shows above it.
    if line.prompt == .first, line.kind != .expectation, !blocks.areOpen {
      if let last = end() { whole.append(last) }
      piece.isScreen = true
    }
    if piece.bytes.isEmpty { piece.firstLine = count }
    piece.bytes += bytes
    piece.bytes.append(0x0A)
    if piece.isScreen, line.isGivenUp {
      blocks = OpenBlocks()
    } else if line.kind == .text && (!piece.isScreen || line.prompt != nil)
      || blocks.areOpen && (line.kind == .text || line.kind == .expectation)
    {
      blocks.take(line.text)
    }
    if !piece.isScreen, !blocks.areOpen, let last = end() { whole.append(last) }
    return whole
  }

  /// The piece that is left at the end of the text.
  package mutating func end() -> Piece? {
    defer { (piece, blocks) = (Piece(), OpenBlocks()) }
    return piece.bytes.isEmpty ? nil : piece
  }
}
