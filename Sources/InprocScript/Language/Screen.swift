import InprocText

/// The roles of the lines of a text that was saved from a prompt's screen.
///
///     inproc> sned a x
///             ^~~~
///     =! syntax: unknown command 'sned'; did you mean 'send'?
///     inproc> trace on
///     inproc> recv a
///     =! interrupted: the line was interrupted; other threads go on
struct Screen {
  /// Lines that may fail to parse, because the screen shows that they did.
  struct Refused {
    /// The lines that were typed.
    var typed: Range<Int>
    /// The line behind the errors that it gave.
    var next: Int
  }

  /// Something typed that Ctrl-C ended while it ran.
  struct Interrupted {
    var typed: Range<Int>
    /// The lines that it printed.
    var printed: Range<Int>
    /// How many of its commands had not begun.
    var notRun: Int
  }

  /// Lines that are no part of the scenario.
  private(set) var skipped: Set<Int> = []
  /// By their first line.
  private(set) var refused: [Int: Refused] = [:]
  /// By their first line.
  private(set) var interrupted: [Int: Interrupted] = [:]
  /// Errors of other threads that the screen shows.
  private(set) var threadErrors: Set<ThreadError> = []
  /// Whether the last line is a prompt at which nothing was typed. Threads may still wait at the
  /// end then.
  private(set) var endsAtPrompt = false

  /// - Parameters:
  ///   - source: the text.
  ///   - commands: the commands that may stand in it.
  init(_ source: SourceText, commands: CommandTable) {
    let marks = source.lines.map { range in source.scalars[range].first { !$0.isBlank } }
    // Most texts have no such line.
    for (index, mark) in marks.enumerated() where mark == "^" || mark == "~" || mark == "[" {
      if TranscriptLine(source.line(index)).kind == .report { skipped.insert(index) }
    }
    let hasPrompt = source.lines.indices.contains { index in
      (marks[index] == "i" || marks[index] == ".")
        && TranscriptLine(source.line(index)).prompt == .first
    }
    if hasPrompt {
      let lines = source.lines.indices.map { TranscriptLine(source.line($0)) }
      var reader = ScreenReader(
        lines, rests: Screen.rests(in: source, lines, commands), commands)
      reader.read()
      self = reader.screen
    } else if source.lines.indices.contains(where: { index in
      marks[index] == "=" && TranscriptLine(source.line(index)).isSyntaxError
    }) {
      refuseLines(source.lines.indices.map { TranscriptLine(source.line($0)) })
    }
  }

  fileprivate init() {}

  /// The rows that continue an error or a note that the terminal has wrapped. The row before such a
  /// row reaches the last or, where a blank at its end is lost, the last but one column of the
  /// widest row. A row that begins with a command is never one of them, so that no command is
  /// passed over.
  private static func rests(
    in source: SourceText, _ lines: [TranscriptLine], _ commands: CommandTable
  ) -> Set<Int> {
    let widths = source.lines.map { source.text($0).cells }
    guard let widest = widths.max(), widest >= 40 else { return [] }
    var rests: Set<Int> = []
    for index in lines.indices.dropFirst() {
      let (line, before) = (lines[index], lines[index - 1])
      guard line.prompt == nil, line.kind == .text, widths[index - 1] >= widest - 1,
        before.isErrorOrReport || rests.contains(index - 1),
        commands.command(String(line.text.prefix { !$0.isWhitespace && $0 != ";" })) == nil
      else { continue }
      rests.insert(index)
    }
    return rests
  }

  /// A text without prompts: each line, or block, that an error of the syntax follows.
  private mutating func refuseLines(_ lines: [TranscriptLine]) {
    var blocks = OpenBlocks()
    var start = 0
    for (index, line) in lines.enumerated() where line.kind == .text {
      if !blocks.areOpen {
        blocks = OpenBlocks()
        start = index
      }
      blocks.take(line.text)
      let next = Screen.endOfErrors(behind: index, lines)
      guard next > index + 1 else { continue }
      refused[index] = Refused(typed: index..<(index + 1), next: next)
      if !blocks.areOpen { refused[start] = Refused(typed: start..<(index + 1), next: next) }
    }
  }

  /// The line behind the errors of syntax that follow a line; the next one where there are none.
  private static func endOfErrors(behind index: Int, _ lines: [TranscriptLine]) -> Int {
    var next = index + 1
    for following in (index + 1)..<max(lines.count, index + 1) {
      if lines[following].isSyntaxError { next = following + 1 }
      guard
        lines[following].isSyntaxError || lines[following].kind == .report
          || lines[following].kind == .empty
      else { break }
    }
    return next
  }

