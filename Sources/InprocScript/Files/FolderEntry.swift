#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The entries of a folder, as far as they can be read.
struct FolderContents {
  /// Which folder it is.
  let identity: FileStatus.Identity
  /// The names in it, but for `.` and `..`, with their kinds where the folder tells those.
  private(set) var entries: [(name: String, kind: FileKind?)] = []
  /// Why there may be more entries.
  private(set) var problem: SystemReason?

  /// Reads a folder.
  ///
  /// - Throws: the system's reason why nothing can be read.
  init(_ folder: String) throws(SystemReason) {
    guard let stream = opendir(FileName.system(folder)) else { throw SystemReason() }
    defer { closedir(stream) }
    identity = try FileStatus(descriptor: dirfd(stream)).identity
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { problem = SystemReason() }
        return
      }
      let name = FileName.text(of: entry)
      if name == "." || name == ".." { continue }
      entries.append((name, FileKind(entryType: Int(entry.pointee.d_type))))
    }
  }
}

/// An entry of a folder, for the completion of names.
package struct FolderEntry {
  package let name: String
  /// Whether it is a folder, or a link to one.
  package let isFolder: Bool

  /// The entries of a folder that can be read, sorted by the bytes of their names.
  package static func all(of folder: String) -> [FolderEntry] {
    guard let contents = try? FolderContents(folder) else { return [] }
    let base = FileName.hasSuffix(folder, "/") ? folder : folder + "/"
    return contents.entries.map { name, _ in
      FolderEntry(name: name, isFolder: (try? FileStatus(base + name))?.kind == .folder)
    }
    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

extension FileKind {
  /// The kind that a folder says an entry has; nil where it does not say.
  fileprivate init?(entryType: Int) {
    switch entryType {
    case Int(DT_UNKNOWN): return nil
    case Int(DT_REG): self = .regular
    case Int(DT_DIR): self = .folder
    case Int(DT_FIFO): self = .pipe
    case Int(DT_SOCK): self = .socket
    case Int(DT_CHR), Int(DT_BLK): self = .device
    case Int(DT_LNK): self = .link
    default: self = .other
    }
  }
}

extension FileName {
  /// The name of an entry of a folder.
  fileprivate static func text(of entry: UnsafeMutablePointer<dirent>) -> String {
    // Some systems let the name extend beyond the declared array.
    withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: CChar.self, capacity: 1) { text($0) }
    }
  }
}
