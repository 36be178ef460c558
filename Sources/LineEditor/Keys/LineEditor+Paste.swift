internal import CEditLine

extension LineEditor {
  // Pasted text is never taken for keys: it reaches the text here, or is dropped.

  /// The character for which libedit runs ``paste()``. Libedit asks again where it took the character
  /// for something else, such as the letter to search for; then it gets another.
  func announcePaste() -> Unicode.Scalar? {
    guard let paste = pasted else { return nil }
    if paste.announcements > 3 {
      pasted = nil
      input.dropPaste()
      output.writeRaw("\u{7}")
      return nil
    }
    pasted?.announcements += 1
    return InternalKey.paste.scalar
  }

  /// Takes a bracketed paste, all of it as one edit.
  ///
  /// Where its end does not come, what has come so far is shown after a pause, and further bytes are
  /// text of the paste still: Ctrl-C ends it.
  func paste() -> cel_answer {
    guard pasted != nil else { return CEL_BEEP }
    defer { pasted = nil }
    dropMarks()
    while !isInterrupted, !isTerminating {
      switch input.next() {
      case .pasted(let bytes): pasted?.take(bytes)
      case .pasteEnd:
        insertPasted()
        return CEL_NORMAL
      case .some: continue
      case nil:
        printQueued()
        let hasText = pasted?.bytes.isEmpty == false
        let before = input.lastRead
        awaitInput(hasText ? 500 : -1)
        if hasText, input.lastRead == before, before.duration(to: .now) >= .milliseconds(500) {
          insertPasted(isWhole: false)
          paint()
        }
      }
    }
    input.dropPaste()
    return CEL_NORMAL
  }

  private func insertPasted(isWhole: Bool = true) {
    guard let bytes = pasted?.takeText(isWhole: isWhole), !bytes.isEmpty else { return }
    if usesSeparateLines {
      // Each of its lines is entered, as if typed: one row has no place for several.
      input.prepend(PastedText.keys(of: bytes))
    } else {
      cel_insert(handle, PastedText.text(of: bytes))
    }
  }

  /// Takes the paste's beginning out of the text, where libedit has inserted it as a character.
  private func dropMarks() {
    let buffer = buffer
    let mark = wchar_t(bitPattern: InternalKey.paste.scalar.value)
    if buffer.cursor > 0, buffer.text[buffer.cursor - 1] == mark { cel_delete_back(handle, 1) }
  }

  // MARK: Paste without brackets

  // A paste without brackets comes as so many keys, and the kernel does not deliver a Ctrl-C behind
  // unread input. So the input is read before a command of the paste runs.

  /// Reads the rest of a paste, as far as it comes without a pause.
  func absorbInput() {
    let limit = 64 << 20
    let started = ContinuousClock.now
    while !input.isEmpty, input.count < limit, !input.isAtEnd, !isInterrupted,
      ContinuousClock.now - started < .milliseconds(100)
    {
      // The terminal needs a moment when it had to wait.
      guard cel_wait(0, wake, input.isFlood ? 5 : 0) & 1 != 0 else {
        input.endFlood()
        return
      }
      input.fill(descriptor: 0)
    }
  }

  /// Discards what was typed ahead or pasted, as Ctrl-C does, including what is still on its way.
  func giveUpInput(isPaste: Bool = false) {
    isInputGivenUp =
      isInputGivenUp || isPaste || input.isFlood || input.count > InputBuffer.mostTyped
    input.discard()
  }

  /// Drops the rest of a discarded paste: input that comes without a pause, in pieces larger than
  /// anybody types. The prompt is shown meanwhile.
  func dropRest() {
    isInputGivenUp = false
    paint()
    var wasFlood = false
    let pause = Duration.milliseconds(30)
    var end = ContinuousClock.now + pause
    let terminations = UInt32(CEL_TERMINATE.rawValue | CEL_HANGUP.rawValue)
    while !input.isAtEnd, cel_signals_pending() & terminations == 0, ContinuousClock.now < end {
      let ready = cel_wait(0, wake, 30)
      if ready & 2 != 0 {
        cel_event_take(wake)
        printQueued()
      }
      if ready & 1 != 0 {
        input.fill(descriptor: 0)
        wasFlood = wasFlood || input.isFlood
        guard wasFlood else { return }
        input.discard()
        end = .now + pause
      }
    }
  }
}
