/// The causal history of a run, as hashes: each step's hash covers the steps it depends on, and the
/// state's hash is the sum over all steps. Two runs that differ only in the order of independent
/// steps come to the same sum, and so do their beginnings (Mazurkiewicz traces; used for pruning as
/// in Musuvathi and Qadeer, "Partial-order reduction for context-bounded state exploration", 2007).
struct CausalHistory {
  private struct Latest {
    var key: UInt64 = 0
    var lastWrite: UInt64 = 0
    var readsSince: UInt64 = 0
  }
  /// The latest accesses of each resource, by open addressing; at most half full.
  private var latest = [Latest](repeating: Latest(), count: 64)
  private var count = 0
  private(set) var state: UInt64 = 0

  /// Adds a step of a thread, and returns its hash: the thread's new past.
  mutating func add(thread: Int, past: UInt64, _ footprint: Footprint) -> UInt64 {
    var dependencies: UInt64 = 0
    for access in footprint.accesses {
      let latest = latest[slot(of: access.resource.key)]
      dependencies &+= mix64(latest.lastWrite ^ 0x57)
      if access.writes { dependencies &+= mix64(latest.readsSince ^ 0x11) }
    }
    let hash = mix64(
      past &+ mix64(dependencies) &+ UInt64(truncatingIfNeeded: thread &+ 1) &* 0x9E37)
    for access in footprint.accesses {
      let slot = slot(of: access.resource.key)
      if access.writes {
        latest[slot].lastWrite = hash
        latest[slot].readsSince = 0
      } else {
        latest[slot].readsSince &+= mix64(hash)
      }
    }
    state &+= mix64(hash ^ 0xA5A5)
    return hash
  }

  /// Where a resource is kept, from now on at the latest.
  private mutating func slot(of key: UInt64) -> Int {
    let mask = latest.count - 1
    var slot = Int(truncatingIfNeeded: key) & mask
    while latest[slot].key != key {
      if latest[slot].key == 0 {
        if count * 2 >= latest.count {
          grow()
          return self.slot(of: key)
        }
        latest[slot].key = key
        count += 1
        return slot
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = latest
    latest = [Latest](repeating: Latest(), count: old.count * 4)
    count = 0
    for entry in old where entry.key != 0 { latest[slot(of: entry.key)] = entry }
  }
}
