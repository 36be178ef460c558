internal import CInprocCore
internal import Synchronization

/// The bindings of a registry, and the calls that wait for a bind.
///
/// The names are sharded by their hash, each shard under a biased lock of its own, so that threads that look
/// up different names seldom contend. If only one thread does, the lock costs nothing (`inproc_lock.h`).
final class RegistryTable: ChannelDirectory, @unchecked Sendable {
  // Unchecked because a shard is accessed under its own lock only.

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
    // First, so that it shares a cache line with the part of the lock that its owner reads.
    var bindings = BindingTable()
    fileprivate var lock = inproc_lock()
    var waiting: [Endpoint: [ConnectWait]] = [:]

    mutating func remove(_ wait: ConnectWait) {
      waiting[wait.endpoint]?.removeAll { $0 === wait }
      if waiting[wait.endpoint]?.isEmpty == true { waiting[wait.endpoint] = nil }
    }
  }

  let count: Int
  // Raw memory and no array, so that each shard has cache lines of its own, and because shards are not
  // copyable.
  private static let stride = (MemoryLayout<Shard>.stride + 127) & ~127
  private let shards: UnsafeMutableRawPointer
  private let clients = ClientNumbers()

  /// - Parameter isContended: whether threads run in parallel; if not, one shard is enough.
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

  /// The shard of a name, by the highest bits of its hash; the tables in the shards use the lower ones.
  @inline(__always)
  func index(of endpoint: Endpoint) -> Int { Int(endpoint.digest >> 58) & (count - 1) }

  /// Calls a closure with the shard of a name, under its lock.
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
    // Under the lock: a channel in the table is bound, and so alive.
    withLock(endpoint) { state in
      guard let queue = state.bindings.remove(endpoint, only: channel) else { return nil }
      return queue._withUnsafeGuaranteedRef { storage in
        note(Channel(storage))
        return ChannelRemoval(queue: queue, isLast: inproc_end_binding(storage.links))
      }
    }
  }

  /// All bindings at one moment. O(*n*). Holds the locks of all shards at once.
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
