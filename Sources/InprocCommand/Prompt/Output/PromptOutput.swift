import Foundation
import Inproc
import InprocScript
import LineEditor
import Synchronization

/// Shows the lines of a session above the line that is being typed, in colours by their kind.
final class PromptOutput: SessionOutput {
  private struct State {
    /// The lines that `main` gave since the last command was typed, for expectations that follow
    /// it.
    var lines: [ResultLine] = []
    var count = 0
    /// How many of them were compared with expectations typed one by one.
    var compared = 0
    /// The last error that was shown, which the line's failure must not show again.
    var lastError: CommandError?
    var hasThreadQuit = false
    var text: RunningText?
    var command: ShownCommand?
  }

  /// How many lines are kept for expectations: the first ones, as a loop may print without end.
  private static let keptLines = 10_000

  let palette: Palette
  /// The events that are shown beside the results, if any are.
  let trace = PromptTrace()
  private let editor: LineEditor.Output
  private let state = Guarded(State())
  private let printed = Atomic(0)

  init(_ editor: LineEditor.Output, palette: Palette) {
    self.editor = editor
    self.palette = palette
  }

  // MARK: Lines of the session

  func line(_ line: ResultLine, thread: String?) {
    guard thread == nil else { return print(line, thread: thread) }
    remember(line)
    var command = state.withLock { $0.command }
    if let note = command?.note {
      self.note(note)
      command?.note = nil
      command?.printed = printedCount
      state.withLock { $0.command = command }
    }
    var above = ""
    if case .error(let error) = line, let command { above = mark(error, of: command) }
    print(line, thread: nil, above: above)
  }

  /// How many times something was printed so far.
  var printedCount: Int { printed.load(ordering: .relaxed) }

  /// Prints whole lines above the line that is being typed. All output to the terminal goes through
  /// here.
  func show(_ text: String) {
    printed.wrappingAdd(1, ordering: .relaxed)
    editor.print(palette.escapingUnprintable(text))
  }

  func setCommand(_ command: ShownCommand) { state.withLock { $0.command = command } }

  /// The running text, and the index of the command that begins now.
  func nextCommand() -> (text: RunningText, index: Int)? {
    state.withLock { state in
      guard let text = state.text, text.left > 0 else { return nil }
      state.text?.begun += 1
      return (text, text.begun)
    }
  }

  private func remember(_ line: ResultLine) {
    state.withLock { state in
      if state.lines.count < Self.keptLines { state.lines.append(line) }
      state.count += 1
      if case .error(let error) = line { state.lastError = error }
    }
  }

  private func print(_ line: ResultLine, thread: String?, above: String = "") {
    trace.show()
    let printed = line.printed
    // Only the sign is coloured: the text keeps the terminal's own colour, readable on any
    // background.
    var signed = printed.startIndex..<printed.index(printed.startIndex, offsetBy: 2)
    var style = Palette.Style.result
    if case .error = line {
      style = .error
      signed = signed.lowerBound..<(printed.firstIndex(of: ":") ?? printed.endIndex)
    }
    let shown = palette(String(printed[signed]), style) + printed[signed.upperBound...]
    show(above + (thread.map { palette("[\($0)]", .thread) + " " + shown } ?? shown))
  }

  func text(_ text: String) { show(text) }

  func threadFailed(_ failure: Failure) { report(failure, thread: failure.thread) }

  func threadQuit() {
    state.withLock { $0.hasThreadQuit = true }
    // The editor handles signals in every state.
    kill(getpid(), SIGTERM)
  }

  var hasThreadQuit: Bool { state.withLock { $0.hasThreadQuit } }

  // MARK: The prompt's own

  /// Prints a remark of the prompt itself, as a comment, so that a transcript replays.
  func note(_ text: String, _ style: Palette.Style = .note) {
    show(palette("# \(text.escapingUnprintable)", style))
  }

  func reportDeadlock(_ threads: [ThreadSituation]) {
    var lines = [
      "# deadlock: \(FailureReport.everyThreadWaits); Ctrl-C gives the prompt back"
    ]
    lines += threads.compactMap { thread in
      thread.state.waitReason.map { "#   \(thread.thread): \($0.text)".escapingUnprintable }
    }
    show(palette(lines.joined(separator: "\n"), .error))
  }

  /// Forgets the results so far, because a command was typed.
  func begin() {
    state.withLock { $0 = State(hasThreadQuit: $0.hasThreadQuit, text: $0.text) }
  }

