internal import CEditLine

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The history on disk: an entry a line, `\` and line breaks in it as `\\` and `\n`.
///
/// It is replaced whole, never written in place; a lock file beside it keeps sessions apart.
struct HistoryFile {
  static let longestEntry = 256 << 10
  private static let most = 10_000
  let path: String

  func read() -> [String] {
    let descriptor = cel_open_file(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return [] }
    defer { _ = cel_close_file(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        count = cel_read_bytes(descriptor, buffer.baseAddress, buffer.count)
      }
      if chunk.isEmpty { break }
      bytes += chunk
    }
    return bytes.split(separator: 10).map { Self.unescape(String(decoding: $0, as: UTF8.self)) }
  }

  /// Adds entries to what the file holds now; says whether that worked.
  func append(_ entries: [String]) -> Bool {
    makeFolders()
    let lock = cel_open_file(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else { return false }
    defer { _ = cel_close_file(lock) }
    guard cel_lock_file(lock) == 0 else { return false }
    var all = read()
    for entry in entries where entry != all.last { all.append(entry) }
    return write(all.suffix(Self.most))
  }

  private func write(_ entries: ArraySlice<String>) -> Bool {
    let temporary = "\(path).\(getpid()).new"
    unlink(temporary)
    let descriptor = cel_open_file(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return false }
    var text = ""
    for entry in entries { text += Self.escape(entry) + "\n" }
    let written = text.withCString { cel_write(descriptor, $0, text.utf8.count) }
    let closed = cel_close_file(descriptor)
    guard written == 0, closed == 0, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  private func makeFolders() {
    var index = path.startIndex
    while let slash = path[index...].dropFirst().firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      index = slash
    }
  }

  static func escape(_ entry: String) -> String {
    var result = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func unescape(_ line: String) -> String {
    guard line.contains("\\") else { return line }
    var result = ""
    var scalars = line.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\\", let code = scalars.next() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      result.unicodeScalars.append(code == "n" ? "\n" : code == "r" ? "\r" : code)
    }
    return result
  }
}

func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
