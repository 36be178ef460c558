/// What is bound in a registry, and who waits for a bind.
///
/// The names are spread over shards by their digest, each under a lock of its own, so that threads
/// which look up different names seldom meet.
final class RegistryTable: Sendable {
  enum Binding {
    case plain(Channel)
    case bidirectional(ServerCore)

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

  struct Shard {
    var bindings: [Endpoint: Binding] = [:]
    var waiting: [Endpoint: [ConnectWait]] = [:]

    mutating func remove(_ wait: ConnectWait) {
      waiting[wait.endpoint]?.removeAll { $0 === wait }
      if waiting[wait.endpoint]?.isEmpty == true { waiting[wait.endpoint] = nil }
    }
  }

  private let shards = (0..<16).map { _ in Guarded(Shard()) }

  /// Looks at, or changes, what concerns one name.
  @inline(__always)
  func withLock<Result, Failure: Error>(
    _ endpoint: Endpoint, _ body: (inout Shard) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The dictionaries in the shards go by the low bits.
    try shards[Int(endpoint.digest >> 60)].withLock(body)
  }

  /// What is bound at one moment. O(*n*).
  var bindings: [(key: Endpoint, value: Binding)] {
    var all: [(key: Endpoint, value: Binding)] = []
    collect(from: 0, into: &all)
    return all
  }

  /// No shard is let go before all are held.
  private func collect(from index: Int, into all: inout [(key: Endpoint, value: Binding)]) {
    guard index < shards.count else { return }
    shards[index].withLock { shard in
      all.append(contentsOf: shard.bindings)
      collect(from: index + 1, into: &all)
    }
  }
}
