import Foundation
import Inproc
import InprocScript

/// Reads standard input line by line, each as soon as it is there.
final class InputLines {
  /// What a read of the input gives.
  enum Next {
    /// A line, without its end.
    case line([UInt8])
    case end
    /// ``wakeUp`` was called.
    case woken
  }

  /// The most bytes that a line may have. A longer line is cut to one byte more, which shows that
  /// it is too long.
  private let longest: Int
  private let wakeup: (read: Int32, write: Int32)
  private var buffer: [UInt8] = []
  /// How much of the buffer is known to hold no line end.
  private var searched = 0
  private var start = 0
  private var isAtEnd = false

  /// - Parameter longest: how many bytes a line may have.
  /// - Throws: `io` if the system has no descriptors left.
  init(longest: Int) throws(CommandError) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw CommandError(.io, "can't wait for standard input: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    wakeup = (ends[0], ends[1])
    self.longest = longest
  }

  deinit {
    close(wakeup.read)
    close(wakeup.write)
  }

  /// Ends the wait for a line, now or when one is waited for next. Any thread may call it.
  var wakeUp: @Sendable () -> Void {
    let descriptor = wakeup.write
    return {
      var byte: UInt8 = 1
      _ = Foundation.write(descriptor, &byte, 1)
    }
  }

  /// Waits for the next line. A line over the limit is cut to one byte more than the limit.
  ///
  /// - Throws: `io` where standard input is closed, a folder, or can't be read.
  func next() throws(CommandError) -> Next {
    while true {
      if let end = buffer[searched...].firstIndex(of: 0x0A) {
        defer {
          start = end + 1
          searched = start
        }
        return .line(Array(buffer[start..<end]))
      }
      searched = buffer.count
      if buffer.count - start > longest {
        defer { start = buffer.count }
        return .line(Array(buffer[start...].prefix(longest + 1)))
      }
      if isAtEnd {
        defer { start = buffer.count }
        return start < buffer.count ? .line(Array(buffer[start...])) : .end
      }
      if start > 0 {
        buffer.removeFirst(start)
        (start, searched) = (0, buffer.count)
      }
      guard try waitForInput() else { return .woken }
      let chunk = try StandardInput.read()
      if chunk.isEmpty { isAtEnd = true }
      buffer += chunk
    }
  }

  /// Waits until there is input. Returns false where ``wakeUp`` ended the wait.
  private func waitForInput() throws(CommandError) -> Bool {
    var watched = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeup.read, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&watched, nfds_t(watched.count), -1) < 0 {
      guard errno == EINTR || errno == EAGAIN else {
        throw CommandError(
          .io, "can't wait for standard input: \(String(cString: strerror(errno)))")
      }
    }
    return watched[1].revents == 0
  }
}
