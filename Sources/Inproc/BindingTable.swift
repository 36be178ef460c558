internal import CInprocPlatform

/// The bindings of one shard by their endpoints: a hash table with open addressing and linear probing.
/// Removing shifts back what follows, so there are no marks of the removed (Knuth, "The Art of
/// Computer Programming" 3, 6.4, algorithm R).
///
/// It is no `Dictionary`, because endpoints bring their digest along: hashing that again would cost
/// more than all the rest. Looking up, inserting and removing take O(1) on average.
struct BindingTable: ~Copyable {
  /// One place in the table. What it refers to is unmanaged, because a search would otherwise count
  /// references in each place that it passes, in memory that other cores count in too. It owns the
  /// server, and not the queue, which being bound ties to itself.
  private struct Slot {
    /// Of the endpoint that is bound; 0, which no endpoint has, where nothing is.
    var digest: UInt64 = 0
    var channel: Unmanaged<ChannelStorage>?
    var server: Unmanaged<ServerCore>?
  }

  // Raw memory and no array, whose header would be one more line of memory to fetch.
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private var count = 0

  init() {
    mask = 3
    slots = BindingTable.allocate(mask + 1)
  }

  deinit {
    for index in 0...mask { slots[index].server?.release() }
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
    guard let index = index(of: endpoint), slots[index].server == nil,
      let channel = slots[index].channel
    else { return nil }
    channel._withUnsafeGuaranteedRef { inproc_connect($0.ties) }
    return channel
  }

  /// Adds a binding, unless its endpoint has one.
  ///
  /// - Parameters:
  ///   - channel: its queue.
  ///   - server: who answers, at a bidirectional endpoint.
  ///   - endpoint: the channel's.
  /// - Returns: false where the endpoint was bound already; that binding stays.
  mutating func insert(_ channel: Channel, _ server: ServerCore?, as endpoint: Endpoint) -> Bool {
    if index(of: endpoint) != nil { return false }
    // At least a quarter stays empty, so that every search ends, and soon.
    if (count + 1) * 4 > (mask + 1) * 3 { grow() }
    put(
      Slot(
        digest: endpoint.digest, channel: .passUnretained(channel.storage),
        server: server.map { .passRetained($0) }))
    count += 1
    return true
  }

  /// Takes a binding out, and returns its queue; where one is named, only that very one.
  mutating func remove(
    _ endpoint: Endpoint, only channel: Channel? = nil
  ) -> Unmanaged<ChannelStorage>? {
    guard var hole = index(of: endpoint) else { return nil }
    let removed = slots[hole]
    let named = channel.map { Unmanaged.passUnretained($0.storage).toOpaque() }
    if let named, named != removed.channel?.toOpaque() { return nil }
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
    removed.server?.release()
    return removed.channel
  }

  /// All of them. O(*n*).
  var all: [RegistryTable.Binding] { (0...mask).compactMap { binding(at: $0) } }

  /// The lowest bits are not a digest's own.
  @inline(__always)
  private func home(_ digest: UInt64) -> Int { Int(truncatingIfNeeded: digest >> 2) & mask }

  @inline(__always)
  private func index(of endpoint: Endpoint) -> Int? {
    var index = home(endpoint.digest)
    while true {
      let slot = slots[index]
      guard let channel = slot.channel else { return nil }
      if slot.digest == endpoint.digest {
        // Connecting writes to where it finds the endpoint.
        inproc_prefetch(channel.toOpaque())
        if channel._withUnsafeGuaranteedRef({ $0.parts.pointee.endpoint.hasName(of: endpoint) }) {
          return index
        }
      }
      index = (index &+ 1) & mask
    }
  }

  private func binding(at index: Int) -> RegistryTable.Binding? {
    if let server = slots[index].server { return .bidirectional(server.takeUnretainedValue()) }
    return slots[index].channel.map { .plain(Channel($0.takeUnretainedValue())) }
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
