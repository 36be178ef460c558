#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The memory limits of Linux's control groups, as containers have them.
enum ControlGroup {
  /// The least memory that this process, or a group above it, may hold; nil where none is set.
  static var memoryLimit: Int? {
    guard let groups = text("/proc/self/cgroup") else { return nil }
    return groups.split(separator: "\n").compactMap { limit(String($0)) }.min()
  }

  /// - Parameter group: a line such as `0::/user.slice` (one hierarchy for all) or
  ///   `4:memory:/docker/1f` (one for memory).
  /// - Returns: the least memory that it, or a group above it, may hold.
  private static func limit(_ group: String) -> Int? {
    let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    if parts[0] == "0", parts[1].isEmpty {
      let bases = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]
      return bases.compactMap { least("memory.max", in: $0, parts[2]) }.min()
    }
    guard parts[1].split(separator: ",").contains("memory") else { return nil }
    return least("memory.limit_in_bytes", in: "/sys/fs/cgroup/memory", parts[2])
  }

  /// The least of a group and of those above it. In a container the path may be that of the host,
  /// which is not there; what is mounted as the root then is the group itself.
  private static func least(_ name: String, in base: String, _ path: Substring) -> Int? {
    var parts = path.split(separator: "/")
    var found: [Int] = []
    while true {
      let folder = ([base] + parts.map(String.init)).joined(separator: "/")
      if let word = text("\(folder)/\(name)")?.split(separator: "\n").first, let bytes = Int(word) {
        found.append(bytes)
      }
      if parts.isEmpty { return found.min() }
      parts.removeLast()
    }
  }

  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(validating: bytes[..<count], as: UTF8.self)
  }
}
