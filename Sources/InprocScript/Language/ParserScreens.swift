import Inproc

// The parts of a prompt's screen other than commands that ran to their end.

extension ParserState {
  /// Parses lines that a syntax error follows on the screen. If they do not parse, they are not
  /// part of the text.
  mutating func parseRefused(_ refused: Screen.Refused) {
    // A long list of statements is shortened again rather than copied.
    let isOutside = stack.count == 1
    let count = stack[0].statements.count
    let statements = isOutside ? [] : stack[0].statements
    let (lastLine, lastIsInvalid) = (stack[0].lastLine, stack[0].lastIsInvalid)
    let before = (self.diagnostics, stack.dropFirst(), directives, seenDirectives, hasCommand)
    parseLine()
    parseLines(upTo: refused.typed.upperBound)
    if diagnostics.count == before.0.count, stack.count == before.1.count + 1 { return }
    // A limit of this parse is no error that the screen could show.
    if limits?.check() != nil { return }
    (diagnostics, directives, seenDirectives, hasCommand) = (before.0, before.2, before.3, before.4)
    if isOutside {
      stack[0].statements.removeSubrange(count...)
    } else {
      stack[0].statements = statements
    }
    stack = [stack[0]] + before.1
    (stack[0].lastLine, stack[0].lastIsInvalid) = (lastLine, lastIsInvalid)
    isHopeless = false
    lexer.skipLines(upTo: refused.next)
    stack[stack.count - 1].refusesExpectations = true
  }

  /// Parses a text that Ctrl-C ended. No run can repeat that, so only the commands before the
  /// interrupted one remain.
  mutating func parseInterrupted(_ entry: Screen.Interrupted) {
    let first = stack[0].statements.count
    let isOutside = stack.count == 1
    parseLine()
    parseLines(upTo: entry.typed.upperBound)
    guard isOutside, stack.count == 1 else { return }
    let ended = max(first, stack[0].statements.count - 1 - entry.notRun)
    guard ended < stack[0].statements.count else { return }
    let text = stack[0].statements[ended].text
    let kept = stack[0].statements[first..<ended]
    stack[0].statements.removeSubrange(ended...)
    stack[0].lastLine = nil
    // If several commands give lines, the prompt prints each command before its first line.
    let notes = entry.printed.filter { line in
      stack[0].statements[first...].contains { lexer.notes($0.text, on: line) }
    }
    let end = entry.printed.first { lexer.notes(text, on: $0) }
    if let end {
      screen.skip(end..<entry.printed.upperBound)
    } else if notes.isEmpty, !kept.contains(where: \.givesLines) {
      screen.skip(entry.printed)
    }
    if kept.isEmpty { stack[0].refusesExpectations = true }
  }
}
