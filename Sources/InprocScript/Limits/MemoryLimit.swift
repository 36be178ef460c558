internal import Inproc

/// The most memory that the process may hold while it runs files that a stranger may have written.
///
/// The limit is that of the process: all runs at a time count together.
package struct MemoryLimit: Hashable, Sendable {
  package let bytes: Int

  /// - Parameter bytes: as many as the resident set may come to.
  package init(bytes: Int) { self.bytes = bytes }

  /// A quarter of the machine's memory, or of what the process's control group may hold if that is
  /// less; nil where the system does not tell, or does not tell what the process holds.
  package static let usual: MemoryLimit? = {
    guard ProcessMemory.resident != nil,
      let least = [ProcessMemory.machine, ControlGroup.memoryLimit].compactMap({ $0 }).min()
    else { return nil }
    // The default is a whole number of MiB, so that it is short to write.
    let mebibyte = 1 << 20
    return MemoryLimit(bytes: max(1, least / 4 / mebibyte) * mebibyte)
  }()

  /// Whether the system says how much memory the process holds; without that no limit can be kept.
  package static var canBeKept: Bool { ProcessMemory.resident != nil }

  /// As it is typed: `64MiB`.
  package var text: String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)]
    where bytes > 0 && bytes & (1 << shift - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return String(bytes)
  }

  /// Whether the process holds more, or would with so many bytes besides.
  package func isExceeded(adding more: Int = 0) -> Bool {
    isMore(than: bytes, adding: more)
  }

  /// Whether so much memory is held that no further run should begin.
  package var isNearlyExceeded: Bool { isMore(than: bytes / 4 * 3, adding: 0) }

  private func isMore(than limit: Int, adding more: Int) -> Bool {
    func isMore() -> Bool {
      guard let resident = ProcessMemory.resident else { return false }
      return resident > limit || more > limit - resident
    }
    guard isMore() else { return false }
    if more > limit { return true }
    // The allocator may still keep memory that earlier runs have freed.
    ProcessMemory.giveBack()
    return isMore()
  }
}
