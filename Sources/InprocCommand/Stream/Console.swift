import Foundation
import InprocScript

/// Standard output as a session's output. Lines of several threads come out whole and in order.
struct Console: SessionOutput {
  func line(_ line: ResultLine, thread: String?) {
    let prefix = thread.map { "[\($0)] " } ?? ""
    emit(prefix + line.printed, to: .standardOutput)
  }

  func text(_ text: String) { emit(text, to: .standardOutput) }
}

/// How many columns the terminal at a stream has; 80 where there is none.
func terminalWidth(of descriptor: Int32 = STDOUT_FILENO) -> Int {
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
