internal import CInprocCore

/// The bindings of one shard by their endpoints: a hash table with open addressing and linear probing.
/// Removing shifts back the entries that follow, so there are no tombstones (Knuth, "The Art of Computer
/// Programming" 3, 6.4, algorithm R).
///
/// It is no `Dictionary`, because endpoints have their hash already, and hashing that again would take longer
/// than the rest. Looking up, inserting and removing take O(1) on average.
struct BindingTable: ~Copyable {
  /// One place in the table, four of which are a cache line. It owns nothing: being bound ties the queue
  /// to itself. So a search counts no references in the places that it passes, in memory that other cores
  /// count in too.
  private struct Slot {
    /// Of the endpoint that is bound; 0, which no endpoint has, where nothing is.
    var digest: UInt64 = 0
    /// The address of its queue and, in the lowest bit, whether it is bidirectional or of values.
    private var word: UInt = 0

    init() {}

    init(_ digest: UInt64, _ channel: Unmanaged<ChannelStorage>, isSpecial: Bool) {
      self.digest = digest
      word = UInt(bitPattern: channel.toOpaque()) | (isSpecial ? 1 : 0)
    }

    var isSpecial: Bool { word & 1 == 1 }

    var channel: Unmanaged<ChannelStorage>? {
      UnsafeRawPointer(bitPattern: word & ~1).map { .fromOpaque($0) }
    }
  }

  // Raw memory and no array, whose header would be one more cache line to fetch.
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private var count = 0

  init() {
    mask = 3
    slots = BindingTable.allocate(mask + 1)
  }

  deinit {
    slots.deallocate()
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: count)
    slots.initialize(repeating: Slot(), count: count)
    return slots
  }

  /// What is bound under that name.
  subscript(endpoint: Endpoint) -> RegistryTable.Binding? {
    index(of: endpoint).flatMap { binding(at: $0) }
  }

  /// What is bound under that name without replies, with a connection counted.
  @inline(__always)
  func connect(to endpoint: Endpoint) -> Unmanaged<ChannelStorage>? {
    guard let index = index(of: endpoint), !slots[index].isSpecial,
      let channel = slots[index].channel
    else { return nil }
    channel._withUnsafeGuaranteedRef { inproc_connect($0.links) }
    return channel
  }

  /// Adds a binding, unless its endpoint has one.
  ///
  /// - Parameters:
  ///   - channel: its queue.
  ///   - endpoint: the channel's.
  /// - Returns: false where the endpoint was bound already; that binding stays.
  mutating func insert(_ channel: Channel, as endpoint: Endpoint) -> Bool {
    var (index, isThere) = search(endpoint)
    if isThere { return false }
    // At least an eighth stays empty, so that every search ends, mostly in the cache line where it begins.
    if (count + 1) * 8 > (mask + 1) * 7 {
      grow()
      index = search(endpoint).index
    }
    slots[index] = Slot(
      endpoint.digest, .passUnretained(channel.storage),
      isSpecial: channel.server != nil || channel.values != nil)
    count += 1
    return true
  }

  /// Takes a binding out, and returns its queue; where one is named, only that very one.
  mutating func remove(
    _ endpoint: Endpoint, only channel: Channel? = nil
  ) -> Unmanaged<ChannelStorage>? {
    guard var hole = index(of: endpoint) else { return nil }
    let removed = slots[hole].channel
    let named = channel.map { Unmanaged.passUnretained($0.storage).toOpaque() }
    if let named, named != removed?.toOpaque() { return nil }
    count -= 1
    var next = hole
    while true {
      next = (next &+ 1) & mask
      let digest = slots[next].digest
      if digest == 0 { break }
      // What belongs after the hole stays.
      if (next &- home(digest)) & mask < (next &- hole) & mask { continue }
      slots[hole] = slots[next]
      hole = next
    }
    slots[hole] = Slot()
    return removed
  }

  /// All of them. O(*n*).
  var all: [RegistryTable.Binding] { (0...mask).compactMap { binding(at: $0) } }

  /// The lowest bits are not a digest's own.
  @inline(__always)
  private func home(_ digest: UInt64) -> Int { Int(truncatingIfNeeded: digest >> 2) & mask }

  @inline(__always)
  private func index(of endpoint: Endpoint) -> Int? {
    let (index, isThere) = search(endpoint)
    return isThere ? index : nil
  }

  /// Where its binding is, or else would be put.
  @inline(__always)
  private func search(_ endpoint: Endpoint) -> (index: Int, isThere: Bool) {
    var index = home(endpoint.digest)
    while true {
      let slot = slots[index]
      guard let channel = slot.channel else { return (index, false) }
      if slot.digest == endpoint.digest {
        // Connecting writes to the same cache line.
        inproc_prefetch(channel.toOpaque())
        if channel._withUnsafeGuaranteedRef({ $0.parts.pointee.endpoint.hasName(of: endpoint) }) {
          return (index, true)
        }
      }
      index = (index &+ 1) & mask
    }
  }

  private func binding(at index: Int) -> RegistryTable.Binding? {
    guard let storage = slots[index].channel?.takeUnretainedValue() else { return nil }
    let channel = Channel(storage)
    return channel.server.map { .bidirectional($0) } ?? .plain(channel)
  }

  private mutating func put(_ slot: Slot) {
    var index = home(slot.digest)
    while slots[index].digest != 0 { index = (index &+ 1) & mask }
    slots[index] = slot
  }

  private mutating func grow() {
    let (old, oldMask) = (slots, mask)
    mask = mask * 2 + 1
    slots = BindingTable.allocate(mask + 1)
    for index in 0...oldMask where old[index].digest != 0 { put(old[index]) }
    old.deallocate()
  }
}
