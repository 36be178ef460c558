/// Takes apart what a terminal sends: bytes in, events out.
///
/// A value without a terminal and without a clock: a pause is something that it is told of. What comes
/// out does not depend on where the bytes were torn, nor on pauses between them, with one exception:
/// Escape is a key and the beginning of sequences, so that a pause behind it makes it a key.
///
///     var decoder = TerminalDecoder()
///     decoder.take(bytes)
///     while let event = decoder.next() { … }
///     // Nothing came for as long as `decoder.waiting` allows:
///     decoder.timeOut()
struct TerminalDecoder {
  /// What a pause would decide.
  enum Waiting: Equatable {
    /// Whether Escape is a key of its own.
    case escape
    /// Whether Escape and one of `P`, `X`, `^`, `_` is a key with Meta, or begins an answer of the
    /// terminal. Its rest may come late; the key is rare.
    case introducer
    /// Whether the rest of a paste that was given up comes still.
    case droppedPaste
  }

  private enum State: Equatable {
    case ground
    /// A pause has made Escape a key: `[` and `O` may be the rest of a sequence all the same. Neither
    /// is a command of vi.
    case escaped
    /// In an answer of the terminal, up to its terminator.
    case string
    /// In a sequence that is too long to be one.
    case ignoring
    /// In a report of the mouse, before so many characters; the byte before may be the first of two.
    case mouse(Int, isAfterLead: Bool)
    case paste
  }

  /// Whether Escape alone does nothing, as in emacs mode: then no pause makes it a key.
  var escapeIsPrefix = false
  /// No more bytes come.
  private(set) var isAtEnd = false
  private var state = State.ground
  /// The bytes of a paste are dropped.
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
    // Not each time: of a paste of many MiB little is taken between two reads.
    if position > bytes.count / 2 {
      bytes.removeFirst(position)
      position = 0
    }
    isTimedOut = false
    bytes += more
  }

  /// Nothing came for as long as ``waiting`` allows.
  mutating func timeOut() {
    if waiting == .droppedPaste { leavePaste() } else { isTimedOut = waiting != nil }
  }

  /// No more bytes come: what is incomplete stays so.
  mutating func end() { isAtEnd = true }

  /// Drops what is there. A sequence or a paste that has begun is dropped to its end, too.
  mutating func discard() {
    if isPasting { dropsPaste = true }
    while let event = next() { if event == .pasteBegin { dropsPaste = true } }
  }

  /// Drops the paste that has begun, to its end.
  mutating func dropPaste() { if isPasting { dropsPaste = true } }

  /// The paste has ended, with its marker or without.
  private mutating func leavePaste() {
    state = .ground
    dropsPaste = false
    waiting = nil
  }

  /// The next event, or nil where more bytes, or a pause, decide what it is.
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

  /// The bytes from `position` on are the beginning of something.
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
    // Those up to U+009F stand for keys inside the editor.
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

  /// Escape and a letter that begins an answer: a key with Meta where nothing of one follows.
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

  /// A sequence whose bytes from `start` on are `[` or `O` and what belongs to it.
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

  /// Skips an answer of the terminal. It ends with BEL or ST, and also before any other control
  /// character, which none has: so a key ends one whose terminator was lost. False where it goes on.
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

  /// Skips a byte of a report of the mouse, whose characters are bytes, or two that are one in UTF-8.
  /// True at the report's end.
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

  /// The bytes up to a marker or what may be the beginning of one. A marker of the beginning inside is
  /// left out.
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
