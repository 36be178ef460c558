internal import Inproc

/// Standard input. All code that reads it, except the line editor of the prompt, reads it here.
///
/// A read waits for what comes next, as a pipe or a terminal may let it; Ctrl-C and SIGTERM end the
/// program meanwhile.
package enum StandardInput {
  /// Reads all of standard input, up to its end.
  ///
  /// - Throws: `io` where it is closed, a folder, or can't be read; `limit` where it is too long.
  package static func readAll() throws(CommandError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let next = try read()
      if next.isEmpty { return bytes }
      bytes += next
      if bytes.count > SourceFile.maximumSize { throw SourceFile.tooLong("standard input") }
    }
  }

  /// Reads the bytes that come next; none are the end.
  ///
  /// - Throws: `io` where it is closed, a folder, or can't be read.
  package static func read() throws(CommandError) -> [UInt8] {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    do throws(SystemReason) {
      let count = try FileBytes.read(from: FileBytes.standardInput, into: &chunk)
      return Array(chunk[..<count])
    } catch {
      throw CommandError(.io, "can't read standard input: \(words(error))")
    }
  }

  private static func words(_ reason: SystemReason) -> String {
    switch reason {
    case .closed: "it is closed"
    case .isFolder: "it is a folder; give it a file or a pipe"
    default: reason.description
    }
  }
}
