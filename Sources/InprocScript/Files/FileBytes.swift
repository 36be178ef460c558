#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reading and writing open files and streams, in loops that end only with all bytes or the system's
/// reason: a call that a signal interrupts is made again, and a stream that does not block is waited
/// for.
package enum FileBytes {
  /// Writes all bytes at the file's position.
  package static func write(
    _ bytes: [UInt8], to descriptor: Int32
  ) throws(SystemReason) {
    try all(bytes, to: descriptor) { rest, _ in
      systemWrite(descriptor, rest.baseAddress, rest.count)
    }
  }

  /// Writes all bytes from an offset on.
  static func write(
    _ bytes: [UInt8], to descriptor: Int32, at place: Int
  ) throws(SystemReason) {
    try all(bytes, to: descriptor) { rest, offset in
      pwrite(descriptor, rest.baseAddress, rest.count, off_t(place + offset))
    }
  }

  /// Writes all bytes to what has that name and is no regular file; a pipe waits for its reader.
  static func write(_ bytes: [UInt8], through path: String) throws(SystemReason) {
    let descriptor = open(FileName.system(path), O_WRONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemReason() }
    do throws(SystemReason) { try write(bytes, to: descriptor) } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw SystemReason() }
  }

  /// Opens a file, waiting for nothing, and reads all of it.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - maximum: how many bytes are read at most.
  ///   - check: throws where the file that was opened may not be read.
  ///   - failure: the error for the system's reason, which is `tooLarge` for more bytes.
  /// - Returns: the bytes.
  /// - Throws: what the check throws, or the error for the system's reason.
  static func read<Failure: Error>(
    _ path: String, atMost maximum: Int, _ check: (Int32) throws(Failure) -> Void,
    _ failure: (SystemReason) -> Failure
  ) throws(Failure) -> [UInt8] {
    let descriptor = open(
      FileName.system(path), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(SystemReason()) }
    defer { close(descriptor) }
    try check(descriptor)
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0 else {
      throw failure(SystemReason())
    }
    do throws(SystemReason) {
      return try readAll(from: descriptor, atMost: maximum)
    } catch {
      throw failure(error)
    }
  }

  /// Reads all bytes up to the end.
  ///
  /// - Throws: the system's reason; `tooLarge` for more bytes than are read at most.
  static func readAll(
    from descriptor: Int32, atMost maximum: Int
  ) throws(SystemReason) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(from: descriptor, into: &chunk)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      if bytes.count > maximum { throw .tooLarge }
    }
  }

  /// The descriptor of standard input.
  static var standardInput: Int32 { STDIN_FILENO }

  /// Reads what comes next; 0 bytes are the end. Waits where there is nothing yet.
  static func read(
    from descriptor: Int32, into chunk: inout [UInt8]
  ) throws(SystemReason) -> Int {
    while true {
      let count = chunk.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 { return count }
      try recover(on: descriptor, Int16(POLLIN))
    }
  }

  /// Truncates or extends a file.
  static func setSize(_ size: Int, of descriptor: Int32) throws(SystemReason) {
    while ftruncate(descriptor, off_t(size)) != 0 {
      if errno != EINTR { throw SystemReason() }
    }
  }

  /// Waits until the written bytes are on the disk. Pipes and the like, which can't be
  /// synchronized, are left.
  static func synchronize(_ descriptor: Int32) throws(SystemReason) {
    while fsync(descriptor) != 0 {
      if errno == EINVAL || errno == ENOTSUP { return }
      if errno != EINTR { throw SystemReason() }
    }
  }

  private static func all(
    _ bytes: [UInt8], to descriptor: Int32, _ write: (UnsafeRawBufferPointer, Int) -> Int
  ) throws(SystemReason) {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { write($0, offset) }
      if count > 0 {
        offset += count
      } else if count == 0 {
        throw SystemReason(EIO)
      } else {
        try recover(on: descriptor, Int16(POLLOUT))
      }
    }
  }

  /// Handles a call that failed: returns once it can be made again.
  private static func recover(on descriptor: Int32, _ event: Int16) throws(SystemReason) {
    if errno == EINTR { return }
    guard errno == EAGAIN || errno == EWOULDBLOCK else { throw SystemReason() }
    // Another process that shares the stream has made it one that does not block.
    var request = pollfd(fd: descriptor, events: event, revents: 0)
    if poll(&request, 1, -1) < 0, errno != EINTR, errno != EAGAIN { throw SystemReason() }
  }
}

/// The system's `write`, which a method of that name hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// The system's `read`, which a method of that name hides.
private func systemRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
  read(descriptor, bytes, count)
}
