internal import CEditLine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The history on disk: an entry a line, in one of the formats of ``HistoryFormat``.
///
/// The file only ever grows: each entry is one write at its end, so that sessions that run at the same
/// time lose nothing, and a link to the file stays a link. At the start the file's end is read.
struct HistoryFile {
  /// Why the file can't be used.
  struct Problem: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// The reason why the last system call failed.
    static func ofSystem() -> Problem { Problem(String(cString: strerror(errno))) }
  }

  /// The result of adding entries.
  struct Appended {
    /// How many of them are in the file.
    var count = 0
    /// Why the others are not.
    var problem: Problem?
    /// Another process held the lock, and the entries were added without it.
    var isUnlocked = false
  }

  static let longestEntry = 256 << 10
  /// How much of the file's end is read.
  static let window = 1 << 20
  private static let most = 10_000
  private static let lockMilliseconds: Int32 = 100

  let path: HistoryPath
  private var isLockContended = false

  init(path: HistoryPath) { self.path = path }

  /// The last entries of the file; none where there is no file.
  func read() throws(Problem) -> [String] {
    // The kind of file is checked before it is opened, as opening a device can have an effect.
    var status = stat()
    guard stat(path.system, &status) == 0 else {
      if errno == ENOENT { return [] }
      throw .ofSystem()
    }
    try Self.checkRegular(status)
    let descriptor = cel_open_file(path.system, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
    guard descriptor >= 0 else { throw .ofSystem() }
    defer { _ = cel_close_file(descriptor) }
    guard fstat(descriptor, &status) == 0 else { throw .ofSystem() }
    try Self.checkRegular(status)
    let size = Int(status.st_size)
    let head = try Self.bytes(of: descriptor, at: 0, count: min(size, HistoryFormat.mark.count))
    let format: HistoryFormat = head == HistoryFormat.mark ? .libedit : .plain
    // The byte before tells whether the first entry is whole.
    let start = max(0, size - Self.window - 1)
    var text = try Self.bytes(of: descriptor, at: start, count: size - start)[...]
    if start > 0 { text = text.drop { $0 != 10 } }
    if start == 0, format == .libedit { text = text.dropFirst(HistoryFormat.mark.count) }
    return text.split(separator: 10).suffix(Self.most).map { format.entry($0) }
  }

  /// Adds entries at the file's end, each with one write.
  mutating func append(_ entries: [String]) -> Appended {
    var result = Appended()
    let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var descriptor = cel_open_file(path.system, flags, 0o600)
    if descriptor < 0, errno == ENOENT {
      makeFolders()
      descriptor = cel_open_file(path.system, flags, 0o600)
    }
    guard descriptor >= 0 else {
      result.problem = .ofSystem()
      return result
    }
    defer { _ = cel_close_file(descriptor) }
    // Versions that replace the file hold this lock, and so do sessions that share it over a network.
    let lock = takeLock()
    defer { if lock >= 0 { _ = cel_close_file(lock) } }
    result.isUnlocked = isLockContended && lock < 0
    do throws(Problem) {
      for entry in entries {
        try Self.append(entry, to: descriptor, isLocked: lock >= 0)
        result.count += 1
      }
    } catch {
      result.problem = error
    }
    return result
  }

  private static func append(
    _ entry: String, to descriptor: Int32, isLocked: Bool
  ) throws(Problem) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .ofSystem() }
    try checkRegular(status)
    let size = Int(status.st_size)
    var line = Array((HistoryFormat.plain.line(entry) + "\n").utf8)
    // A last line that lacks its end, as a torn one does, stays a line of its own.
    if size > 0, try bytes(of: descriptor, at: size - 1, count: 1) != [10] {
      line.insert(10, at: 0)
    }
    var written = 0
    while written < line.count {
      let count = line[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      written += count
    }
    if written == line.count { return }
    let problem = Problem.ofSystem()
    // An entry that was written in part is taken off again, unless another session has added one.
    if written > 0, isLocked, fstat(descriptor, &status) == 0,
      Int(status.st_size) == size + written
    {
      _ = ftruncate(descriptor, off_t(size))
    }
    throw problem
  }

  /// The lock's descriptor, or -1 where it can't be had in time.
  private mutating func takeLock() -> Int32 {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
    let lock = cel_open_file(path.lock.system, flags, 0o600)
    guard lock >= 0 else { return -1 }
    // After one wait that failed, further entries do not wait for the lock.
    let result = cel_lock_file(lock, isLockContended ? 0 : Self.lockMilliseconds)
    isLockContended = result > 0
    if result == 0 { return lock }
    _ = cel_close_file(lock)
    return -1
  }

  private static func checkRegular(_ status: stat) throws(Problem) {
    switch status.st_mode & mode_t(S_IFMT) {
    case mode_t(S_IFREG): return
    case mode_t(S_IFDIR): throw Problem("it is a folder")
    default: throw Problem("it is not a regular file")
    }
  }

  private static func bytes(
    of descriptor: Int32, at offset: Int, count: Int
  ) throws(Problem) -> [UInt8] {
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    if code != 0 { throw Problem(String(cString: strerror(code))) }
    return bytes
  }

  private func makeFolders() {
    for folder in path.folders { mkdir(folder.system, 0o700) }
  }
}
