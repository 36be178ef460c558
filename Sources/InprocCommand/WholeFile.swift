import Foundation
import InprocScript

/// Writes a file whole or not at all.
enum WholeFile {
  /// Writes to a temporary file beside it, and renames that. What is there keeps its permissions,
  /// and a symbolic link stays one: the file it names is written.
  ///
  /// - Throws: `io`, naming the file and the system's reason; the file is as it was.
  static func write(_ bytes: [UInt8], to path: String) throws(CommandError) {
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
    let slash = final.lastIndex(of: "/")
    let folder = slash.map { String(final[...$0]) } ?? ""
    var template = Array((folder + ".inproc-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw problem(path) }
    let temporary = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let mask = umask(0)
    _ = umask(mask)
    let mode = exists ? status.st_mode & 0o7777 : 0o666 & ~mask
    var isWritten = writeAll(bytes, to: descriptor)
    isWritten = isWritten && fchmod(descriptor, mode) == 0
    let reason = errno
    close(descriptor)
    if isWritten, rename(temporary, final) == 0 { return }
    let failure = isWritten ? problem(path) : problem(path, reason)
    unlink(temporary)
    throw failure
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
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      offset += count
    }
    return true
  }

  private static func problem(_ path: String, _ reason: Int32 = errno) -> CommandError {
    CommandError(.io, "can't write '\(path)': \(String(cString: strerror(reason)))")
  }
}
