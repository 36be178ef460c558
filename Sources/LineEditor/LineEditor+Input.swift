internal import CEditLine

extension LineEditor {
  enum Next {
    case scalar(Unicode.Scalar)
    case end
    case giveUp
  }

  /// The next character for libedit. While none is there it prints what other threads have
  /// queued, and deals with signals.
  func nextScalar() -> Next {
    if !isSearching { tidy() }
    while true {
      handleSignals()
      if ending != nil { return .giveUp }
      if let scalar = input.next() { return .scalar(scalar) }
      if input.isAtEnd {
        ending = .endOfFile
        leaveLine("")
        return .end
      }
      printQueued()
      paintContinuations()
      // Escape alone is a key, too: the rest of a sequence follows at once.
      let ready = cel_wait(0, wake, input.isInSequence ? 50 : -1)
      if ready == 0, input.isInSequence { input.endSequence() }
      if ready & 2 != 0 { cel_event_take(wake) }
      if ready & 1 != 0 { input.fill(descriptor: 0) }
    }
  }

  /// Prints what other threads have queued above the line being edited.
  func printQueued() {
    guard output.hasQueued else { return }
    printAbove(output.takeQueued())
  }

  func printAbove(_ bytes: [UInt8]) {
    cel_erase(handle)
    output.writeRaw(bytes)
    cel_redraw(handle)
  }

  func redraw() {
    cel_erase(handle)
    cel_redraw(handle)
  }

  private func handleSignals() {
    guard cel_signals_pending() != 0 else { return }
    if cel_signals_take(UInt32(CEL_RESIZED.rawValue)) != 0 {
      cel_resize(handle)
      redraw()
    }
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
    } else if cel_signals_take(UInt32(CEL_INTERRUPT.rawValue)) != 0 {
      input.discard()
      leaveLine("^C")
      ending = .interrupted
    }
  }

  private func resume() {
    _ = cel_signals_take(UInt32(CEL_CONTINUE.rawValue))
    cel_prepare_terminal(handle, 0)
    cel_prepare_terminal(handle, 1)
    setBracketedPaste(true)
    cel_resize(handle)
    output.writeRaw("\r")
    cel_redraw(handle)
  }

  func leaveLine(_ mark: String) {
    paintContinuations()
    cel_leave_line(handle, mark)
  }

  /// Keeps line breaks and the tabs that stand for continuation prompts together.
  private func tidy() {
    var length: Int32 = 0
    var cursor: Int32 = 0
    guard let buffer = cel_buffer(handle, &length, &cursor) else { return }
    if !hasBreaks, abs(Int(length) - lastLength) > 1 || length == 0 {
      hasBreaks = UnsafeBufferPointer(start: buffer, count: Int(length)).contains(10)
    }
    if hasBreaks, cel_needs_tidying(handle) != 0 {
      cel_erase(handle)
      cel_tidy(handle, Int32(lastCursor))
      cel_redraw(handle)
      cel_buffer(handle, &length, &cursor)
    }
    lastLength = Int(length)
    lastCursor = Int(cursor)
  }

  private func paintContinuations() {
    guard !isDumb, hasBreaks else { return }
    let prompt = continuationColor + paddedContinuationPrompt
    // Where rows have moved, libedit may have left a prompt that is no longer in its place.
    if cel_continuations_moved(handle) != 0 { redraw() }
    cel_paint_continuations(handle, prompt)
  }

  /// At the right of the eight columns that a tab keeps free.
  private var paddedContinuationPrompt: String {
    let width = continuationPrompt.unicodeScalars.reduce(0) {
      $0 + max(0, Int(cel_width($1.value)))
    }
    let reset = continuationColor.isEmpty ? "" : "\u{1B}[0m"
    guard width <= 8 else { return reset }
    return String(repeating: " ", count: 8 - width) + continuationPrompt + reset
  }
}
