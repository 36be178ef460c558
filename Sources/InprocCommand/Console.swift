import Foundation
import Inproc
import InprocScript

/// The standard streams. Lines of several threads come out whole and in order.
final class Console: SessionOutput {
  private let lock = NSLock()

  func line(_ line: ResultLine, thread: String?) {
    let prefix = thread.map { "[\($0)] " } ?? ""
    print(prefix + line.printed + "\n")
  }

  func text(_ text: String) { print(text.hasSuffix("\n") ? text : text + "\n") }

  /// Writes to standard output at once.
  func print(_ text: String) {
    lock.lock()
    defer { lock.unlock() }
    emit(text, to: .standardOutput, endsLine: false)
  }
}

/// A standard stream to write to.
enum Stream {
  case standardOutput, standardError
}

/// Writes a text to a standard stream; a reader that is gone is not an error to tell of.
@discardableResult
func emit(_ text: String, to stream: Stream, endsLine: Bool = true) -> Bool {
  let descriptor: Int32 = stream == .standardOutput ? 1 : 2
  let bytes = Array((endsLine && !text.hasSuffix("\n") ? text + "\n" : text).utf8)
  var offset = 0
  while offset < bytes.count {
    let written = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 {
      if errno == EINTR { continue }
      return false
    }
    offset += written
  }
  return true
}

/// How many columns the terminal at standard output has; 80 where there is none.
func terminalWidth() -> Int {
  var size = winsize()
  guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
