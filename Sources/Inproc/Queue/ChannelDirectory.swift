/// Where channels are bound under their names: the table of a registry.
protocol ChannelDirectory: AnyObject, Sendable {
  /// Takes a binding off the registry, and records that for observers. No further connection can be made
  /// from then on.
  ///
  /// - Parameters:
  ///   - endpoint: the name.
  ///   - channel: the binding to take off: a later one of the same name stays. Nil for any.
  ///   - observers: the registry's.
  /// - Returns: nil if nothing, or another channel, is bound there.
  func remove(
    _ endpoint: Endpoint, only channel: Channel?, _ observers: Observers
  ) -> ChannelRemoval?

  /// The identity of the next connection to a bidirectional endpoint.
  func nextClient() -> ClientID
}

/// A channel that was taken off a registry.
struct ChannelRemoval {
  /// The channel. If that was its last link, the caller owns a reference to it; else it may be gone.
  let queue: Unmanaged<ChannelStorage>
  let isLast: Bool
}
