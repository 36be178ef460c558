internal import Inproc

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The files that `source` may read in a run.
package enum SourceScope: Hashable, Sendable {
  /// All files that the user may read, as typed commands are the user's own.
  case everywhere
  /// Those below this folder.
  case folder(String)
  /// Those below the path that led to the scenario: the folder that was named, or the folder of the
  /// file that was named; for `-` the current folder.
  case named([String])

  /// The folder for one scenario; nil where every file may be read.
  func root(of file: String) -> SourceRoot? {
    switch self {
    case .everywhere: return nil
    case .folder(let folder): return SourceRoot(folder)
    case .named(let paths):
      for path in paths {
        if path.utf8.elementsEqual(file.utf8) { return SourceRoot(SourceRoot.folder(of: file)) }
        let folder = path.utf8.last == UInt8(ascii: "/") ? path : path + "/"
        if file.utf8.starts(with: folder.utf8) { return SourceRoot(path) }
      }
      return SourceRoot(SourceRoot.folder(of: file))
    }
  }
}

/// The folder that `source` does not leave: neither by `..`, nor by an absolute path, nor by a
/// symbolic link, nor because a link is changed while the file is being opened.
package struct SourceRoot: Hashable, Sendable {
  /// As named.
  package let folder: String

  package init(_ folder: String) { self.folder = folder.isEmpty ? "." : folder }

  /// Whether there is a folder of that name.
  package var exists: Bool { (try? FileStatus(folder))?.kind == .folder }

  /// The folder of a file; `.` where its name has none.
  static func folder(of file: String) -> String {
    guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == file.utf8.startIndex ? "/" : String(file[..<slash])
  }

  /// Refuses a path that leads out of the folder, before anything there is opened.
  ///
  /// - Throws: `io`, naming the path and `--root`; also where the folder itself can't be resolved.
  func admit(_ path: String, _ bytes: [CChar]) throws(CommandError) {
    let root = try resolved()
    if let real = Self.real(bytes) {
      if Self.isBelow(real, root) { return }
    } else if let named = Self.absolute(bytes), Self.isBelow(Self.normalized(named), root) {
      // The file does not exist, or not any more; opening it reports that.
      return
    } else if let named = Self.absolute(bytes), let own = Self.absolute(Self.terminated(folder)),
      Self.isBelow(Self.normalized(named), Self.normalized(own))
    {
      return
    }
    throw outside(path)
  }

  /// Refuses an open file that does not lie in the folder: what the path led to when it was opened
  /// counts, whatever it leads to by now.
  ///
  /// - Throws: `io`, as ``admit(_:_:)``.
  func admit(_ path: String, _ bytes: [CChar], opened descriptor: Int32) throws(CommandError) {
    guard let real = Self.path(of: descriptor, bytes), Self.isBelow(real, try resolved()) else {
      throw outside(path)
    }
  }

  private func resolved() throws(CommandError) -> [UInt8] {
    guard let root = Self.real(Self.terminated(folder)) else {
      throw CommandError(
        .io,
        "the folder \(FileName.quoted(folder)) that 'source' may read can't be resolved: "
          + "\(String(cString: strerror(errno))); name another with --root")
    }
    return root
  }

  private func outside(_ path: String) -> CommandError {
    CommandError(
      .io,
      "can't read \(FileName.quoted(path)): it is not below \(FileName.quoted(folder)), and 'source' reads nothing "
        + "else; name a folder that holds both with --root")
  }

  // MARK: Paths as bytes

  private static func terminated(_ text: String) -> [CChar] { FileName.system(text) }

  /// Without symbolic links and `..`; nil where it does not exist.
  private static func real(_ path: [CChar]) -> [UInt8]? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }

  private static func isBelow(_ path: [UInt8], _ folder: [UInt8]) -> Bool {
    let base = folder.last == UInt8(ascii: "/") ? folder : folder + [UInt8(ascii: "/")]
    return path.starts(with: base)
  }

  /// From `/` on; nil where the current folder is not known.
  private static func absolute(_ path: [CChar]) -> [UInt8]? {
    let bytes = path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    if bytes.first == UInt8(ascii: "/") { return bytes }
    guard let current = real([CChar(UInt8(ascii: ".")), 0]) else { return nil }
    return current + [UInt8(ascii: "/")] + bytes
  }

  /// Without `.`, `..` and empty parts, by its letters alone.
  private static func normalized(_ path: [UInt8]) -> [UInt8] {
    var parts: [ArraySlice<UInt8>] = []
    for part in path.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.flatMap { [UInt8(ascii: "/")] + $0 }
  }

  /// Where an open file lies, by what the system says of the descriptor; where it says nothing, by
  /// what the path leads to, if that is the same file.
  private static func path(of descriptor: Int32, _ path: [CChar]) -> [UInt8]? {
    #if os(Linux)
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink("/proc/self/fd/\(descriptor)", &bytes, bytes.count)
      if count > 0, count < bytes.count, bytes[0] == CChar(UInt8(ascii: "/")) {
        return bytes[..<count].map { UInt8(bitPattern: $0) }
      }
    #elseif canImport(Darwin)
      var bytes = [CChar](repeating: 0, count: Int(MAXPATHLEN) + 1)
      if fcntl(descriptor, F_GETPATH, &bytes) == 0 {
        return bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      }
    #endif
    var (opened, named) = (stat(), stat())
    guard let real = real(path), fstat(descriptor, &opened) == 0,
      stat(real.map { CChar(bitPattern: $0) } + [0], &named) == 0,
      opened.st_dev == named.st_dev, opened.st_ino == named.st_ino
    else { return nil }
    return real
  }
}
