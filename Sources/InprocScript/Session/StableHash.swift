internal import Inproc

/// A hash that depends only on what was added to it. Swift's `Hasher` is seeded anew in each process,
/// and whatever decides how a run goes on must be the same in all of them.
struct StableHash {
  private(set) var value: UInt64 = 0

  /// Adds a number.
  mutating func add(_ number: Int) {
    value = mix64(value &+ UInt64(bitPattern: Int64(number)) &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// Adds a text's bytes and how many there are.
  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a frame's bytes and how many there are. O(*n*).
  mutating func add(_ frame: Frame) { frame.withUnsafeBytes { add($0) } }

  /// Adds a message's frames and how many there are, or that there is none.
  mutating func add(_ message: Message?) {
    guard let message else { return add(-1) }
    add(message.count)
    for frame in message { add(frame) }
  }

  /// Adds variables, whose order in the dictionary is another one in each process.
  mutating func add(_ variables: [String: Message]) {
    var sum: UInt64 = 0
    for (name, message) in variables {
      var variable = StableHash()
      variable.add(name)
      variable.add(message)
      sum &+= mix64(variable.value)
    }
    add(Int(truncatingIfNeeded: sum))
  }

  /// Adds a line that a command gave.
  mutating func add(_ line: ResultLine) {
    switch line {
    case .none: add(0)
    case .error(let error):
      add(1)
      add(error.code.rawValue)
      add(error.text)
    case .fields(let fields):
      add(2 + fields.count)
      for field in fields {
        switch field {
        case .frame(let frame): add(frame)
        case .text(let text): add(text)
        }
      }
    }
  }

  // Eight bytes at a time, because a thread that polls hashes all its variables each time it looks.
  private mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      add(bytes.loadUnaligned(fromByteOffset: offset, as: Int.self))
      offset += 8
    }
    var rest = 0
    for byte in bytes[offset...] { rest = rest << 8 | Int(byte) }
    add(rest)
  }
}
