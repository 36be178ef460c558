import InprocScript

/// A piece of a terminal's screen that was pasted: prompts, the commands at them and their results.
///
///     inproc> bind inproc://a as inbox
///     => inbox
///     [worker] => ready
///     inproc> recv inbox timeout=now
///     =! would-block: no message is queued
struct Transcript {
  /// A command that was typed, and the lines that it gave.
  struct Entry: Equatable {
    /// The prompt's own comments, each with the number of result lines before it.
    struct Note: Equatable {
      var position: Int
      var text: String
    }
    var command: String
    var expected: [String] = []
    var notes: [Note] = []
    /// Whether Ctrl-C ended the command while it ran.
    var isInterrupted = false

    /// The command as it was on the screen.
    var screen: String {
      var lines = ["inproc> " + command.replacing("\n", with: "\n...> ")]
      var notes = notes[...]
      for position in 0...expected.count {
        while let note = notes.first, note.position <= position {
          lines.append(note.text)
          notes.removeFirst()
        }
        if position < expected.count { lines.append(expected[position]) }
      }
      return (lines + [TranscriptLine.interruption]).joined(separator: "\n") + "\n"
    }
  }

  /// The commands that were typed, in order, without those that Ctrl-C discarded.
  private(set) var entries: [Entry] = []
  /// Whether the last command still has a block open.
  var isOpen: Bool { isActive && blocks.areOpen }

  private var blocks = OpenBlocks()
  /// The indentation of the command's first line, which its further lines share.
  private var indentation = 0
  private var isActive = false
  private var hasPrompts = true
  /// Whether a transcript was pasted inside of this one: the lines that follow are the results of
  /// all its commands.
  private var isNested = false

  /// Reads a text; nil where no line of it begins with a prompt.
  init?(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: ">")) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: { TranscriptLine($0).prompt == .first }) else { return nil }
    for line in lines { take(TranscriptLine(line)) }
    dropGivenUp()
  }

  /// Commands without prompts, with what they are expected to give.
  init(commands: String) {
    hasPrompts = false
    for line in commands.split(separator: "\n", omittingEmptySubsequences: false) {
      take(TranscriptLine(line))
    }
  }

  /// A transcript without lines, to be filled by ``take(_:)``.
  init() {}

  /// Adds a line.
  mutating func take(_ line: TranscriptLine) {
    switch (line.prompt, line.kind) {
    case (.first, .text), (.first, .empty), (.first, .expectation): start(line.text)
    case (.continuation, .expectation):
      isNested = true
      expect(line.text)
    case (nil, .expectation) where line.isInterruption && isActive:
      entries[entries.count - 1].isInterrupted = true
    case (nil, .expectation): if !isNested { expect(line.text) }
    case (.continuation, .text):
      if isActive, entries.last?.expected.isEmpty ?? false {
        append(line.indented(behind: indentation))
      } else {
        start(line.text)
      }
    case (nil, .text):
      if isActive, blocks.areOpen {
        append(line.indented(behind: indentation))
      } else if !printsText {
        start(line.text)
        indentation = line.indentation
      }
    case (nil, .report): note(line.text)
    case (_, .report), (_, .empty): break
    }
    if line.isNested { isNested = true }
    if line.prompt == .first, !line.isNested { isNested = false }
  }

  private mutating func start(_ text: String) {
    indentation = 0
    dropGivenUp()
    isActive = false
    if text.isEmpty { return }
    entries.append(Entry(command: text))
    blocks = OpenBlocks()
    blocks.take(text)
    isActive = true
  }

  private mutating func append(_ text: String) {
    entries[entries.count - 1].command += "\n" + text
    blocks.take(text)
  }

  private mutating func expect(_ text: String) {
    // Lines before the first command belong to a command that was not copied.
    guard isActive else { return }
    if blocks.areOpen { append(text) } else { entries[entries.count - 1].expected.append(text) }
  }

  private mutating func note(_ text: String) {
    guard isActive, !blocks.areOpen, text.hasPrefix("# "), let entry = entries.last else { return }
    entries[entries.count - 1].notes.append(.init(position: entry.expected.count, text: text))
  }

  private mutating func dropGivenUp() {
    guard isActive, entries.last?.command.hasSuffix("^C") ?? false else { return }
    entries.removeLast()
    isActive = false
  }

  /// Whether the last command prints text without a prompt or a sign before it, as `help` does.
  private var printsText: Bool {
    guard hasPrompts, isActive, let entry = entries.last else { return false }
    return PromptCommands.all.begin(entry.command) || TranscriptLine.showsText(entry.command)
  }
}
