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
