#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An entry of a folder, for the completion of names.
package struct FolderEntry {
  package let name: String
  /// Whether it is a folder, or a link to one.
  package let isFolder: Bool

  /// The entries of a folder that can be read, sorted by the bytes of their names.
  package static func all(of folder: String) -> [FolderEntry] {
    guard let stream = opendir(FileName.system(folder)) else { return [] }
    defer { closedir(stream) }
    let base = FileName.hasSuffix(folder, "/") ? folder : folder + "/"
    var entries: [FolderEntry] = []
    while let entry = readdir(stream) {
      let name = FileName.text(of: entry)
      if name == "." || name == ".." { continue }
      let kind = (try? FileStatus(base + name))?.kind
      entries.append(FolderEntry(name: name, isFolder: kind == .folder))
    }
    return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}

extension FileName {
  /// The name of an entry of a folder.
  static func text(of entry: UnsafeMutablePointer<dirent>) -> String {
    // Some systems let the name extend beyond the declared array.
    withUnsafePointer(to: &entry.pointee.d_name) { name in
      name.withMemoryRebound(to: CChar.self, capacity: 1) { text($0) }
    }
  }
}