  /// Begins a text that is about to run.
  func begin(_ text: RunningText) {
    state.withLock { $0 = State(hasThreadQuit: $0.hasThreadQuit, text: text) }
  }

  /// Ends the text that is running, as Ctrl-C does.
  func interrupt(_ session: Session) {
    state.withLock { $0.text?.interrupted = session }
    session.interruptLine()
  }

  /// Ends the text that was running, and returns it with how far it came.
  func end() -> RunningText? {
    state.withLock { state in
      defer { (state.text, state.command) = (nil, nil) }
      return state.text
    }
  }

  /// Shows the failure that ended a line or a thread, unless it was shown already.
  func report(_ failure: Failure, thread: String? = nil) {
    switch failure.kind {
    case .error(let error):
      guard thread == nil else { return }
      let isShown = state.withLock { state in
        defer { state.lastError = nil }
        return state.lastError == error
      }
      if !isShown { line(.error(error), thread: nil) }
    case .mismatch(let expected, let actual, let index):
      reportMismatch(
        of: failure.command, expected.dropFirst(index).first?.text,
        actual.dropFirst(index).first, thread: thread)
    case .badExpectation(let expectation, let error):
      print(.error(error), thread: thread)
      reportMismatch(of: failure.command, expectation.text, nil, thread: thread)
    }
  }

  private func reportMismatch(
    of command: String?, _ expected: String?, _ actual: ResultLine?, thread: String? = nil
  ) {
    let prefix = thread.map { palette("[\($0)]", .thread) + " " } ?? ""
    let name = command.map { Self.firstLine(of: $0) } ?? "the last command"
    let lines = [
      "# \(Failure.mismatch(of: name))",
      "#   expected: \(expected ?? "no further line")",
      "#   actual:   \(actual?.printed ?? "no further line")",
    ]
    show(lines.map { prefix + palette($0.escapingUnprintable, .error) }.joined(separator: "\n"))
  }

  // MARK: Syntax errors

  /// Shows a caret under each wrong word, and what is wrong with it.
  func report(_ errors: SyntaxError, typed: String, isOnScreen: Bool) {
    begin()
    for diagnostic in errors.diagnostics {
      let isBlock = typed.utf8.contains(10)
      if !isBlock, isOnScreen,
        let marks = Caret.marks(
          column: diagnostic.column, length: diagnostic.length, in: typed,
          behind: Self.promptWidth)
      {
        show(palette(marks, .error))
      } else {
        show(
          excerpt(
            diagnostic.sourceLine,
            SourceRange(
              line: diagnostic.line, column: diagnostic.column, length: diagnostic.length)))
      }
      var message = diagnostic.summary
      if isBlock { message = "line \(diagnostic.line): " + message }
      let error = CommandError(diagnostic.code, message.escapingUnprintable)
      remember(.error(error))
      print(.error(error), thread: nil)
    }
  }

  // MARK: Expectations after their command

  /// Compares expectations, typed one by one, with the lines that the last command gave.
  ///
  /// Returns whether all hold.
  func compare(_ expectations: [Expectation], in session: Session) -> Bool {
    for expectation in expectations {
      let actual: ResultLine? = state.withLock { state in
        defer { state.compared += 1 }
        return state.lines.indices.contains(state.compared) ? state.lines[state.compared] : nil
      }
      guard holds(expectation, actual, in: session) else {
        reportMismatch(of: nil, expectation.text, actual)
        return false
      }
    }
    return true
  }

  /// Compares the lines that the last command gave with exactly these.
  func compareAll(_ expectations: [Expectation], of command: String, in session: Session) -> Bool {
    let (lines, count) = state.withLock { ($0.lines, $0.count) }
    for index in 0..<max(min(count, Self.keptLines), expectations.count) {
      let actual = lines.indices.contains(index) ? lines[index] : nil
      let expected = expectations.indices.contains(index) ? expectations[index] : nil
      if let expected, holds(expected, actual, in: session) { continue }
      reportMismatch(of: command, expected?.text, actual)
      return false
    }
    return true
  }

  private func holds(_ expectation: Expectation, _ actual: ResultLine?, in session: Session) -> Bool
  {
    guard let actual else { return false }
    do {
      return try session.isMet(expectation, by: actual)
    } catch {
      print(.error(error), thread: nil)
      return false
    }
  }

  /// A command for a message: of a block only the first line.
  private static func firstLine(of text: String) -> String {
    let line = text.prefix { $0 != "\n" }
    return "\(Excerpt(String(line)))" + (line.endIndex == text.endIndex ? "" : " …")
  }
}
