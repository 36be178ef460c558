/// Takes apart what a terminal sends: bytes in, events out.
///
/// The decoder is a value without a terminal or a clock: its caller reports pauses by ``timeOut()``. Its
/// events do not depend on how the bytes were split into reads, nor on pauses between them, with one
/// exception: Escape is both a key and the beginning of sequences, so a pause behind it makes it a key.
///
///     var decoder = TerminalDecoder()
///     decoder.take(bytes)
///     while let event = decoder.next() { … }
///     // Nothing came for as long as `decoder.waiting` allows:
///     decoder.timeOut()
struct TerminalDecoder {
  /// The question that a pause would answer.
  enum Waiting: Equatable {
    /// Whether Escape is a key of its own.
    case escape
    /// Whether Escape and one of `P`, `X`, `^`, `_` is a key with Meta, or begins a reply of the
    /// terminal. The rest of a reply may come late, and the key is rare.
    case introducer
    /// Whether the rest of a discarded paste is still on its way.
    case droppedPaste
  }

  private enum State: Equatable {
    case ground
    /// A pause has made Escape a key. `[` and `O` may still be the rest of a sequence, as neither is a
    /// command of vi.
    case escaped
    /// In a reply of the terminal, up to its terminator.
    case string
    /// In a sequence that is too long to be one.
    case ignoring
    /// In a mouse report, with so many characters left; the byte before may be the first of two.
    case mouse(Int, isAfterLead: Bool)
    case paste
  }

  /// Whether Escape is only a prefix, as in emacs mode: then no pause makes it a key.
  var escapeIsPrefix = false
  /// No more bytes come.
  private(set) var isAtEnd = false
  private var state = State.ground
  /// Whether the bytes of the paste are discarded.
  private var dropsPaste = false
  private var isTimedOut = false
  private(set) var waiting: Waiting?
  var bytes: [UInt8] = []
  var position = 0

  /// How many bytes are not decoded yet.
  var count: Int { bytes.count - position }
  var isPasting: Bool { state == .paste }
  /// Whether what comes next is no part of a paste or sequence.
  var isInText: Bool { state == .ground }

  /// Adds bytes that have come.
  mutating func take(_ more: [UInt8]) {
    if more.isEmpty { return }
    // Decoded bytes are removed once they are the larger part: removing them at each read would make a
    // paste of many MiB quadratic.
    if position > bytes.count / 2 {
      bytes.removeFirst(position)
      position = 0
    }
    isTimedOut = false
    bytes += more
  }

  /// Reports that nothing came for as long as ``waiting`` allows.
  mutating func timeOut() {
    if waiting == .droppedPaste { leavePaste() } else { isTimedOut = waiting != nil }
  }

  /// Reports the end of the input: what is incomplete stays so.
  mutating func end() { isAtEnd = true }

  /// Discards all bytes so far, and the rest of a sequence or paste that has begun.
  mutating func discard() {
    if isPasting { dropsPaste = true }
    while let event = next() { if event == .pasteBegin { dropsPaste = true } }
  }

  /// Discards the paste that has begun, to its end.
  mutating func dropPaste() { if isPasting { dropsPaste = true } }

  /// The paste has ended, with its marker or without.
  private mutating func leavePaste() {
    state = .ground
    dropsPaste = false
    waiting = nil
  }

  /// The next event; nil if more bytes, or a pause, are needed to decide what it is.
  mutating func next() -> TerminalEvent? {
    waiting = nil
    while position < bytes.count {
      switch state {
      case .ground, .escaped:
        if let event = nextInText() { return event }
        if waiting != nil || isIncomplete { return nil }
      case .string:
        guard skipString() else { return nil }
        return .report
      case .ignoring: if skipSequence() { return .report }
      case .mouse(let left, let isAfterLead):
        if skipMouse(left, isAfterLead) { return .report }
      case .paste:
        if let event = nextPasted() { return event }
        if isIncomplete { return nil }
      }
    }
    if isPasting {
      if isAtEnd {
        leavePaste()
        return .pasteEnd
      }
      if dropsPaste { waiting = .droppedPaste }
    }
    return nil
  }

  /// Whether the bytes from `position` on are the beginning of a longer sequence or character.
  private var isIncomplete = false

  // MARK: Text and sequences

  /// An event; or nil where something was skipped, or where more is needed, which `waiting` or
  /// `isIncomplete` says.
  private mutating func nextInText() -> TerminalEvent? {
    isIncomplete = false
    let first = bytes[position]
    if state == .escaped, first == UInt8(ascii: "[") || first == UInt8(ascii: "O") {
      return nextSequence(from: position)
    }
    if first == 0x1B { return nextEscape() }
    state = .ground
    if first == 0 {
      position += 1
      return nil
    }
    if first < 0x80 {
      position += 1
      return .text(Unicode.Scalar(first))
    }
    guard let (scalar, length) = UTF8Scalar.decode(bytes[position...], isAtEnd: isAtEnd) else {
      isIncomplete = true
      return nil
    }
    position += length
    // The characters up to U+009F stand for keys inside the editor.
    return .text(scalar.value < 0xA0 ? "\u{FFFD}" : scalar)
  }

  private mutating func escape(then next: State) -> TerminalEvent {
    position += 1
    isTimedOut = false
    state = next
    return .text("\u{1B}")
  }

