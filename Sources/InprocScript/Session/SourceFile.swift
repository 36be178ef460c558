internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reading files.
package enum SourceFile {
  /// The bytes of a file.
  ///
  /// - Throws: `io`, naming the file and the system's reason.
  package static func read(_ path: String) throws(CommandError) -> [UInt8] {
    if path.utf8.contains(0) {
      throw CommandError(.io, "the path \(Excerpt(path)) holds a NUL; no file has such a name")
    }
    guard let file = fopen(path, "rb") else { throw problem(path) }
    defer { fclose(file) }
    var modes = termios()
    if tcgetattr(fileno(file), &modes) == 0, modes.c_lflag & tcflag_t(ICANON) == 0 {
      throw CommandError(
        .io, "can't read \(Excerpt(path)): it is the terminal that the prompt reads; name a file")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes.append(contentsOf: chunk[..<count])
      if count < chunk.count {
        if ferror(file) != 0 { throw problem(path) }
        return bytes
      }
    }
  }

  private static func problem(_ path: String) -> CommandError {
    CommandError(.io, "can't read \(Excerpt(path)): \(String(cString: strerror(errno)))")
  }

  /// The file that a `source` means, and what it holds.
  ///
  /// - Throws: `io` if it can't be read, `syntax` if it does not parse.
  static func load(_ path: String, from current: String) throws(CommandError) -> (String, Script) {
    var resolved = path
    if !path.hasPrefix("/"), let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")) {
      resolved = String(current[...slash]) + path
    }
    let bytes = try read(resolved)
    do throws(SyntaxError) {
      return (resolved, try Parser.parse(bytes))
    } catch {
      let first = error.diagnostics.first
      throw CommandError(
        error.code,
        "\(Excerpt(resolved)) does not parse: line \(first?.line ?? 1), "
          + "column \(first?.column ?? 1): \(first?.message ?? "")")
    }
  }
}
