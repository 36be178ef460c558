/// Something that several threads can touch. Two steps that touch nothing in common, or only read
/// what they have in common, give the same in either order.
///
/// Kept as a hash: two objects that share one only make steps depend on each other that do not.
package struct SharedObject: Hashable, Sendable {
  let key: UInt64

  /// Which threads there are.
  package static var threads: SharedObject { SharedObject(key: 2) }
  package static var clock: SharedObject { SharedObject(key: 3) }
  /// All there is: `list` sees it, a timer ends waits anywhere.
  package static var everything: SharedObject { SharedObject(key: 1) }

  /// An endpoint: its binding, its queue, who waits there.
  package static func endpoint(_ name: String) -> SharedObject { SharedObject(1, name) }
  /// A name in the table of handles and threads.
  package static func name(_ name: String) -> SharedObject { SharedObject(2, name) }
  /// The lowest free default name with that prefix.
  package static func counter(_ prefix: String) -> SharedObject { SharedObject(3, prefix) }
  /// A thread: that it lives, its interruption, its end.
  package static func thread(_ name: String) -> SharedObject { SharedObject(4, name) }

  private init(key: UInt64) { self.key = key }

  private init(_ kind: UInt64, _ name: String) {
    var hash = mix64(kind)
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    key = mix64(hash)
  }

  /// A part of it, which others can touch without touching the rest.
  func part(_ number: UInt64) -> SharedObject { SharedObject(key: mix64(key &+ number)) }
}

/// What one step touches.
package struct Footprint {
  struct Touch {
    var object: SharedObject
    var writes: Bool
    /// Nothing but an order that can't be the other way round: a message is received after it was
    /// sent.
    var isOrder: Bool
  }
  private(set) var touches: [Touch] = []

  package init() {}

  /// With room for that many.
  init(reserving count: Int) { touches.reserveCapacity(count) }

  var isEmpty: Bool { touches.isEmpty }

  /// O(what it touches already): few things.
  mutating func add(_ object: SharedObject, writes: Bool, isOrder: Bool = false) {
    if let known = touches.firstIndex(where: { $0.object == object }) {
      if writes { touches[known].writes = true }
    } else {
      touches.append(Touch(object: object, writes: writes, isOrder: isOrder))
    }
  }

  mutating func add(_ other: Footprint) {
    for touch in other.touches { add(touch.object, writes: touch.writes, isOrder: touch.isOrder) }
  }

  /// How it stands to another step: nil where they give the same in either order.
  func dependence(on other: Footprint) -> Dependence? {
    var dependence: Dependence?
    for touch in touches {
      for its in other.touches
      where its.object == touch.object && (its.writes || touch.writes) {
        if !touch.isOrder { return .race }
        dependence = .order
      }
    }
    return dependence
  }

  enum Dependence {
    /// One can only come after the other.
    case order
    /// Either can come first.
    case race
  }

  mutating func removeAll() { touches.removeAll(keepingCapacity: true) }
}

/// The causal history of a run, as hashes: each step's hash covers the steps it depends on, and the
/// state's hash is the sum over all steps. Two runs that differ only in the order of independent
/// steps come to the same sum, and so do their beginnings (Mazurkiewicz traces; used for pruning as
/// in Musuvathi and Qadeer, "Partial-order reduction for context-bounded state exploration", 2007).
struct History {
  private struct Access {
    var key: UInt64 = 0
    var lastWrite: UInt64 = 0
    var readsSince: UInt64 = 0
  }
  /// By open addressing; at most half full.
  private var accesses = [Access](repeating: Access(), count: 64)
  private var count = 0
  private(set) var state: UInt64 = 0

  /// Adds a step of a thread, and returns its hash: the thread's new past.
  mutating func add(thread: Int, past: UInt64, _ footprint: Footprint) -> UInt64 {
    var dependencies: UInt64 = 0
    for touch in footprint.touches {
      let access = accesses[slot(of: touch.object.key)]
      dependencies &+= mix64(access.lastWrite ^ 0x57)
      if touch.writes { dependencies &+= mix64(access.readsSince ^ 0x11) }
    }
    let hash = mix64(
      past &+ mix64(dependencies) &+ UInt64(truncatingIfNeeded: thread &+ 1) &* 0x9E37)
    for touch in footprint.touches {
      let slot = slot(of: touch.object.key)
      if touch.writes {
        accesses[slot].lastWrite = hash
        accesses[slot].readsSince = 0
      } else {
        accesses[slot].readsSince &+= mix64(hash)
      }
    }
    state &+= mix64(hash ^ 0xA5A5)
    return hash
  }

  /// Where an object is kept, from now on at the latest.
  private mutating func slot(of key: UInt64) -> Int {
    let mask = accesses.count - 1
    var slot = Int(truncatingIfNeeded: key) & mask
    while accesses[slot].key != key {
      if accesses[slot].key == 0 {
        if count * 2 >= accesses.count {
          grow()
          return self.slot(of: key)
        }
        accesses[slot].key = key
        count += 1
        return slot
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    let old = accesses
    accesses = [Access](repeating: Access(), count: old.count * 4)
    count = 0
    for access in old where access.key != 0 { accesses[slot(of: access.key)] = access }
  }
}
