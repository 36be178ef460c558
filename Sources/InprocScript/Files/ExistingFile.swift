internal import CInprocPlatform

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A regular file that exists and may be written.
struct ExistingFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private let status: FileStatus
  /// Whether it can be read, too.
  private let isReadable: Bool

  /// - Parameter path: its name, which is no link.
  /// - Throws: the system's reason.
  init(_ path: String) throws(SystemReason) {
    let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
    var descriptor = open(FileName.system(path), O_RDWR | flags)
    let isReadable = descriptor >= 0
    if !isReadable, errno == EACCES { descriptor = open(FileName.system(path), O_WRONLY | flags) }
    guard descriptor >= 0 else { throw SystemReason() }
    let status: FileStatus
    do throws(SystemReason) {
      status = try FileStatus(descriptor: descriptor)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    self.status = status
    self.isReadable = isReadable
  }

  deinit { close(descriptor) }

  /// Whether the file holds these bytes.
  func holds(_ bytes: [UInt8]) throws(SystemReason) -> Bool {
    guard status.size == bytes.count else { return false }
    return try contents() == bytes
  }

  /// Replaces the bytes of the file.
  ///
  /// - Parameters:
  ///   - bytes: all that it holds from then on.
  ///   - isUnchanged: whether it must still be the file of that name.
  /// - Throws: the system's reason; `stale` where the name is another file's by now.
  func replace(with bytes: [UInt8], isUnchanged: Bool) throws(SystemReason) {
    if status.links > 1 { return try writeInPlace(bytes) }
    guard var copy = try copy(bytes) else { return try writeInPlace(bytes) }
    if isUnchanged, try FileStatus(path, followingLinks: false).identity != status.identity {
      throw .stale
    }
    try copy.replace(path)
  }

  // MARK: Another file in its place

  /// Makes a file with these bytes and the owner, permissions and attributes of this one; nil where
  /// that is impossible.
  private func copy(_ bytes: [UInt8]) throws(SystemReason) -> NewFile? {
    let file: NewFile
    do throws(SystemReason) { file = try NewFile(beside: path, mode: 0o600) } catch {
      // The folder can't be written, but the file can.
      if [EACCES, EPERM, EROFS].contains(error.code) { return nil }
      throw error
    }
    let made = try FileStatus(descriptor: file.descriptor)
    if made.owner != status.owner || made.group != status.group,
      fchown(file.descriptor, status.owner, status.group) != 0
    {
      return nil
    }
    guard fchmod(file.descriptor, permissions) == 0,
      inproc_copy_attributes(descriptor, file.descriptor) == 0
    else { return nil }
    try file.fill(with: bytes)
    return file
  }

  /// The permissions without setuid and setgid, which must not carry over to a changed text.
  private var permissions: mode_t { status.mode & 0o1777 }

  // MARK: In place

  /// Overwrites the file in place, and restores it where that fails. Until the size is set, line
  /// ends fill the rest, so that no half of an old line is left if the program ends in between.
  private func writeInPlace(_ bytes: [UInt8]) throws(SystemReason) {
    let old = isReadable ? try contents() : nil
    if bytes.count > status.size, inproc_reserve(descriptor, Int64(bytes.count)) != 0 {
      let reason = SystemReason()
      // The reserved space is released.
      _ = ftruncate(descriptor, off_t(status.size))
      throw reason
    }
    do throws(SystemReason) {
      let filling = [UInt8](repeating: 10, count: max(0, status.size - bytes.count))
      try FileBytes.write(bytes + filling, to: descriptor, at: 0)
      if !filling.isEmpty { try FileBytes.setSize(bytes.count, of: descriptor) }
      try FileBytes.synchronize(descriptor)
    } catch {
      if let old {
        try? FileBytes.write(old, to: descriptor, at: 0)
        try? FileBytes.setSize(old.count, of: descriptor)
      }
      throw error
    }
    if status.mode & 0o6000 != 0 { _ = fchmod(descriptor, permissions) }
  }

  private func contents() throws(SystemReason) -> [UInt8] {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw SystemReason() }
    return try FileBytes.readAll(from: descriptor, atMost: SourceFile.maximumSize)
  }
}
