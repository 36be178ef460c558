#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension FileName {
  /// The path without symbolic links and `..`; nil where no file has it.
  static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(system(path), nil) else { return nil }
    defer { free(resolved) }
    return text(resolved)
  }

  /// The path that links lead to, also where no file is there yet.
  static func target(of path: String) throws(SystemReason) -> String {
    var path = path
    for _ in 0..<40 {
      var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(system(path), &target, target.count - 1)
      guard count >= 0 else { return path }
      let name = text(target[..<count].map { UInt8(bitPattern: $0) })
      path = name.utf8.first == UInt8(ascii: "/") ? name : folder(of: path) + name
    }
    throw .tooManyLinks
  }
}
