/// Something that several threads can touch. Two steps that touch nothing in common, or only read
/// what they have in common, give the same in either order.
package enum SharedObject: Hashable, Sendable {
  /// An endpoint: its binding, its queue, who waits there.
  case endpoint(String)
  /// A name in the table of handles and threads.
  case name(String)
  /// The lowest free default name with that prefix.
  case counter(String)
  /// A thread: that it lives, its interruption, its end.
  case thread(String)
  /// Which threads there are.
  case threads
  case clock
  /// All there is: `list` sees it, a timer ends waits anywhere.
  case everything
}

/// The causal history of a run, as hashes: each step's hash covers the steps it depends on, and the
/// state's hash is the sum over all steps. Two runs that differ only in the order of independent
/// steps come to the same sum, and so do their beginnings (Mazurkiewicz traces; used for pruning as
/// in Musuvathi and Qadeer, "Partial-order reduction for context-bounded state exploration", 2007).
struct History {
  private struct Access {
    var lastWrite: UInt64 = 0
    var readsSince: UInt64 = 0
  }
  private var objects: [SharedObject: Access] = [:]
  private(set) var state: UInt64 = 0

  /// Adds a step of a thread, and returns its hash: the thread's new past.
  mutating func add(
    thread: Int, past: UInt64, reads: Set<SharedObject>, writes: Set<SharedObject>
  ) -> UInt64 {
    var dependencies: UInt64 = 0
    for object in writes {
      let access = objects[object] ?? Access()
      dependencies &+= mix64(access.lastWrite ^ 0x57) &+ mix64(access.readsSince ^ 0x11)
    }
    for object in reads where !writes.contains(object) {
      dependencies &+= mix64((objects[object] ?? Access()).lastWrite ^ 0x57)
    }
    let hash = mix64(
      past &+ mix64(dependencies) &+ UInt64(truncatingIfNeeded: thread &+ 1) &* 0x9E37)
    for object in writes { objects[object] = Access(lastWrite: hash, readsSince: 0) }
    for object in reads where !writes.contains(object) {
      objects[object, default: Access()].readsSince &+= mix64(hash)
    }
    state &+= mix64(hash ^ 0xA5A5)
    return hash
  }
}
