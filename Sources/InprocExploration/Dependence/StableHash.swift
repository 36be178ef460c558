package import Inproc

/// A hash that depends only on what was added to it. Swift's `Hasher` is seeded anew in each process,
/// and whatever decides how a run goes on must be the same in all of them.
package struct StableHash {
  package private(set) var value: UInt64 = 0

  package init() {}

  /// Adds a number.
  package mutating func add(_ number: Int) {
    value = mix64(value &+ UInt64(bitPattern: Int64(number)) &+ 0x9E37_79B9_7F4A_7C15)
  }

  /// Adds a text's bytes and how many there are.
  package mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a frame's bytes and how many there are. O(*n*).
  package mutating func add(_ frame: Frame) { frame.withUnsafeBytes { add($0) } }

  /// Adds a message's frames and how many there are, or that there is none.
  package mutating func add(_ message: Message?) {
    guard let message else { return add(-1) }
    add(message.count)
    for frame in message { add(frame) }
  }

  /// Adds variables, whose order in the dictionary is another one in each process.
  package mutating func add(_ variables: [String: Message]) {
    var sum: UInt64 = 0
    for (name, message) in variables {
      var variable = StableHash()
      variable.add(name)
      variable.add(message)
      sum &+= mix64(variable.value)
    }
    add(Int(truncatingIfNeeded: sum))
  }

  /// Adds what a channel holds and who waits there.
  package mutating func add(_ contents: ChannelContents) {
    add(contents.messages.count)
    for message in contents.messages { add(message) }
    add((contents.isClosed ? 1 : 0) + (contents.isBound ? 2 : 0))
    add(contents.connections)
    for queue in contents.waiters {
      add(queue.count)
      for waiter in queue { add(waiter) }
    }
  }

  /// Adds what decides how a waiter goes on.
  mutating func add(_ waiter: WaiterState) {
    add(Int(truncatingIfNeeded: waiter.thread))
    add(Int(waiter.outcome))
    add(waiter.isNotified ? 1 : 0)
    add(waiter.delivered)
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

/// The finalizer of SplitMix64: every bit of the result depends on every bit of the input.
package func mix64(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
