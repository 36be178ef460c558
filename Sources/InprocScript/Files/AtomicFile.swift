internal import Inproc

/// Writes files whole or not at all.
///
/// A new file is written without a name, which it gets once it is whole; one that exists is replaced
/// in the same way. Where that would change more than its text, it is written in place: it has
/// several names, its owner or its attributes can't be given to another file, or none can be made in
/// its folder. A symbolic link stays one: the file it leads to is written.
package enum AtomicFile {
  /// The kinds of files that may be written besides regular ones.
  package enum Streams {
    /// Pipes, terminals and devices may be written; a write to a pipe waits for a reader.
    case allowed
    /// Only regular files may be written, so that nothing is waited for.
    case refused
  }

  /// Writes a file, which may exist already.
  ///
  /// - Parameters:
  ///   - bytes: all that it holds from then on.
  ///   - path: its name.
  ///   - old: what it held when it was read; nil if it was not.
  ///   - streams: whether what is no regular file may be written.
  /// - Throws: `io`, naming the file and the system's reason, also where it does not hold `old` any
  ///   more. The file is as it was.
  package static func write(
    _ bytes: [UInt8], to path: String, over old: [UInt8]? = nil, streams: Streams = .allowed
  ) throws(CommandError) {
    try FileName.check(path)
    let refused: FileKind?
    do throws(SystemReason) {
      refused = try replace(try FileName.target(of: path), with: bytes, over: old, streams)
    } catch {
      if error != .stale { throw problem(path, error) }
      throw CommandError(
        .io,
        "\(FileName.quoted(path)) has changed since it was read, so it was not written; try again")
    }
    guard let refused else { return }
    throw CommandError(
      .io, "can't write \(FileName.quoted(path)): it is \(refused.words); name a file")
  }

  /// Replaces or makes the file. Returns the kind of file that is there instead and may not be
  /// written.
  ///
  /// - Throws: the system's reason; `stale` where it does not hold `old` any more.
  private static func replace(
    _ path: String, with bytes: [UInt8], over old: [UInt8]?, _ streams: Streams
  ) throws(SystemReason) -> FileKind? {
    // Another process may make the file between the check and the write: then it is replaced.
    for _ in 0..<3 where try !exists(path) {
      if old != nil { throw .missing }
      do throws(SystemReason) {
        try NewFile.write(bytes, to: path)
        return nil
      } catch {
        if error != .exists { throw error }
      }
    }
    let kind = try FileStatus(path).kind
    switch (kind, streams) {
    case (.regular, _): break
    case (.folder, _): throw .isFolder
    case (_, .refused): return kind
    default:
      try FileBytes.write(bytes, through: path)
      return nil
    }
    let file = try ExistingFile(path)
    if let old, try !file.holds(old) { throw .stale }
    try file.replace(with: bytes, isUnchanged: old != nil)
    return nil
  }

  /// Writes a file that does not exist yet.
  ///
  /// - Throws: `io`, naming the file and the system's reason, also where it exists by now.
  static func write(_ bytes: [UInt8], toNew path: String) throws(CommandError) {
    try FileName.check(path)
    do throws(SystemReason) { try NewFile.write(bytes, to: path) } catch {
      throw problem(path, error)
    }
  }

  static func problem(_ path: String, _ reason: SystemReason) -> CommandError {
    CommandError(.io, "can't write \(FileName.quoted(path)): \(reason)")
  }

  private static func exists(_ path: String) throws(SystemReason) -> Bool {
    do throws(SystemReason) { _ = try FileStatus(path) } catch {
      if error == .missing { return false }
      throw error
    }
    return true
  }
}
