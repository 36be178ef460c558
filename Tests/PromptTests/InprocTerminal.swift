import Foundation
import TestSupport

/// Starts the real program at its prompt.
func startInproc(
  _ home: TemporaryHome, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]
) throws -> PseudoTerminal {
  try startProgram(
    "inproc", home, columns: columns, rows: rows, environment: environment)
}

extension TemporaryHome {
  /// What the program keeps of what was typed.
  func inprocHistory() throws -> String {
    try contents(of: path + "/state/inproc/history")
  }
}

extension PseudoTerminal {
  /// Types a line, and waits until it and then these lines are the last before the next prompt.
  func enter(_ line: String, gives lines: String...) throws {
    try type(line + "\r")
    try expect(tail: ["inproc> " + line] + lines + ["inproc>"])
  }

  /// Lists the threads, on a cleared screen, until this line is among them: what a thread prints is
  /// seen before it waits or has ended.
  func listThreads(until line: String) throws {
    let deadline = ContinuousClock.now + Self.patience
    repeat {
      try type("\u{15}\u{0C}")
      try expect("nothing but a prompt") { screen in
        screen.lines.filter { $0 != "" } == ["inproc>"]
      }
      try type("list threads\r")
      try expect("the threads") {
        $0.cursorLine == "inproc>" && $0.lastLines(2).first?.hasPrefix("=> ") == true
      }
    } while !screen.lines.contains(line) && ContinuousClock.now < deadline
    try expect(line: line)
  }

  /// Ctrl-Z: the shell has the terminal, as it was before the program took the whole screen.
  func stopFullScreen() throws {
    try stop()
    try expect("the screen as before") { !$0.isOnOtherScreen && !$0.isCursorHidden }
    try enterInShell("echo to $((1+1)) you", gives: "to 2 you")
  }

  /// Waits until what was printed ends in these lines, however they wrap.
  func expect(tail: [String]) throws {
    try expect("at the end: \(tail.joined(separator: " | "))") {
      $0.lastLines(tail.count) == tail
    }
  }

  /// Waits until this line was printed that many times.
  func expect(line: String, times: Int) throws {
    try expect("'\(line)' \(times) times") { screen in
      screen.logicalLines.filter { $0 == line }.count == times
    }
  }

  /// Pastes as terminals do that tell programs of it.
  func paste(_ text: String) throws { try type("\u{1B}[200~" + text + "\u{1B}[201~") }
}

extension TerminalScreen {
  /// The last lines, without blanks at their ends.
  func lastLines(_ count: Int) -> [String] {
    logicalLines.suffix(count).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The colour of the first cell of a row that begins so.
  func style(ofLine text: String, at column: Int = 0) -> Style? {
    rows.last { $0.text == text }?.cells[column].style
  }

  /// Whether what is shown ends in this text, wherever it wraps.
  func endsWithoutBlanks(_ text: some StringProtocol) -> Bool {
    let wanted = String(text.filter { $0 != " " })
    return String(logicalLines.suffix(6).joined().filter { $0 != " " }).hasSuffix(wanted)
  }
}
