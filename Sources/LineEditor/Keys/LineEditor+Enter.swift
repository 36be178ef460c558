internal import CEditLine

/// How far the text was scanned for whether it is complete, so that each line is scanned once.
struct ScannedText {
  var scanner: (any BlockScanner)?
  /// Where the scanned part ends: at the beginning of a line.
  var position = 0
  /// How long the text was when it was scanned, and how many scalars were typed since.
  var length = 0
  var typed = 0

  /// Notes a key: text that is typed at the end leaves the scan valid, other keys may change anything.
  mutating func note(_ scalar: Unicode.Scalar) {
    if scalar.value >= 32, scalar.value != 127, !(128..<160).contains(scalar.value) {
      typed += 1
    } else if scalar != "\r", scalar != "\n" {
      scanner = nil
    }
  }
}

extension LineEditor {
  /// Enter: the end of the text, or another line of a block.
  func enter() -> cel_answer {
    if usesSeparateLines {
      isAccepted = true
      leaveLine("")
      return CEL_NEWLINE
    }
    guard buffer.cursor == buffer.count else { return enterInside() }
    let started = ContinuousClock.now
    var taken = 0
    // A paste without brackets comes as so many keys. All lines of it that are there are taken at
    // once, as if typed, so that the block is not scanned anew for each.
    while true {
      outdentClosingBrace()
      let buffer = buffer
      var scanner = takeScanner(buffer)
      scanner.take(buffer.string(scanned.position..<buffer.count))
      if scanner.isComplete { return accept() }
      insert("\n")
      let position = buffer.count + 1
      if !input.startsWithBlank {
        insert(String(repeating: " ", count: max(0, scanner.indentation)))
      }
      scanned = ScannedText(scanner: scanner, position: position, length: self.buffer.count)
      if input.isEmpty, taken > 1024 { awaitInput(5) }
      guard !isInterrupted, let next = input.nextText() else { return CEL_NORMAL }
      taken += next.text.utf8.count
      insert(next.text)
      scanned.length = self.buffer.count
      if !next.endsLine { return CEL_NORMAL }
      if ContinuousClock.now - started > .milliseconds(100) {
        printQueued()
        _ = paintWhenDue()
      }
    }
  }

  /// A scanner that has read the text up to the beginning of its last line.
  private func takeScanner(_ buffer: Buffer) -> any BlockScanner {
    defer { scanned.scanner = nil }
    if let scanner = scanned.scanner, buffer.count == scanned.length + scanned.typed {
      return scanner
    }
    scanned.position = buffer.lineStart(buffer.count)
    guard scanned.position > 0 else { return makeScanner() }
    return makeScanner().after(buffer.string(0..<scanned.position - 1))
  }

  /// Enter with the cursor somewhere in the text.
  private func enterInside() -> cel_answer {
    scanned.scanner = nil
    let buffer = buffer
    if makeScanner().after(buffer.string(0..<buffer.count)).isComplete { return accept() }
    let indentation = makeScanner().after(buffer.string(0..<buffer.cursor)).indentation
    insert("\n" + String(repeating: " ", count: max(0, indentation)))
    return CEL_NORMAL
  }

  private func accept() -> cel_answer {
    scanned.scanner = nil
    isAccepted = true
    if isShownInParts(edited().0) { eraseFrame() } else { leaveLine("") }
    return CEL_NEWLINE
  }

  /// Moves a line of nothing but a closing brace to the column of the block that it closes.
  private func outdentClosingBrace() {
    let buffer = buffer
    let end = buffer.count
    guard end > 0, buffer.cursor == end, buffer.text[end - 1] == wchar_t(UInt8(ascii: "}")) else {
      return
    }
    let start = buffer.lineStart(end)
    guard start > 0, buffer.text[start..<end - 1].allSatisfy({ $0 == 32 }) else { return }
    let scanner = takeScanner(buffer)
    let position = scanned.position
    let excess = end - 1 - start - max(0, scanner.closingIndentation)
    if excess > 0 {
      cel_move(handle, -1)
      cel_delete_back(handle, Int32(excess))
      cel_move(handle, 1)
    }
    scanned = ScannedText(scanner: scanner, position: position, length: self.buffer.count)
  }
}
