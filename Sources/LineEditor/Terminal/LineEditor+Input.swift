internal import CEditLine

extension LineEditor {
  enum Next {
    case scalar(Unicode.Scalar)
    case end
    case giveUp
  }

  /// Waits for the next character for libedit. Meanwhile it draws the text, prints what other threads
  /// have queued, and handles signals.
  func nextScalar() -> Next {
    if cel_take_bell(handle) != 0 { output.writeRaw("\u{7}") }
    if !isSearching { keepCharactersWhole() }
    while true {
      handleSignals()
      if ending != nil { return .giveUp }
      if isInputGivenUp { dropRest() }
      if let mark = announcePaste() { return .scalar(mark) }
      if let event = input.next() {
        guard let scalar = scalar(of: event) else { continue }
        display.isStale = true
        if buffer.count == 0, linesBefore.isEmpty, !isSearching, isKeyOfEmptyLine(scalar) {
          eraseFrame()
          ending = .key(scalar)
          return .giveUp
        }
        scanned.note(scalar)
        vi.note(scalar)
        lastKey = scalar
        return .scalar(scalar)
      }
      if input.isAtEnd {
        ending = .endOfFile
        leaveLine("")
        return .end
      }
      history.save()
      printQueued()
      awaitInput(paintWhenDue())
    }
  }

  /// The character that libedit is given for an event, if any.
  private func scalar(of event: TerminalEvent) -> Unicode.Scalar? {
    switch event {
    case .text(let scalar): return scalar
    case .key(let scalar): return scalar
    case .pasteBegin:
      pasted = PastedText()
      return InternalKey.paste.scalar
    case .pasted, .pasteEnd, .report: return nil
    }
  }

  /// Waits for input, a signal or output of other threads, and reads the input that has come.
  func awaitInput(_ milliseconds: Int32) {
    let ready = cel_wait(0, wake, input.wait(atMost: milliseconds))
    if ready & 2 != 0 { cel_event_take(wake) }
    if ready & 1 != 0 { input.fill(descriptor: 0) } else { input.noteSilence() }
  }

  /// Moves a cursor that libedit, which moves by code points, left inside of a character: on to the
  /// character's end, or back to its beginning.
  private func keepCharactersWhole() {
    settle()
    let buffer = buffer
    if let key = lastKey, "xXs".unicodeScalars.contains(key), buffer.count < last.count {
      vi.cut = nil
    }
    defer { last = (self.buffer.count, self.buffer.cursor) }
    keepToLine(buffer)
    let cursor = self.buffer.cursor
    guard buffer.count == last.count, cursor != last.cursor, cursor > 0, cursor < buffer.count,
      buffer.text[cursor] >= 0x300
    else { return }
    let start = max(0, cursor - 64)
    var end = start
    for character in buffer.string(start..<min(buffer.count, cursor + 64)) {
      let next = end + character.unicodeScalars.count
      if next > cursor {
        if end < cursor { cel_move(handle, Int32((cursor < last.cursor ? end : next) - cursor)) }
        return
      }
      end = next
    }
  }

  /// Keeps the cursor in its line where libedit's commands `I`, `A`, `a` and Escape of vi, which take a
  /// block as one line, moved it out of there. The keys are recognised as commands by having moved the
  /// cursor and inserted no text.
  private func keepToLine(_ buffer: Buffer) {
    let (old, cursor) = (last.cursor, buffer.cursor)
    guard buffer.count == last.count, cursor != old, let key = lastKey else { return }
    lastKey = nil
    let (start, end) = (buffer.lineStart(old), buffer.lineEnd(old))
    guard !(start...end).contains(cursor) else { return }
    switch key {
    case "I": cel_move(handle, Int32(buffer.textStart(start) - cursor))
    case "A", "a": cel_move(handle, Int32(end - cursor))
    case "\u{1B}": cel_move(handle, Int32(start - cursor))
    default: break
    }
  }

  private func handleSignals() {
    guard cel_signals_pending() != 0 else { return }
    if cel_signals_take(UInt32(CEL_RESIZED.rawValue)) != 0 { resized() }
    if cel_signals_take(UInt32(CEL_STOP.rawValue)) != 0 {
      leaveLine("^Z")
      setBracketedPaste(false)
      cel_stop_process()
      resume()
    } else if cel_signals_take(UInt32(CEL_CONTINUE.rawValue)) != 0 {
      resume()
    }
    if let signal = takeTermination() {
      leaveLine("")
      ending = .terminated(signal: signal)
    } else if isInterrupted {
      _ = cel_signals_take(UInt32(CEL_INTERRUPT.rawValue))
      giveUpInput()
      leaveLine("^C")
      ending = .interrupted
    }
  }

  var isInterrupted: Bool { cel_signals_pending() & UInt32(CEL_INTERRUPT.rawValue) != 0 }

  var isTerminating: Bool {
    cel_signals_pending() & UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue) != 0
  }

  private func resume() {
    _ = cel_signals_take(UInt32(CEL_CONTINUE.rawValue))
    cel_prepare_terminal(handle, 0)
    cel_prepare_terminal(handle, 1)
    setBracketedPaste(true)
    output.writeRaw("\r")
    forgetFrame()
  }
}
