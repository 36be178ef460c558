import Inproc
import InprocScript

/// The command that `main` is running, and its place on the screen.
struct ShownCommand {
  var statement: Statement
  /// The source line it begins in.
  var line: String
  /// The columns before that line on the screen.
  var prompt = PromptOutput.promptWidth
  /// How many Unicode scalars of the line stand before the part that is shown.
  var skipped = 0
  /// How many lines had been printed when the command stood at the end of the screen; nil where it
  /// does not stand there by itself.
  var printed: Int?
  /// A note that is due before its first result.
  var note: String?
}

/// A text that is running, whose commands are shown one after the other.
struct RunningText {
  var script: Script
  var showing: ParsedInput.Showing
  /// Whether it was typed, so that it stands alone on the line above.
  var isOnScreen: Bool
  /// How many lines had been printed when it was typed.
  var printed: Int
  /// The session, once Ctrl-C was typed.
  var interrupted: Session?
  /// How many commands have begun.
  var begun = 0

  var left: Int { script.statements.count - begun }
}

extension PromptOutput {
  static let promptWidth = 8

  /// Shows the next command of the running text.
  func begins(_ statement: Statement) {
    guard let (text, index) = nextCommand() else { return }
    // Ctrl-C may have come before the session had begun with the text.
    if let session = text.interrupted { session.interruptLine() }
    var command = ShownCommand(statement: statement, line: text.script.line(of: statement))
    let start = statement.range.column - 1
    switch text.showing {
    case .typed:
      let isAlone = text.isOnScreen && text.script.lines.count == 1
      command.printed = isAlone ? text.printed : nil
    case .noted(let parts):
      command.prompt = 2
      command.skipped = start
      command.note = parts[index].joined(separator: " ")
    case .echoed(let parts):
      begin()
      echo(parts[index])
      command.skipped = start
      command.printed = statement.blocks.isEmpty ? printedCount : nil
    }
    setCommand(command)
  }

  /// Shows lines behind prompts, as if typed.
  func echo(_ lines: [String]) {
    var blocks = OpenBlocks()
    var text = ""
    for line in lines {
      let isOpen = blocks.areOpen
      text += isOpen ? palette("   ...>", .note) : palette("inproc>", .prompt)
      text += " \(line.escapingUnprintable)\n"
      blocks.take(line)
    }
    show(text)
  }

  /// The marks above an error that show which word it is about; empty if that is unknown.
  func mark(_ error: CommandError, of command: ShownCommand) -> String {
    guard command.statement.blocks.isEmpty,
      let word = ErrorPlace.word(of: error, in: command.statement),
      word.line == command.statement.range.line
    else { return "" }
    if command.printed == printedCount {
      let shown = String(command.line.unicodeScalars.dropFirst(command.skipped))
      if let marks = Caret.marks(
        column: word.column - command.skipped, length: word.length, in: shown,
        behind: command.prompt)
      {
        return palette(marks, .error) + "\n"
      }
    }
    return excerpt(command.line, word)
  }

  /// Shows the place, in a block or in a file, of the error that ended the typed text.
  func reportPlace(of failure: Failure, _ error: CommandError, in text: RunningText) {
    if reportFile(of: failure) { return }
    guard !text.script.statements.contains(where: { $0.range == failure.range }),
      let inner = ErrorPlace.statement(at: failure.range, in: text.script.statements)
    else { return }
    let word = ErrorPlace.word(of: error, in: inner) ?? inner.range
    guard text.script.lines.indices.contains(word.line - 1) else { return }
    show(excerpt(text.script.lines[word.line - 1], word))
  }

  /// Shows where in a file something failed. Returns whether it was in a file.
  @discardableResult func reportFile(of failure: Failure) -> Bool {
    guard failure.file != Prompt.name else { return false }
    note("in \(FileName.shown(failure.file)):\(failure.range.line): \(failure.command)")
    return true
  }

  /// A source line as a comment, with a caret under a word.
  func excerpt(_ line: String, _ word: SourceRange) -> String {
    let excerpt = MarkedLine(line, column: word.column, length: word.length)
    return "#   \(excerpt.text)\n#   " + palette(excerpt.marks, .error) + "\n"
  }
}

extension Script {
  fileprivate func line(of statement: Statement) -> String {
    lines.indices.contains(statement.range.line - 1) ? lines[statement.range.line - 1] : ""
  }
}
