import InprocScript

/// Standard output as a session's output. Lines of several threads come out whole and in order.
struct Console: SessionOutput {
  func line(_ line: ResultLine, thread: String?) {
    let prefix = thread.map { "[\($0)] " } ?? ""
    emit(prefix + line.printed, to: .standardOutput)
  }

  func text(_ text: String) { emit(text, to: .standardOutput) }
}
