internal import CEditLine

/// What was read from the terminal and not given to the editor yet, and when.
///
/// What is not UTF-8 becomes U+FFFD, NUL is dropped.
struct InputBuffer {
  private var decoder = TerminalDecoder()
  private(set) var isAtEnd = false
  /// Whether more came at once than anybody types: there may be more of it.
  private(set) var isFlood = false
  /// When bytes came last.
  private(set) var lastRead = ContinuousClock.now

  /// More than this comes of no keys at once.
  static let mostTyped = 1024

  var isEmpty: Bool { decoder.count == 0 }
  var count: Int { decoder.count }
  var isPasting: Bool { decoder.isPasting }

  /// Whether Escape alone does nothing, so that it need not be told from a sequence.
  var escapeIsPrefix: Bool {
    get { decoder.escapeIsPrefix }
    set { decoder.escapeIsPrefix = newValue }
  }

  /// What there is to read, up to 64 KiB; waits when nothing is. Empty at the end.
  static func chunk(descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      count = cel_read_bytes(descriptor, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads what is there; blocks when nothing is.
  mutating func fill(descriptor: Int32) {
    let chunk = Self.chunk(descriptor: descriptor)
    if chunk.isEmpty {
      isAtEnd = true
      decoder.end()
    }
    lastRead = .now
    decoder.take(chunk)
    isFlood = chunk.count > Self.mostTyped
  }

  /// Adds what was read elsewhere.
  mutating func append(_ chunk: [UInt8]) {
    if chunk.isEmpty { return }
    isFlood = isFlood || chunk.count > Self.mostTyped
    lastRead = .now
    decoder.take(chunk)
  }

  /// Nothing more came.
  mutating func endFlood() { isFlood = false }

  mutating func discard() { decoder.discard() }

  /// Drops the paste that has begun, to its end.
  mutating func dropPaste() { decoder.dropPaste() }

  /// The next event, or nil when more bytes are wanted.
  mutating func next() -> TerminalEvent? { decoder.next() }

  /// Text up to a line break or a key that is no text, where there is any.
  mutating func nextText() -> (text: String, endsLine: Bool)? { decoder.nextText() }

  /// Whether the next byte is a blank.
  var startsWithBlank: Bool { decoder.startsWithBlank }

  /// Puts keys before those that are left.
  mutating func prepend(_ more: [UInt8]) { decoder.prepend(more) }

  // MARK: Pauses

  /// How long a pause decides what the bytes that are there mean; nil where none does.
  private var patience: Duration? {
    switch decoder.waiting {
    case nil: nil
    // The rest of a sequence follows at once.
    case .escape: .milliseconds(50)
    case .introducer, .droppedPaste: .seconds(1)
    }
  }

  /// For how many milliseconds to wait for more, at most as many as are given; -1 without limit.
  func wait(atMost milliseconds: Int32) -> Int32 {
    guard let patience else { return milliseconds }
    let left = (patience - lastRead.duration(to: .now)) / .milliseconds(1)
    let wait = Int32(max(0, left).rounded(.up))
    return milliseconds < 0 ? wait : min(milliseconds, wait)
  }

  /// Nothing is there to be read.
  mutating func noteSilence() {
    guard let patience, lastRead.duration(to: .now) >= patience else { return }
    decoder.timeOut()
  }
}

extension TerminalDecoder {
  /// Text up to a line break or a key that is no text, where there is any: what is pasted without
  /// brackets, or typed ahead. Tabs are blanks in it.
  mutating func nextText() -> (text: String, endsLine: Bool)? {
    guard isInText else { return nil }
    var text = String.UnicodeScalarView()
    while position < bytes.count {
      switch bytes[position] {
      case 13, 10:
        if bytes[position] == 13, position + 1 < bytes.count, bytes[position + 1] == 10 {
          position += 1
        }
        position += 1
        return (String(text), true)
      case 9:
        position += 1
        text.append(contentsOf: "  ".unicodeScalars)
      case 0: position += 1
      case 1..<32, 127: return text.isEmpty ? nil : (String(text), false)
      default:
        guard case .text(let scalar) = next() else {
          return text.isEmpty ? nil : (String(text), false)
        }
        text.append(scalar)
      }
    }
    return text.isEmpty ? nil : (String(text), false)
  }

  /// Whether the next byte is a blank.
  var startsWithBlank: Bool {
    isInText && position < bytes.count && (bytes[position] == 32 || bytes[position] == 9)
  }

  /// Puts keys before those that are left.
  mutating func prepend(_ more: [UInt8]) {
    bytes = more + bytes[position...]
    position = 0
  }
}