  mutating func skip(_ lines: Range<Int>) { skipped.formUnion(lines) }
  fileprivate mutating func skip(_ line: Int) { skipped.insert(line) }
  fileprivate mutating func note(_ error: ThreadError) { threadErrors.insert(error) }
  fileprivate mutating func refuse(_ typed: Range<Int>, next: Int) {
    refused[typed.lowerBound] = Refused(typed: typed, next: next)
  }
  fileprivate mutating func interrupt(_ entry: Interrupted) {
    interrupted[entry.typed.lowerBound] = entry
  }
  fileprivate mutating func endAtPrompt() { endsAtPrompt = true }
}

extension SourceText {
  fileprivate func line(_ index: Int) -> Substring { text(lines[index])[...] }
}

/// Reads a screen entry by entry: a prompt, the text that was typed at it, and its results.
private struct ScreenReader {
  private let lines: [TranscriptLine]
  /// The rows that only go on with the one before.
  private let rests: Set<Int>
  private let commands: CommandTable
  private(set) var screen = Screen()

  // The entry that is read.
  private var typed = 0..<0
  private var blocks = OpenBlocks()
  private var showsText = false
  private var isOwn = false
  private var hasResults = false
  /// Whether an expectation was typed. The lines that follow are about it then.
  private var isExpectation = false
  private var notRun = 0
  private var isInterrupted = false
  private var errorsEnd: Int?

  init(_ lines: [TranscriptLine], rests: Set<Int>, _ commands: CommandTable) {
    self.lines = lines
    self.rests = rests
    self.commands = commands
  }

  mutating func read() {
    for (index, line) in lines.enumerated() { take(line, index) }
    endEntry(at: lines.count)
    let last = lines.last { $0.kind != .empty || $0.prompt != nil }
    if let last, last.prompt == .first, last.kind == .empty { screen.endAtPrompt() }
  }

  private mutating func take(_ line: TranscriptLine, _ index: Int) {
    if let error = line.threadError { screen.note(error) }
    if rests.contains(index) { return screen.skip(index) }
    switch (line.prompt, line.kind) {
    // An 'inproc>' before a further line of a block belongs to the block.
    case (.first?, .text) where blocks.areOpen && !isGivenUp: type(line, index)
    case (.first?, _): begin(line, index)
    case (.continuation?, .text) where blocks.areOpen: type(line, index)
    case (_, .report):
      if isOwn || !line.text.hasPrefix("#") { screen.skip(index) }
      notRun = line.notRun ?? notRun
    case (_, .empty): if isOwn { screen.skip(index) }
    case _ where blocks.areOpen && !isGivenUp: type(line, index)
    case (_, .expectation): result(line, index)
    case (_, .text): if showsText { screen.skip(index) } else { begin(line, index) }
    }
  }

  /// Begins an entry with a line that was typed.
  private mutating func begin(_ line: TranscriptLine, _ index: Int) {
    endEntry(at: index)
    let hadResults = hasResults || isExpectation
    let found = screen
    self = ScreenReader(lines, rests: rests, commands)
    screen = found
    typed = index..<(index + 1)
    if line.kind == .report {
      screen.skip(index)
      return
    }
    if line.kind == .expectation {
      // The lines that were printed before it are compared already.
      isExpectation = hadResults
      hasResults = !hadResults
      if hadResults { screen.skip(index) }
      return
    }
    blocks.take(line.text)
    let words = line.text.split { $0 == " " || $0 == "\t" || $0 == "{" || $0 == "\r" }
    guard line.prompt == .first, let word = words.first.map(String.init) else { return }
    isOwn =
      commands.promptKeywords.contains(word)
      || word == "help" && words.count <= 2 && !line.text.contains(";")
    showsText = isOwn || TranscriptLine.showsText(line.text)
    if isOwn { screen.skip(index) }
  }

  private mutating func type(_ line: TranscriptLine, _ index: Int) {
    if isOwn { screen.skip(index) }
    typed = typed.lowerBound..<(index + 1)
    blocks.take(line.text)
    if TranscriptLine.showsText(line.text) { showsText = true }
  }

  private mutating func result(_ line: TranscriptLine, _ index: Int) {
    let hadResults = hasResults
    hasResults = true
    if isOwn || isExpectation {
      screen.skip(index)
    } else if line.isInterruption {
      isInterrupted = true
      screen.skip(index)
    } else if line.isSyntaxError, errorsEnd != nil || !hadResults {
      errorsEnd = index + 1
    }
  }

  /// Whether the text that was typed last ends in `^C`.
  private var isGivenUp: Bool {
    !typed.isEmpty && lines[typed.upperBound - 1].prompt != nil
      && lines[typed.upperBound - 1].isGivenUp
  }

  /// Ends the entry, of which all lines are known now.
  private mutating func endEntry(at end: Int) {
    guard !typed.isEmpty, !isOwn else { return }
    if isGivenUp {
      screen.skip(typed.lowerBound..<end)
    } else if isInterrupted {
      screen.interrupt(.init(typed: typed, printed: typed.upperBound..<end, notRun: notRun))
    } else if let errorsEnd {
      screen.refuse(typed, next: errorsEnd)
    }
  }
}
