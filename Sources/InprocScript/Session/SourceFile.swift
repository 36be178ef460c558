internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reading files.
package enum SourceFile {
  /// The bytes of a regular file.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - root: the folder it has to lie in; nil for any.
  /// - Returns: all of them.
  /// - Throws: `io`, naming the file and the system's reason.
  package static func read(
    _ path: String, within root: SourceRoot? = nil
  ) throws(CommandError) -> [UInt8] {
    if path.utf8.contains(0) {
      throw CommandError(.io, "the path \(Excerpt(path)) holds a NUL; no file has such a name")
    }
    let name = Array(path.utf8CString)
    try root?.admit(path, name)
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw problem(path) }
    guard let file = fdopen(descriptor, "rb") else {
      close(descriptor)
      throw problem(path)
    }
    defer { fclose(file) }
    try root?.admit(path, name, opened: descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw problem(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CommandError(.io, "can't read \(Excerpt(path)): it is no regular file; name one")
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
  /// - Parameters:
  ///   - path: as the command names it, relative to the file that it stands in.
  ///   - current: that file.
  ///   - root: the folder that it has to lie in; nil for any.
  ///   - limits: what reading and parsing it may take.
  /// - Returns: its name from the current folder on, and its script.
  /// - Throws: `io` if it can't be read, `syntax` if it does not parse. The error tells the place of a
  ///   mistake and nothing of the text: the file may be one that its reader should not see.
  static func load(
    _ path: String, from current: String, within root: SourceRoot? = nil,
    limits: RunLimits? = nil
  ) throws(CommandError) -> (String, Script) {
    var resolved = path
    if !path.hasPrefix("/"), let slash = current.utf8.lastIndex(of: UInt8(ascii: "/")) {
      resolved = String(current[...slash]) + path
    }
    let bytes = try read(resolved, within: root)
    do throws(SyntaxError) {
      return (resolved, try Parser.parse(bytes, limits: limits))
    } catch {
      if let passed = limits?.passed { throw passed }
      let first = error.diagnostics.first
      throw CommandError(
        error.code,
        "\(Excerpt(resolved)) does not parse: there is a mistake at line \(first?.line ?? 1), "
          + "column \(first?.column ?? 1); 'inproc check' of that file says which")
    }
  }
}
