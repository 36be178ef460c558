internal import CInprocPlatform

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file that is being made: it is kept once it is complete, or nothing of it is left.
///
/// The file has no name until it is complete, so that nothing is left behind however the program
/// ends. On file systems without such files it has the name that ``temporaryName(for:)`` gives.
struct NewFile: ~Copyable {
  let descriptor: Int32
  private let folder: String
  /// The file's temporary name, if it has one.
  private var name: String?

  /// Makes a file with a name that must not exist.
  static func write(_ bytes: [UInt8], to path: String) throws(SystemReason) {
    // Only the name of a folder ends so.
    if path.isEmpty || FileName.hasSuffix(path, "/") {
      throw path.isEmpty ? .missing : .isFolder
    }
    var file = try NewFile(beside: path, mode: 0o666)
    try file.fill(with: bytes)
    try file.place(as: path)
  }

  /// - Parameters:
  ///   - path: a name in the folder where it will be.
  ///   - mode: its permissions, of which the process may take some away.
  /// - Throws: the system's reason.
  init(beside path: String, mode: mode_t) throws(SystemReason) {
    let folder = FileName.folder(of: path)
    self.folder = folder
    let unnamed = inproc_open_unnamed(FileName.system(folder.isEmpty ? "." : folder), mode)
    if unnamed >= 0, access("/proc/self/fd/\(unnamed)", F_OK) == 0 {
      descriptor = unnamed
      return
    }
    if unnamed >= 0 { close(unnamed) } else if errno != EOPNOTSUPP { throw SystemReason() }
    let temporary = NewFile.temporaryName(for: path)
    unlink(FileName.system(temporary))
    let named = open(
      FileName.system(temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard named >= 0 else { throw SystemReason() }
    descriptor = named
    name = temporary
  }

  deinit {
    close(descriptor)
    if let name { unlink(FileName.system(name)) }
  }

  /// The name that a file has for a moment, while it replaces another. It is always the same, so
  /// that the next write removes one that was left behind.
  static func temporaryName(for path: String) -> String {
    let suffix = ".inproc-new"
    let last = FileName.bytes(of: FileName.last(of: path))
    // No system has names over 255 bytes.
    let kept = last.prefix(255 - 1 - suffix.utf8.count)
    return FileName.folder(of: path) + "." + FileName.text(kept) + suffix
  }

  /// Writes all bytes of the file to the disk.
  func fill(with bytes: [UInt8]) throws(SystemReason) {
    try FileBytes.write(bytes, to: descriptor)
    try FileBytes.synchronize(descriptor)
  }

  /// Gives the file a name that no file has.
  ///
  /// - Throws: `exists` where it is not.
  mutating func place(as path: String) throws(SystemReason) {
    if let name {
      guard link(FileName.system(name), FileName.system(path)) == 0 else { throw SystemReason() }
      return
    }
    guard inproc_name_unnamed(descriptor, FileName.system(path)) == 0 else { throw SystemReason() }
  }

  /// Gives the file the name of another file, which it replaces.
  mutating func replace(_ path: String) throws(SystemReason) {
    let temporary = NewFile.temporaryName(for: path)
    if name == nil {
      do throws(SystemReason) { try place(as: temporary) } catch {
        guard error == .exists else { throw error }
        unlink(FileName.system(temporary))
        try place(as: temporary)
      }
      name = temporary
    }
    guard rename(FileName.system(temporary), FileName.system(path)) == 0 else {
      throw SystemReason()
    }
    name = nil
  }
}
