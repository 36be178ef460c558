internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Writes a file whole or not at all: to a temporary file beside it, which then takes its place.
package enum WholeFile {
  /// Replaces what is there, which keeps its permissions. A symbolic link stays one: the file it
  /// names is written.
  ///
  /// - Throws: `io`, naming the file and the system's reason; the file is as it was.
  package static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
    let target = realpath(path, nil).map { resolved in
      defer { free(resolved) }
      return String(cString: resolved)
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      // A terminal, a pipe: there is nothing to keep whole.
      return try writeThrough(bytes, to: path)
    }
    let final = target ?? path
    let mode = exists ? status.st_mode & 0o7777 : newFileMode
    try write(bytes, beside: final, mode, naming: path) { rename($0, final) == 0 }
  }

  /// Writes a file that does not exist yet.
  ///
  /// - Throws: `io`, naming the file and the system's reason, also where it exists by now.
  static func write(_ bytes: [UInt8], toNew path: String) throws(CommandError) {
    // A link, unlike a rename, replaces nothing.
    try write(bytes, beside: path, newFileMode, naming: path) { link($0, path) == 0 }
  }

  /// Writes a temporary file; `place` gives it its name.
  private static func write(
    _ bytes: [UInt8], beside final: String, _ mode: mode_t, naming path: String,
    place: (_ temporary: String) -> Bool
  ) throws(CommandError) {
    let folder = final.lastIndex(of: "/").map { String(final[...$0]) } ?? ""
    var template = Array((folder + ".inproc-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw problem(path) }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isWritten =
      writeAll(bytes, to: descriptor) && fchmod(descriptor, mode) == 0 && fsync(descriptor) == 0
    let reason = errno
    let isClosed = close(descriptor) == 0
    let failure: CommandError? =
      !isWritten ? problem(path, reason) : isClosed && place(temporary) ? nil : problem(path)
    // After a rename nothing of that name is left.
    unlink(temporary)
    if let failure { throw failure }
  }

  private static func writeThrough(_ bytes: [UInt8], to path: String) throws(CommandError) {
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { throw problem(path) }
    defer { close(descriptor) }
    if !writeAll(bytes, to: descriptor) { throw problem(path) }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      offset += count
    }
    return true
  }

  /// What `open` gives a new file.
  private static var newFileMode: mode_t {
    let mask = umask(0)
    _ = umask(mask)
    return 0o666 & ~mask
  }

  private static func problem(_ path: String, _ reason: Int32 = errno) -> CommandError {
    CommandError(.io, "can't write \(Excerpt(path)): \(String(cString: strerror(reason)))")
  }
}

/// The system's `write`, which a method of that name hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
