internal import CEditLine

extension LineEditor {
  /// Takes a bracketed paste, all of it as one edit.
  func paste() -> cel_answer {
    let end = Array("\u{1B}[201~".utf8)
    var searched = 0
    var bytes: [UInt8]?
    while bytes == nil, !input.isAtEnd, !isInterrupted {
      bytes = input.take(upTo: end, searchedFrom: &searched)
      if bytes == nil {
        printQueued()
        awaitInput(-1)
      }
    }
    let pasted = bytes ?? input.takeAll()
    if usesSeparateLines {
      // Each of its lines is entered, as if typed: one row has no place for several.
      input.prepend(Self.typed(pasted))
    } else {
      var text = Self.text(of: pasted)
      while text.last == 10 { text.removeLast() }
      text.append(0)
      cel_insert(handle, text)
    }
    return CEL_NORMAL
  }

  // MARK: Paste without brackets

  // It comes as so many keys, and the terminal holds back what is not read. Ctrl-C would wait behind
  // it: so what comes is read before a command of it runs.

  /// Reads what more comes of a paste, as far as it comes at once.
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

  /// Ctrl-C: what was typed ahead or pasted is given up, also what is still on its way.
  func giveUpInput(isPaste: Bool = false) {
    isInputGivenUp =
      isInputGivenUp || isPaste || input.isFlood || input.count > InputBuffer.mostTyped
    input.discard()
  }

  /// Drops the rest of a paste that was given up: what comes without a pause, in pieces larger than
  /// anybody types. The prompt is there meanwhile.
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

  /// Pasted bytes as text: line breaks as `\n`, tabs as blanks, no control characters.
  static func text(of bytes: [UInt8]) -> [wchar_t] {
    var result: [wchar_t] = []
    result.reserveCapacity(bytes.count + 1)
    var index = 0
    bytes.withUnsafeBufferPointer { bytes in
      while index < bytes.count {
        let byte = bytes[index]
        switch byte {
        case 32..<127: result.append(wchar_t(byte))
        case 13: result.append(10)
        case 10: if index == 0 || bytes[index - 1] != 13 { result.append(10) }
        case 9: result += [32, 32]
        case 0..<32, 127: break
        default:
          var end = index + 1
          while end < bytes.count, bytes[end] >= 0x80 { end += 1 }
          for scalar in String(decoding: bytes[index..<end], as: UTF8.self).unicodeScalars
          where scalar.value >= 160 {
            result.append(wchar_t(bitPattern: scalar.value))
          }
          index = end - 1
        }
        index += 1
      }
    }
    return result
  }

  /// Pasted bytes as keys: Enter for each line break, and no key that does anything else.
  private static func typed(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 10: if index == 0 || bytes[index - 1] != 13 { result.append(13) }
      case 9: result += [32, 32]
      case 13, 32..<127, 128...255: result.append(byte)
      default: break
      }
    }
    return result
  }
}
