internal import CEditLine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bytes read ahead from the terminal, decoded one scalar at a time.
///
/// What is not UTF-8 becomes U+FFFD, NUL is dropped.
struct InputBuffer {
  private var bytes: [UInt8] = []
  private var position = 0
  private(set) var isAtEnd = false
  /// Whether the bytes that are left begin an escape sequence.
  private(set) var isInSequence = false
  private var isEscapeAlone = false

  var isEmpty: Bool { position == bytes.count }
  var count: Int { bytes.count - position }
  /// Whether more came at once than anybody types: there may be more of it.
  private(set) var isFlood = false

  /// More than this comes of no keys at once.
  static let mostTyped = 1024

  /// What there is to read, up to 64 KiB; waits when nothing is. Empty at the end.
  static func chunk(descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      count = cel_read_bytes(descriptor, buffer.baseAddress, buffer.count)
    }
  }

  /// Reads what is there; blocks when nothing is.
  mutating func fill(descriptor: Int32) {
    let chunk = Self.chunk(descriptor: descriptor)
    if chunk.isEmpty { isAtEnd = true }
    append(chunk)
    isFlood = chunk.count > Self.mostTyped
  }

  /// Adds what was read elsewhere.
  mutating func append(_ chunk: [UInt8]) {
    if chunk.isEmpty { return }
    // Not each time: of a paste of many MiB little is taken between two reads.
    if position > bytes.count / 2 {
      bytes.removeFirst(position)
      position = 0
    }
    isInSequence = false
    isFlood = isFlood || chunk.count > Self.mostTyped
    bytes += chunk
  }

  /// Nothing more came.
  mutating func endFlood() { isFlood = false }

  /// No more bytes came: Escape was a key of its own.
  mutating func endSequence() {
    isInSequence = false
    isEscapeAlone = true
  }

  mutating func discard() {
    isInSequence = false
    bytes = []
    position = 0
  }

  /// The next scalar, or nil when more bytes are wanted.
  mutating func next() -> Unicode.Scalar? {
    while position < bytes.count {
      let first = bytes[position]
      if first == 0 {
        position += 1
        continue
      }
      guard first >= 0x80 else {
        if first == 0x1B, !isEscapeAlone {
          switch KeySequence.parse(bytes[position...]) {
          case .key(let key, let length):
            position += length
            return key
          case .unknown(let length):
            position += length
            continue
          case .incomplete where !isAtEnd:
            isInSequence = true
            return nil
          case .incomplete, .none: break
          }
        }
        isEscapeAlone = false
        position += 1
        return Unicode.Scalar(first)
      }
      let length = Self.length(first)
      let end = min(position + length, bytes.count)
      var good = position + 1
      while good < end, Self.isValid(bytes[good], at: good - position, after: first) { good += 1 }
      if length > 1, good == end, good - position < length, !isAtEnd { return nil }
      if length > 1, good - position == length {
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for byte in bytes[position + 1..<good] { value = value << 6 | UInt32(byte & 0x3F) }
        position = good
        // Those up to U+009F stand for keys inside the editor.
        return value < 0xA0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
      }
      position = good
      return "\u{FFFD}"
    }
    return nil
  }

  private static func length(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  private static func isValid(_ byte: UInt8, at index: Int, after first: UInt8) -> Bool {
    guard byte & 0xC0 == 0x80 else { return false }
    guard index == 1 else { return true }
    switch first {
    case 0xE0: return byte >= 0xA0
    case 0xED: return byte < 0xA0
    case 0xF0: return byte >= 0x90
    case 0xF4: return byte < 0x90
    default: return true
    }
  }

  /// Text up to a line break or a key that is no text, where there is any: what is pasted without
  /// brackets, or typed ahead. Tabs are blanks in it.
  mutating func nextText() -> (text: String, endsLine: Bool)? {
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
      case 1..<32, 127: return text.isEmpty ? nil : (String(text), false)
      default:
        guard let scalar = next() else { return text.isEmpty ? nil : (String(text), false) }
        text.append(scalar)
      }
    }
    return text.isEmpty ? nil : (String(text), false)
  }

  /// Whether the next byte is a blank.
  var startsWithBlank: Bool {
    position < bytes.count && (bytes[position] == 32 || bytes[position] == 9)
  }

  /// Puts bytes before those that are left.
  mutating func prepend(_ more: [UInt8]) {
    bytes = more + bytes[position...]
    position = 0
  }

  /// The bytes up to a marker, which is dropped; nil when the marker is not there yet.
  mutating func take(upTo marker: [UInt8], searchedFrom start: inout Int) -> [UInt8]? {
    guard let first = marker.first else { return nil }
    var index = max(position, position + start)
    while index + marker.count <= bytes.count {
      let found = bytes.withUnsafeBytes { all -> Int? in
        guard let base = all.baseAddress,
          let place = memchr(base + index, Int32(first), all.count - index)
        else { return nil }
        return UnsafeRawPointer(place) - base
      }
      guard let found else {
        index = bytes.count
        break
      }
      index = found
      guard index + marker.count <= bytes.count else { break }
      if bytes[index..<index + marker.count].elementsEqual(marker) {
        let taken = Array(bytes[position..<index])
        position = index + marker.count
        return taken
      }
      index += 1
    }
    start = index - position
    return nil
  }

  /// All bytes that are there.
  mutating func takeAll() -> [UInt8] {
    defer { discard() }
    return Array(bytes[position...])
  }
}
