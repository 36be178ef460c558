internal import CEditLine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension LineEditor {
  /// Why the whole screen could not be had.
  public struct NoScreen: Error, CustomStringConvertible {
    /// A sentence for the user.
    public let description: String
  }

  /// A key that was typed at a full-screen view.
  public enum ScreenKey: Sendable, Hashable {
    /// A character: Escape is U+001B, Ctrl-C U+0003.
    case character(Unicode.Scalar)
    /// An arrow key.
    case up, down, left, right
    /// Another key, such as Home.
    case other
  }

  /// The next action of a full-screen view.
  public enum FullScreenStep: Sendable {
    /// These rows are shown; ANSI colours in them take no room. What does not fit is cut by the
    /// terminal, rows that are missing are empty.
    case show([String])
    /// The view is left.
    case leave
  }

  /// Gives the whole screen to a view, until it leaves, input ends, or SIGTERM or SIGHUP arrives,
  /// which the next ``readLine()`` then reports.
  ///
  /// The view is on the terminal's other screen: afterwards everything is as it was before, and what
  /// was printed meanwhile appears below. Only rows that have changed are written. Ctrl-Z stops the
  /// program as at the prompt, and `fg` brings the view back.
  ///
  /// - Parameters:
  ///   - milliseconds: how often the view is asked again while no key is typed.
  ///   - view: is told the size of the screen and the key that was typed, if one was.
  /// - Throws: ``NoScreen`` on a terminal that can't move its cursor.
  public func showFullScreen(
    every milliseconds: Int,
    _ view: (_ columns: Int, _ rows: Int, _ key: ScreenKey?) -> FullScreenStep
  ) throws(NoScreen) {
    guard !isDumb, !isClosed else {
      throw NoScreen(
        description: "this terminal can't move its cursor (TERM is dumb or not set); "
          + "use another one, or 'list'")
    }
    var screen = Screen()
    // Output that was printed before belongs to the screen that is left.
    output.beginEditing()
    var printed = Printed()
    defer {
      screen.leave()
      printed.take(output.takeQueued())
      output.writeRaw(printed.bytes)
      output.endEditing()
    }
    guard screen.enter() else {
      throw NoScreen(description: "standard input is not a terminal; run it on one")
    }
    input.escapeIsPrefix = false
    var isDue = true
    var next = ContinuousClock.now
    while true {
      if handleScreenSignals(&screen, &isDue) { return }
      var key: ScreenKey?
      switch input.next() {
      case .text(let scalar): key = .character(scalar)
      case .key(let scalar): key = KeyTable.screenKeys[scalar] ?? .other
      case nil: if input.isAtEnd { return }
      case .some:
        // Pasted text is not taken for keys.
        input.dropPaste()
        continue
      }
      if key == .character(.control("\\")) { cel_quit() }
      if key == .character(.control("Z")) {
        stop(&screen)
        key = nil
        isDue = true
      }
      if key != nil || isDue || ContinuousClock.now >= next {
        switch view(screen.columns, screen.rows, key) {
        case .show(let rows): screen.show(rows)
        case .leave: return
        }
        isDue = false
        next = .now + .milliseconds(milliseconds)
        if key != nil { continue }
      }
      printed.take(output.takeQueued())
      let left = max(0, ContinuousClock.now.duration(to: next) / .milliseconds(1))
      awaitInput(Int32(min(left, 60_000).rounded(.up)))
    }
  }

  /// Returns whether the view is to be left.
  private func handleScreenSignals(_ screen: inout Screen, _ isDue: inout Bool) -> Bool {
    let pending = cel_signals_pending()
    guard pending != 0 else { return false }
    if pending & UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue) != 0 { return true }
    if cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0 { return true }
    if cel_signals_take(UInt32(CEL_STOP.rawValue)) != 0 {
      stop(&screen)
      isDue = true
    }
    let drawAnew = UInt32(CEL_RESIZED.rawValue | CEL_CONTINUE.rawValue)
    if cel_signals_take(drawAnew) != 0 {
      screen.begin()
      isDue = true
    }
    return false
  }

  private func stop(_ screen: inout Screen) {
    screen.leave()
    cel_stop_process()
    _ = screen.enter()
  }
}

/// The latest of what other threads print while a view has the screen.
private struct Printed {
  private static let limit = 1 << 20
  private(set) var bytes: [UInt8] = []

  mutating func take(_ more: [UInt8]) {
    bytes += more
    guard bytes.count > 2 * Self.limit else { return }
    // Whole lines, from the first that still fits.
    let rest = bytes.suffix(Self.limit)
    let start = rest.firstIndex(of: 10).map { $0 + 1 } ?? rest.startIndex
    bytes = Array("# (earlier output is left out)\n".utf8) + rest[start...]
  }
}

/// The terminal's other screen, row by row.
private struct Screen {
  private(set) var columns = 80
  private(set) var rows = 24
  private var shown: [String] = []
  private var modes: termios?

  /// Takes the screen. Returns false where there is no terminal.
  mutating func enter() -> Bool {
    var saved = termios()
    guard tcgetattr(0, &saved) == 0 else { return false }
    var raw = saved
    // Keys come one by one and are not shown; Ctrl-C and Ctrl-Z are keys.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(ICRNL | INLCR | IXON)
    guard tcsetattr(0, TCSADRAIN, &raw) == 0 else { return false }
    modes = saved
    cel_note_mode(Int32(CEL_SCREEN_MODE.rawValue), 1)
    // The other screen; no cursor, no wrapping.
    write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l")
    begin()
    return true
  }

  mutating func leave() {
    guard var saved = modes else { return }
    modes = nil
    write("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
    cel_note_mode(Int32(CEL_SCREEN_MODE.rawValue), 0)
    tcsetattr(0, TCSADRAIN, &saved)
  }

  /// Clears the screen, in the size that it has now, so that all rows are drawn anew.
  mutating func begin() {
    (columns, rows) = terminalSize()
    shown = []
    write("\u{1B}[0m\u{1B}[2J")
  }

  mutating func show(_ lines: [String]) {
    var text = ""
    for row in 0..<rows {
      let line = row < lines.count ? lines[row] : ""
      if row < shown.count, shown[row] == line { continue }
      if row >= shown.count, line.isEmpty { continue }
      // The row is erased first: erasing behind a full row would take its last character.
      text += "\u{1B}[\(row + 1);1H\u{1B}[2K\(line)\u{1B}[0m"
    }
    shown = (0..<rows).map { $0 < lines.count ? lines[$0] : "" }
    if !text.isEmpty { write(text) }
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    cel_write(1, bytes, bytes.count)
  }
}
