internal import CEditLine

/// The input that was read from the terminal and is not given to the editor yet, and when it came.
///
/// Bytes that are not UTF-8 become U+FFFD, and NUL is dropped.
struct InputBuffer {
  private var decoder = TerminalDecoder()
  private(set) var isAtEnd = false
  /// Whether more came at once than anybody types, so that the rest of a paste may follow.
  private(set) var isFlood = false
  /// When bytes came last.
  private(set) var lastRead = ContinuousClock.now

  /// The most bytes that typing brings at once.
  static let mostTyped = 1024

  var isEmpty: Bool { decoder.count == 0 }
  var count: Int { decoder.count }
  var isPasting: Bool { decoder.isPasting }

  /// Whether Escape is only a prefix, so that it need not be told from the beginning of a sequence.
  var escapeIsPrefix: Bool {
    get { decoder.escapeIsPrefix }
    set { decoder.escapeIsPrefix = newValue }
  }

  /// Reads the input that is there, up to 64 KiB, and blocks where there is none. Empty at the end.
  static func chunk(descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      count = cel_read_bytes(descriptor, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads the input that is there, and blocks where there is none.
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

  /// Adds input that the listener has read.
  mutating func append(_ chunk: [UInt8]) {
    if chunk.isEmpty { return }
    isFlood = isFlood || chunk.count > Self.mostTyped
    lastRead = .now
    decoder.take(chunk)
  }

  /// Notes that no more input followed at once.
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

  /// How long a pause has to be to decide what the bytes so far mean; nil where no pause does.
  private var decisivePause: Duration? {
    switch decoder.waiting {
    case nil: nil
    // The rest of a sequence follows at once.
    case .escape: .milliseconds(50)
    case .introducer, .droppedPaste: .seconds(1)
    }
  }

  /// For how many milliseconds to wait for more input, at most as many as are given; -1 is no limit.
  func wait(atMost milliseconds: Int32) -> Int32 {
    guard let decisivePause else { return milliseconds }
    let left = (decisivePause - lastRead.duration(to: .now)) / .milliseconds(1)
    let wait = Int32(max(0, left).rounded(.up))
    return milliseconds < 0 ? wait : min(milliseconds, wait)
  }

  /// Notes that there is nothing to read.
  mutating func noteSilence() {
    guard let decisivePause, lastRead.duration(to: .now) >= decisivePause else { return }
    decoder.timeOut()
  }
}

extension TerminalDecoder {
  /// Takes text up to a line break or a key that is no text: input that is pasted without brackets, or
  /// typed ahead. Tabs become blanks. Nil where no text comes next.
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
