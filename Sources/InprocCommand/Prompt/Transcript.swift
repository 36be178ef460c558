import InprocScript

/// A piece of a terminal's screen, pasted: prompts, what was typed at them, and what came of it.
///
///     inproc> bind inproc://a as inbox
///     => inbox
///     [worker] => ready
///     inproc> recv inbox timeout=now
///     =! would-block: no message is queued
struct Transcript {
  /// One thing that was typed, and the lines it gave.
  struct Entry: Equatable {
    var command: String
    var expected: [String] = []
  }

  /// What was typed, in order, without what was given up with Ctrl-C.
  private(set) var entries: [Entry] = []
  /// Whether the last command still has a block open.
  var isOpen: Bool { isActive && blocks.areOpen }

  private var blocks = OpenBlocks()
  /// How far the command's first line is indented: its further lines are by as much.
  private var indentation = 0
  private var isActive = false
  private var hasPrompts = true
  /// A transcript was pasted inside of this one: what follows is the result of all its commands.
  private var isNested = false

  /// Reads a text; nil where no line of it begins with a prompt.
  init?(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: ">")) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.contains(where: { Line($0).prompt == .first }) else { return nil }
    for line in lines { take(Line(line)) }
    dropGivenUp()
  }

  /// Commands without prompts, with what they are expected to give.
  init(commands: String) {
    hasPrompts = false
    for line in commands.split(separator: "\n", omittingEmptySubsequences: false) {
      take(Line(line))
    }
  }

  /// Nothing so far; lines are to come.
  init() {}

  /// Goes on with a line.
  mutating func take(_ line: Line) {
    switch (line.prompt, line.kind) {
    case (.first, .text), (.first, .empty), (.first, .expectation): start(line.text)
    case (.continuation, .expectation):
      isNested = true
      expect(line.text)
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
    // What comes before the first command belongs to one that was not copied.
    guard isActive else { return }
    if blocks.areOpen { append(text) } else { entries[entries.count - 1].expected.append(text) }
  }

  private mutating func dropGivenUp() {
    guard isActive, entries.last?.command.hasSuffix("^C") ?? false else { return }
    entries.removeLast()
    isActive = false
  }

  /// The last command shows text that no prompt or sign stands before.
  private var printsText: Bool {
    guard hasPrompts, isActive, let entry = entries.last else { return false }
    return OwnCommand(entry.command) != nil
  }
}

extension Transcript {
  /// A line of a screen, without the prompts before it.
  struct Line {
    enum Prompt { case first, continuation }
    enum Kind { case text, expectation, report, empty }

    private(set) var prompt: Prompt?
    /// A prompt stood before a prompt.
    private(set) var isNested = false
    let text: String
    /// How many blanks stand before the text, without the one that ends a prompt. A tab is two.
    private(set) var indentation = 0
    let kind: Kind

    init(_ line: Substring) {
      var rest = line.utf8[...]
      indentation = rest.dropBlanks()
      while true {
        let found: Prompt
        var after = rest
        if after.drop("inproc>") {
          found = .first
        } else if after.drop("...>") {
          found = .continuation
        } else {
          break
        }
        guard after.isEmpty || after.first == 0x20 || after.first == 0x09 else { break }
        if prompt != nil { isNested = true }
        prompt = found
        rest = after
        indentation = max(0, rest.dropBlanks() - 1)
      }
      text = String(Substring(rest))
      kind = Self.kind(of: text, hasPrompt: prompt != nil)
    }

    /// The text with its indentation, less so many blanks.
    func indented(behind blanks: Int) -> String {
      String(repeating: " ", count: max(0, indentation - blanks)) + text
    }

    private static func kind(of text: String, hasPrompt: Bool) -> Kind {
      if text.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return .empty }
      if text.hasPrefix("=>") || text.hasPrefix("=!") { return .expectation }
      if hasPrompt { return .text }
      if text.hasPrefix("#") || text == "^C" || isMark(text) || isThreadLine(text) {
        return .report
      }
      return .text
    }

    /// `^~~~`, under a word that was wrong.
    private static func isMark(_ text: String) -> Bool {
      text.utf8.first == UInt8(ascii: "^") && text.utf8.dropFirst().allSatisfy { $0 == 0x7E }
    }

    private static func isThreadLine(_ text: String) -> Bool {
      guard text.hasPrefix("["), let end = text.utf8.firstIndex(of: UInt8(ascii: "]")) else {
        return false
      }
      let rest = text[text.utf8.index(after: end)...].drop { $0 == " " }
      return rest.hasPrefix("=>") || rest.hasPrefix("=!") || rest.hasPrefix("#")
    }
  }
}

extension Substring.UTF8View {
  /// Returns how many columns they take.
  @discardableResult fileprivate mutating func dropBlanks() -> Int {
    let blanks = prefix { $0 == 0x20 || $0 == 0x09 }
    self = self[blanks.endIndex...]
    return blanks.reduce(0) { $0 + ($1 == 0x09 ? 2 : 1) }
  }

  fileprivate mutating func drop(_ prefix: StaticString) -> Bool {
    let matches = prefix.withUTF8Buffer { starts(with: $0) }
    if matches { self = dropFirst(prefix.utf8CodeUnitCount) }
    return matches
  }
}
