internal import CEditLine

/// A line of a terminal being typed: prompt, editing keys, blocks of several lines, history,
/// completion, and output of other threads that appears above what is being typed.
///
///     let editor = try LineEditor(programName: "inproc")
///     editor.prompt = "inproc> "
///     editor.continuationPrompt = "...> "
///     editor.makeScanner = { Braces() }
///     reading: while true {
///       switch editor.readLine() {
///       case .line(let text):
///         editor.addToHistory(text)
///         editor.run(onInterrupt: { session.interrupt() }) { session.execute(text) }
///       case .interrupted, .key: continue
///       case .endOfFile, .terminated: break reading
///       }
///     }
///     editor.close()
///
/// An editor belongs to the thread that made it, which should be the main one; only its
/// ``output`` may be used from any thread. A process has at most one editor at a time, as it has
/// one terminal.
public final class LineEditor {
  /// How reading a line ended.
  public enum Input: Sendable, Hashable {
    /// The text that was typed, without the final line break; a block has line breaks inside.
    case line(String)
    /// Ctrl-C: the line is given up.
    case interrupted
    /// A key of ``LineEditor/isKeyOfEmptyLine``; nothing was typed.
    case key(Unicode.Scalar)
    /// Ctrl-D on an empty line, or the terminal is gone.
    case endOfFile
    /// SIGTERM or SIGHUP arrived, here or while a command ran: close the editor and leave.
    case terminated(signal: Int32)
  }

  /// Why an editor could not be made.
  public struct Unavailable: Error, CustomStringConvertible {
    /// A sentence for the user.
    public var description: String { "libedit cannot use this terminal" }
  }

  /// Whether the terminal knows no escape sequences: `TERM` is `dumb` or not set.
  public static var isOnDumbTerminal: Bool { cel_is_dumb() != 0 }

  /// The prompt of a first line. ANSI colours in it take no room.
  public var prompt = "> "
  /// The prompt of a block's further lines, without colours; blanks make it as wide as the prompt.
  public var continuationPrompt = "...> "
  /// The colour of the continuation prompt as an ANSI sequence, such as `"\u{1B}[2m"`, or `""`.
  public var continuationColor = ""
  /// The text before each line of a list of completions.
  public var listPrefix = ""
  /// Makes the scanner that tells whether Enter ends the text or opens another line of it.
  public var makeScanner: () -> any BlockScanner = { SingleLines() }
  /// Whether a text that was entered is taken off the screen, because its owner prints it in
  /// parts, each with its results.
  public var isShownInParts: (String) -> Bool = { _ in false }
  /// Which keys end an edit at once where nothing is typed; a paste is never one of them.
  public var isKeyOfEmptyLine: (Unicode.Scalar) -> Bool = { _ in false }
  /// The completions that Tab offers for a text and a cursor in it, counted in Unicode scalars.
  public var completions: (_ text: String, _ cursor: Int) -> [Completion] = { _, _ in [] }

  /// The hint that is shown above the text if nothing completes; nil for none.
  public var hint: (_ text: String, _ cursor: Int) -> String? = { _, _ in nil }

  /// The output, which any thread may use.
  public let output: Output

  let handle: OpaquePointer
  let callbacks: Callbacks
  let listener: CommandListener
  let wake: cel_event
  let isDumb = cel_is_dumb() != 0
  var input = InputBuffer()
  /// The paste that has begun and is not inserted into the text yet.
  var pasted: PastedText?
  var history: History
  var display = Display()
  var scanned = ScannedText()
  var ending: Input?
  /// Length and cursor of the text when the last key was taken.
  var last = (count: 0, cursor: 0)
  /// The last key that was given to libedit.
  var lastKey: Unicode.Scalar?
  var vi = ViCommands()
  /// The lines around the one that libedit cuts.
  var around = (before: "", after: "")
  var isSearching = false
  /// The history entry that is shown in place of the text that was typed, and that text.
  var recalled: (index: Int, typed: String)?
  /// Whether Enter has ended the text.
  var isAccepted = false
  /// Whether Ctrl-C discarded a paste of which more is to come.
  var isInputGivenUp = false
  var linesBefore: [String] = []
  var isClosed = false
  /// Whether Ctrl-C was typed during the last command that ran.
  private var wasRunInterrupted = false

  /// Takes the terminal on standard input and output.
  ///
  /// Sets the process's locale, handles SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT and SIGWINCH
  /// until ``close()``, reads `~/.editrc` and the history file. Whatever other signal ends the
  /// process, SIGQUIT among them and those of a crash, gives the terminal back before it does. Where
  /// the terminal takes no output, SIGTERM and SIGHUP end the process within a second.
  ///
  /// - Parameters:
  ///   - programName: the name that `~/.editrc` may single out, and of the history's folder.
  ///   - historyFile: where the history is kept; an empty path keeps none. By default it is the file
  ///     that `NAME_HISTORY` names in the environment, with the program's name in capitals; else
  ///     `$XDG_STATE_HOME/NAME/history`, or `~/.local/state/NAME/history`.
  /// - Throws: ``Unavailable`` when libedit cannot start.
  public init(programName: String, historyFile: String? = nil) throws(Unavailable) {
    cel_set_locale()
    let callbacks = Callbacks()
    let owner = Unmanaged.passUnretained(callbacks).toOpaque()
    guard let handle = cel_open(programName, owner, nextCharacter, runFunction) else {
      throw Unavailable()
    }
    self.handle = handle
    self.callbacks = callbacks
    wake = cel_event_make()
    output = Output(wake: wake)
    listener = CommandListener()
    history = History(
      path: historyFile.map { HistoryPath($0) } ?? .standard(programName: programName))
    callbacks.editor = self
    addFunctions()
    cel_source(handle)
    bindKeys()
    cel_signals_install(wake, listener.event)
    for entry in history.entries { rememberInLibedit(entry) }
  }

