import ArgumentParser
import Inproc
import InprocScript

/// The values of `--memory`, `--timeout` and `--root`, and their defaults.
enum Limits {
  /// How much memory the process may hold.
  ///
  /// - Throws: a usage error for a text that is not a size, and if the limit can't be kept.
  static func memory(_ text: String?) throws -> MemoryLimit? {
    guard let text else { return .usual }
    guard let size = parseSize(text), size > 0 else {
      throw ValidationError("--memory '\(text)' is not a size; write 512MiB or 2GiB")
    }
    guard MemoryLimit.canBeKept else {
      throw ValidationError(
        "--memory: this system does not tell how much memory the process holds; leave it out")
    }
    return MemoryLimit(bytes: size)
  }

  /// How much real time a run may take.
  ///
  /// - Throws: a usage error for a text that is not a duration, and for a duration of 0.
  static func timeout(_ text: String) throws -> Duration {
    guard let limit = parseDuration(text) else {
      throw ValidationError("--timeout \(text.quoted) is not a duration; write 500ms, 2s or 1m")
    }
    guard limit > .zero else {
      throw ValidationError(
        "--timeout \(text.quoted): every run takes some time; write 1ms or more")
    }
    return limit
  }

  /// Which files `source` may read.
  ///
  /// - Throws: a usage error for a path that is not a folder.
  static func sourceScope(_ root: String?, _ paths: [String]) throws -> SourceScope {
    guard let root else { return .named(paths) }
    guard SourceRoot(root).exists else {
      throw ValidationError(
        "--root \(FileName.quoted(root)) is not a folder; name the one that 'source' may read")
    }
    return .folder(root)
  }
}
