import Foundation
import Inproc
import InprocScript
import LineEditor

/// Shows the lines of a session above what is being typed, told apart by colour.
final class PromptOutput: SessionOutput {
  private enum Style: String {
    case result = "\u{1B}[32m"
    case error = "\u{1B}[31m"
    case thread = "\u{1B}[36m"
    case note = "\u{1B}[2m"
  }

  private struct State {
    /// What `main` gave since the last command was typed, for expectations that follow it.
    var lines: [ResultLine] = []
    var compared = 0
    /// The error that the line ends with was shown when it happened.
    var lastError: CommandError?
  }

  private let editor: LineEditor.Output
  private let isColoured: Bool
  private let state = Guarded(State())

  init(_ editor: LineEditor.Output) {
    self.editor = editor
    let environment = ProcessInfo.processInfo.environment
    isColoured =
      (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
      && environment["TERM"] != nil
  }

  private func coloured(_ text: String, _ style: Style) -> String {
    isColoured ? "\(style.rawValue)\(text)\u{1B}[0m" : text
  }

  func line(_ line: ResultLine, thread: String?) {
    var style = Style.result
    if case .error(let error) = line {
      style = .error
      if thread == nil { state.withLock { $0.lastError = error } }
    }
    guard let thread else {
      state.withLock { $0.lines.append(line) }
      return editor.print(coloured(line.printed, style))
    }
    editor.print(coloured("[\(thread)]", .thread) + " " + coloured(line.printed, style))
  }

  func text(_ text: String) { editor.print(text) }

  /// Something the prompt itself says; a comment, so that a transcript replays.
  func note(_ text: String) { editor.print(coloured("# \(text)", .note)) }

  func tellDeadlock() {
    note("deadlock: every thread waits and none can go on; Ctrl-C gives the prompt back")
  }

  /// A new command was typed.
  func begin() { state.withLock { $0 = State() } }

  /// A caret under the word that was typed, and what is wrong with it.
  func tell(_ errors: SyntaxError, typed: String, prompt: String) {
    guard let first = errors.diagnostics.first else { return }
    if !typed.contains("\n") {
      let column = prompt.unicodeScalars.count + first.column - 1
      let tildes = String(repeating: "~", count: max(0, first.length - 1))
      editor.print(coloured(String(repeating: " ", count: column) + "^" + tildes, .error))
    } else {
      editor.print(coloured("# line \(first.line), column \(first.column):", .note))
    }
    let hint = first.hint.map { "; \($0)" } ?? ""
    editor.print(coloured("=! \(first.code.rawValue): \(first.message)\(hint)", .error))
  }

  /// What ended the line, where that was not shown yet.
  func tell(_ failure: Failure) {
    switch failure.kind {
    case .error(let error):
      let isShown = state.withLock { state in
        defer { state.lastError = nil }
        return state.lastError == error
      }
      if !isShown { line(.error(error), thread: nil) }
    case .mismatch(let expected, _, let line):
      let wanted = expected.indices.contains(line) ? expected[line].text : "no further line"
      note("'\(failure.command)' did not give what is expected: \(wanted)")
    case .badExpectation(_, let error):
      note("this expectation can't be compared: \(error.text)")
    }
  }

  /// Compares an expectation that was typed after its command.
  func compare(_ text: String) {
    let expectation: Expectation
    do {
      let script = try Parser.parse(Array("echo _\n\(text)".utf8))
      guard let parsed = script.statements.first?.expectations.first else { return }
      expectation = parsed
    } catch {
      return tell(error, typed: text, prompt: "inproc> ")
    }
    let actual: ResultLine? = state.withLock { state in
      defer { state.compared += 1 }
      return state.lines.indices.contains(state.compared) ? state.lines[state.compared] : nil
    }
    let holds = actual.map { (try? expectation.matches($0, variables: NoVariables())) ?? false }
    if holds != true {
      note("expected \(expectation.text), but got \(actual?.printed ?? "no line")")
    }
  }
}

/// Expectations that are typed line by line know no variables.
private struct NoVariables: VariableLookup {
  func message(named name: String) -> Message? { nil }
}
