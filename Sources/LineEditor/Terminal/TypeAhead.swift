internal import CEditLine

/// What is typed while a command runs.
///
/// The terminal holds back a Ctrl-C behind about 4 KiB that nobody has read. So all of it is read
/// at once, and kept for the lines that follow.
struct TypeAhead {
  /// No paste is as long.
  private static let limit = 64 << 20

  private(set) var bytes: [UInt8] = []
  /// Ctrl-C was typed: what stood before it is given up.
  private(set) var isInterrupted = false
  /// What was given up is more than anybody types: there may be more of it.
  private(set) var gaveUpPaste = false
  private var isAtEnd = false

  /// Whether there is a reason to read on. What comes after Ctrl-C is for the next line.
  var wantsMore: Bool { !isAtEnd && !isInterrupted && bytes.count < Self.limit }

  /// Reads what is there, without waiting for more.
  mutating func read(descriptor: Int32) {
    guard wantsMore, cel_has_input(descriptor) != 0 else { return }
    let chunk = InputBuffer.chunk(descriptor: descriptor)
    if chunk.isEmpty { isAtEnd = true }
    bytes += chunk
  }

  mutating func interrupt() {
    gaveUpPaste = gaveUpPaste || bytes.count > InputBuffer.mostTyped
    bytes = []
    isInterrupted = true
  }
}
