internal import CEditLine

/// The text that is typed while a command runs.
///
/// The kernel does not deliver a Ctrl-C that stands behind some 4 KiB of unread input. So all input is
/// read at once, and kept for the lines that follow.
struct TypeAhead {
  /// Input is read up to this many bytes; no paste is as long.
  private static let limit = 64 << 20

  private(set) var bytes: [UInt8] = []
  /// Whether Ctrl-C was typed, which discards all input before it.
  private(set) var isInterrupted = false
  /// Whether more was discarded than anybody types: the rest of a paste may still be on its way.
  private(set) var gaveUpPaste = false
  private var isAtEnd = false

  /// Whether to read on. Input behind a Ctrl-C is for the next line.
  var wantsMore: Bool { !isAtEnd && !isInterrupted && bytes.count < Self.limit }

  /// Reads the input that is there, without waiting for more.
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
