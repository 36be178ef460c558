import Foundation
import Inproc
import InprocScript

/// A standard stream to write to.
enum Stream: CaseIterable {
  case standardOutput, standardError

  fileprivate var descriptor: Int32 {
    switch self {
    case .standardOutput: STDOUT_FILENO
    case .standardError: STDERR_FILENO
    }
  }
}

/// Writes a text to a standard stream, whole and at once. All that the program writes to standard
/// output and standard error goes through here, but for what is drawn on the prompt's terminal.
///
/// Standard output that can't be written ends the program at once with exit status 2, whichever
/// thread notices: silently where its reader is gone, otherwise with the reason on standard error.
/// Where standard error can't be written, the program goes on, and its exit status is 2 or more.
///
/// - Parameters:
///   - text: what to write. Texts of several threads come out one after the other.
///   - stream: where to.
///   - endsLine: whether a line end is added where the text has none at its end.
///   - isRaw: whether the text goes out as it is: a file's own contents, colours. In any other text
///     all that is unprintable, but for line ends, is escaped.
func emit(_ text: String, to stream: Stream, endsLine: Bool = true, isRaw: Bool = false) {
  let whole = endsLine && !text.hasSuffix("\n") ? text + "\n" : text
  Output.write(Array((isRaw ? whole : whole.escapingUnprintableInLines).utf8), to: stream)
}

/// Whether output of the program was lost.
enum Output {
  private static let outputLock = Guarded(())
  private static let errorLock = Guarded(())
  private static let isLost = Guarded(false)

  fileprivate static func write(_ bytes: [UInt8], to stream: Stream) {
    lock(of: stream).withLock { _ in
      do throws(SystemReason) { try FileBytes.write(bytes, to: stream.descriptor) } catch {
        lose(stream, error)
      }
    }
  }

  /// Erases the line of the terminal at standard error from a signal handler that ends the program.
  /// It takes no lock, as a handler must not; a failed write loses nothing that was to stay.
  static func eraseLineInSignalHandler() {
    // A carriage return, and the sequence that erases to the end of the line.
    let bytes: (UInt8, UInt8, UInt8, UInt8) = (0x0D, 0x1B, 0x5B, 0x4B)
    withUnsafeBytes(of: bytes) { _ = Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Ends the program.
  ///
  /// - Parameter status: the exit status if no output was lost. If some was lost, 0 and 1 become 2.
  static func exit(_ status: Int32) -> Never {
    for stream in Stream.allCases {
      lock(of: stream).withLock { _ in
        if let reason = closingError(stream.descriptor) { lose(stream, reason) }
      }
    }
    Foundation.exit(isLost.withLock { $0 } ? max(status, 2) : status)
  }

  private static func lock(of stream: Stream) -> Guarded<Void> {
    switch stream {
    case .standardOutput: outputLock
    case .standardError: errorLock
    }
  }

  /// Notes that output was lost. It is called with the stream's lock held, so it takes no lock and
  /// calls nothing that may.
  private static func lose(_ stream: Stream, _ reason: SystemReason) {
    guard stream == .standardOutput else { return isLost.withLock { $0 = true } }
    if reason.code != EPIPE {
      let text = "error: can't write to standard output: \(reason)\n"
      try? FileBytes.write(Array(text.utf8), to: STDERR_FILENO)
    }
    // `exit` would run handlers, which could wait for a thread that waits for this one.
    _exit(2)
  }

  /// The error of earlier writes that the system reports only when a file is closed, as network
  /// file systems do.
  private static func closingError(_ descriptor: Int32) -> SystemReason? {
    // A copy is closed, so that the descriptor stays in use: code that runs at the end of the
    // process may open a file.
    let copy = dup(descriptor)
    guard copy >= 0 else { return nil }
    return close(copy) == 0 || errno == EINTR ? nil : SystemReason()
  }
}
