internal import CInprocCore
internal import Synchronization

/// What is bound in a registry, and who waits for a bind.
///
/// The names are spread over shards by their digest, each under a lock of its own, so that threads
/// which look up different names seldom meet. Where only one thread does, the lock costs it nothing
/// (`inproc_lock.h`).
final class RegistryTable: ChannelDirectory, @unchecked Sendable {
  // Unchecked because a shard is touched under its own lock only.

  enum Binding {
    case plain(Channel)
    case bidirectional(ServerState)

    var channel: Channel {
      switch self {
      case .plain(let channel): channel
      case .bidirectional(let server): server.channel
      }
    }

    var isBidirectional: Bool {
      if case .bidirectional = self { true } else { false }
    }
  }

  struct Shard: ~Copyable {
    // First, so that it shares a line with what its usual holder needs of the lock.
    var bindings = BindingTable()
    fileprivate var lock = inproc_lock()
    var waiting: [Endpoint: [ConnectWait]] = [:]

    mutating func remove(_ wait: ConnectWait) {
      waiting[wait.endpoint]?.removeAll { $0 === wait }
      if waiting[wait.endpoint]?.isEmpty == true { waiting[wait.endpoint] = nil }
    }
  }

  let count: Int
  // The shards are no array, because each is a whole number of cache lines, which adjacent cores
  // would otherwise take from each other, and because nothing here is ever copied.
  private static let stride = (MemoryLayout<Shard>.stride + 127) & ~127
  private let shards: UnsafeMutableRawPointer
  private let clients = ClientNumbers()

  /// - Parameter isContended: whether threads may look at the same time; else one shard does.
  init(isContended: Bool) {
    count = isContended ? 64 : 1
    shards = .allocate(byteCount: count * Self.stride, alignment: 128)
    for index in 0..<count {
      let shard = (shards + index * Self.stride).bindMemory(to: Shard.self, capacity: 1)
      shard.initialize(to: Shard())
      inproc_lock_initialize(&shard.pointee.lock, INPROC_ANY)
    }
  }

  deinit {
    for index in 0..<count { shard(index).deinitialize(count: 1) }
    shards.deallocate()
  }

  @inline(__always)
  private func shard(_ index: Int) -> UnsafeMutablePointer<Shard> {
    (shards + index &* Self.stride).assumingMemoryBound(to: Shard.self)
  }

  /// Which part a name belongs to. The tables in the shards go by lower bits.
  @inline(__always)
  func index(of endpoint: Endpoint) -> Int { Int(endpoint.digest >> 58) & (count - 1) }

  /// Looks at, or changes, what concerns one name.
  @inline(__always)
  func withLock<Result, Failure: Error>(
    _ endpoint: Endpoint, _ body: (inout Shard) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let shard = shard(index(of: endpoint))
    let held = inproc_lock(&shard.pointee.lock)
    defer { inproc_unlock(&shard.pointee.lock, held) }
    return try body(&shard.pointee)
  }

  /// The identity of the next connection to a bidirectional endpoint.
  func nextClient() -> ClientID { clients.next() }

  func remove(
    _ endpoint: Endpoint, only channel: Channel? = nil, _ observers: Observers
  ) -> ChannelRemoval? {
    if !observers.isActive { return remove(endpoint, only: channel) { _ in } }
    var wakes = Wakes()
    defer { wakes.wake() }
    return remove(endpoint, only: channel) { $0.noteBinding(.unbound, &wakes) }
  }

  @inline(__always)
  private func remove(
    _ endpoint: Endpoint, only channel: Channel?, _ note: (Channel) -> Void
  ) -> ChannelRemoval? {
    // Under the lock, so that what is in the table is bound, and so is there.
    withLock(endpoint) { state in
      guard let queue = state.bindings.remove(endpoint, only: channel) else { return nil }
      return queue._withUnsafeGuaranteedRef { storage in
        note(Channel(storage))
        return ChannelRemoval(queue: queue, isLast: inproc_end_binding(storage.links))
      }
    }
  }

  /// What is bound at one moment. O(*n*). No shard is let go before all are held.
  var bindings: [Binding] {
    let held = (0..<count).map { inproc_lock(&shard($0).pointee.lock) }
    defer {
      for index in 0..<count { inproc_unlock(&shard(index).pointee.lock, held[index]) }
    }
    return (0..<count).flatMap { shard($0).pointee.bindings.all }
  }
}

/// Numbers the connections to bidirectional endpoints of one registry.
///
/// An object of its own, so that counting does not share a cache line with what every operation reads.
private final class ClientNumbers: Sendable {
  private let last = Atomic<UInt64>(0)

  func next() -> ClientID {
    ClientID(number: last.wrappingAdd(1, ordering: .relaxed).newValue)
  }
}