  deinit {
    close()
  }

  /// Reads a line, or a block of lines, that the user edits on the terminal.
  ///
  /// Blocks until it is entered, given up or ended.
  ///
  /// - Returns: the text, or why there is none.
  public func readLine() -> Input {
    guard !isClosed else { return .endOfFile }
    if let signal = takeTermination() { return .terminated(signal: signal) }
    _ = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue))
    linesBefore = []
    var scanner = makeScanner()
    while true {
      switch readOneEdit() {
      case .line(let text) where usesSeparateLines:
        linesBefore.append(text)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
          scanner.take(String(line))
        }
        if scanner.isComplete { return .line(linesBefore.joined(separator: "\n")) }
      case let other:
        return other
      }
    }
  }

  /// Runs a command with the terminal in normal mode.
  ///
  /// What is typed meanwhile is read at once, so that Ctrl-C is heard behind a long paste, and is
  /// kept for the lines that follow: a command can't read standard input itself.
  ///
  /// - Parameters:
  ///   - onInterrupt: called, on a thread of the editor's own, for each Ctrl-C, and for SIGTERM
  ///     and SIGHUP, which the next ``readLine()`` then reports. It must not block for long.
  ///   - body: the command; what it and others print to ``output`` appears at once.
  /// - Returns: what the command returns.
  /// - Throws: what the command throws.
  public func run<Result, Failure: Error>(
    onInterrupt: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    listener.begin(onInterrupt)
    defer {
      let typed = listener.end()
      wasRunInterrupted = typed.isInterrupted
      if wasRunInterrupted { giveUpInput(isPaste: typed.gaveUpPaste) }
      input.append(typed.bytes)
    }
    return try body()
  }

  /// Whether Ctrl-C was typed since the last call of ``run(onInterrupt:_:)`` began, or during its very
  /// end, when it had no effect any more. It is taken, and what was typed ahead is given up.
  public func takeInterrupt() -> Bool {
    let isPending = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0
    defer { wasRunInterrupted = false }
    guard isPending || wasRunInterrupted else { return false }
    cel_drop_input()
    giveUpInput()
    return true
  }

  /// SIGTERM or SIGHUP, where one has come that ``readLine()`` has not reported.
  public func takeTerminationSignal() -> Int32? { takeTermination() }

  /// Gives the terminal and the signals back and saves the history; may be called twice.
  public func close() {
    guard !isClosed else { return }
    isClosed = true
    history.save()
    output.close()
    cel_close(handle)
    cel_signals_restore()
    // The listener is stopped last: it ends the process if the terminal accepts no output in the calls
    // before.
    listener.stop()
  }

  private func readOneEdit() -> Input {
    wasRunInterrupted = false
    ending = nil
    isAccepted = false
    pasted = nil
    input.dropPaste()
    input.escapeIsPrefix = escapeIsPrefix
    recalled = nil
    last = (0, 0)
    scanned = ScannedText()
    forgetFrame()
    showPrompt()
    output.beginEditing()
    setBracketedPaste(true)
    var count: Int32 = 0
    let result = cel_read(handle, &count)
    var text = result.map { start in
      let buffer = Buffer(text: .init(start: start, count: Int(count)), cursor: 0)
      return buffer.string(0..<buffer.count)
    }
    if let entered = text, !isAccepted {
      // libedit has ended the line by itself, as it does behind vi's `v`.
      let whole = entered.last == "\n" ? String(entered.dropLast()) : entered
      eraseFrame()
      if !isShownInParts(whole) { output.writeRaw(wholeText(whole) + "\r\n") }
      text = whole
    }
    // libedit returns the same for an empty line and for the end of file.
    if text == nil, isAccepted { text = "" }
    if text == nil, ending == nil { output.writeRaw("\r\n") }
    setBracketedPaste(false)
    absorbInput()
    output.endEditing()
    if let ending {
      cel_reset(handle)
      return ending
    }
    guard let text else {
      cel_reset(handle)
      return .endOfFile
    }
    return .line(text)
  }

  func showPrompt() {
    display.prompt = linesBefore.isEmpty ? prompt : continuationPrompt
    display.isStale = true
  }

  /// A terminal that cannot go up shows a block as one edit after the other.
  var usesSeparateLines: Bool { isDumb }

  func setBracketedPaste(_ on: Bool) {
    if isDumb { return }
    if on { cel_note_mode(Int32(CEL_PASTE_MODE.rawValue), 1) }
    output.writeRaw(on ? "\u{1B}[?2004h" : "\u{1B}[?2004l")
    if !on { cel_note_mode(Int32(CEL_PASTE_MODE.rawValue), 0) }
  }

  func takeTermination() -> Int32? {
    let taken = cel_signals_take(UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue))
    if taken & UInt32(CEL_TERMINATE.rawValue) != 0 { return 15 }
    return taken != 0 ? 1 : nil
  }
}