  private mutating func nextEscape() -> TerminalEvent? {
    guard position + 1 < bytes.count else {
      if isAtEnd { return escape(then: .ground) }
      if isTimedOut { return escape(then: .escaped) }
      if escapeIsPrefix { isIncomplete = true } else { waiting = .escape }
      return nil
    }
    switch bytes[position + 1] {
    case UInt8(ascii: "["), UInt8(ascii: "O"): return nextSequence(from: position + 1)
    case UInt8(ascii: "]"):
      position += 2
      state = .string
      return nil
    case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      return nextIntroducer()
    default: return escape(then: .ground)
    }
  }

  /// Decodes Escape and a letter that begins a reply: a key with Meta where no reply follows.
  private mutating func nextIntroducer() -> TerminalEvent? {
    let body = position + 2
    guard body < bytes.count else {
      if isTimedOut || isAtEnd { return escape(then: .ground) }
      waiting = .introducer
      return nil
    }
    if bytes[body] == 0x1B {
      guard body + 1 < bytes.count || isAtEnd else {
        waiting = .introducer
        if isTimedOut { return escape(then: .ground) }
        return nil
      }
      if body + 1 >= bytes.count || bytes[body + 1] != UInt8(ascii: "\\") {
        return escape(then: .ground)
      }
    } else if bytes[body] < 0x20 {
      return escape(then: .ground)
    }
    position = body
    state = .string
    return nil
  }

  /// Decodes a sequence that goes on with `[` or `O` at `start`.
  private mutating func nextSequence(from start: Int) -> TerminalEvent? {
    switch ControlSequence.parse(bytes[start...]) {
    case .incomplete where isAtEnd: position = bytes.count
    case .incomplete:
      isIncomplete = true
      return nil
    case .broken(let length): position = start + length
    case .tooLong(let length):
      position = start + length
      state = .ignoring
      return nil
    case .whole(let length):
      let sequence = bytes[start..<start + length]
      position = start + length
      state = .ground
      if length <= 6, let key = KeyTable.scalars[String(decoding: sequence, as: UTF8.self)] {
        return .key(key)
      }
      if sequence.elementsEqual("[200~".utf8) {
        state = .paste
        return .pasteBegin
      }
      if sequence.elementsEqual("[M".utf8) {
        state = .mouse(3, isAfterLead: false)
        return nil
      }
      return .report
    }
    state = .ground
    return .report
  }

  // MARK: What is skipped

  /// Skips a reply of the terminal. It ends with BEL or ST, and also before any other control
  /// character, which no reply contains: so a key ends a reply whose terminator was lost. Returns false
  /// where the reply goes on.
  private mutating func skipString() -> Bool {
    while position < bytes.count {
      let byte = bytes[position]
      if byte >= 0x20 {
        position += 1
        continue
      }
      if byte == 0x1B {
        guard position + 1 < bytes.count || isAtEnd else { return false }
        if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "\\") { position += 2 }
      } else if byte == 7 {
        position += 1
      }
      state = .ground
      return true
    }
    return false
  }

  private mutating func skipSequence() -> Bool {
    while position < bytes.count, (0x20...0x3F).contains(bytes[position]) { position += 1 }
    guard position < bytes.count else { return false }
    if (0x40...0x7E).contains(bytes[position]) { position += 1 }
    state = .ground
    return true
  }

  /// Skips a byte of a mouse report, whose characters are one byte each, or two in UTF-8. Returns true
  /// at the report's end.
  private mutating func skipMouse(_ left: Int, _ isAfterLead: Bool) -> Bool {
    let byte = bytes[position]
    var left = left
    var isLead = false
    if isAfterLead, byte & 0xC0 == 0x80 {
      position += 1
    } else if left == 0 || byte < 0x20 {
      state = .ground
      return true
    } else {
      position += 1
      left -= 1
      isLead = (0xC2...0xDF).contains(byte)
    }
    state = left > 0 || isLead ? .mouse(left, isAfterLead: isLead) : .ground
    return state == .ground
  }

  // MARK: Paste

  private static let end = Array("\u{1B}[201~".utf8)
  private static let begin = Array("\u{1B}[200~".utf8)

  /// Decodes the pasted bytes up to a marker, or what may be the beginning of one. A begin marker
  /// within the paste is left out.
  private mutating func nextPasted() -> TerminalEvent? {
    isIncomplete = false
    var stop = position
    while true {
      stop = bytes[stop...].firstIndex(of: 0x1B) ?? bytes.count
      let found = bytes[stop...].prefix(Self.end.count)
      if found.isEmpty || Self.end.starts(with: found) || Self.begin.starts(with: found) { break }
      stop += 1
    }
    if stop > position {
      defer { position = stop }
      return dropsPaste ? nil : .pasted(Array(bytes[position..<stop]))
    }
    guard bytes.count - stop >= Self.end.count else {
      isIncomplete = !isAtEnd
      if isAtEnd { position = bytes.count }
      if dropsPaste, !isAtEnd { waiting = .droppedPaste }
      return nil
    }
    position = stop + Self.end.count
    guard bytes[stop..<position].elementsEqual(Self.end) else { return nil }
    defer { leavePaste() }
    return dropsPaste ? .report : .pasteEnd
  }
}
