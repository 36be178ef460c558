import Foundation
import Inproc

/// Standard input, standard output and standard error, as the program was started with them.
enum StandardStreams {
  private static let closed = Guarded<Set<Int32>>([])

  /// Makes the streams safe to use. Call it before anything is opened and any thread is started.
  ///
  /// A stream that is closed keeps its number: nothing that is opened later can get it and be
  /// written to by mistake. A failed write becomes an error of that write, and ends nothing by a
  /// signal.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO {
      guard fcntl(descriptor, F_GETFD) < 0, errno == EBADF else { continue }
      closed.withLock { _ = $0.insert(descriptor) }
      if !reserve(descriptor) { _exit(2) }
    }
  }

  /// Whether the program was started with this descriptor, one of 0, 1 and 2, closed.
  ///
  /// Such a descriptor is open, but reading from 0 and writing to 1 or 2 fails with `EBADF`, as if
  /// it were closed.
  static func wasClosed(_ descriptor: Int32) -> Bool {
    closed.withLock { $0.contains(descriptor) }
  }

  /// Opens a file under the stream's descriptor that can't be used in the stream's direction.
  private static func reserve(_ descriptor: Int32) -> Bool {
    var opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    // A folder can be neither read from nor written to.
    if opened < 0 { opened = open("/", O_RDONLY) }
    guard opened >= 0 else { return false }
    if opened == descriptor { return true }
    defer { close(opened) }
    return dup2(opened, descriptor) == descriptor
  }
}
