extension Registry {
  /// A queue without an address: nobody can connect to it by name, so it ends with its sender.
  ///
  /// ```swift
  /// let (out, jobs) = try registry.makeChannel(capacity: 8)
  /// ```
  ///
  /// It is a method of the registry, because that says who observes it and which clock its waits
  /// follow. Never blocks.
  ///
  /// - Parameters:
  ///   - capacity: how many messages are queued before senders wait.
  ///   - name: what errors and events call it. It is bound nowhere: several may have the same, and an
  ///     endpoint of that name is another thing.
  /// - Returns: both ends. Further senders come from ``Sender/weak``; once all are closed and the
  ///   queue is empty, a receive throws `.closed`.
  /// - Throws: `.invalidValue` for a capacity that no queue can have, `.invalidEndpoint` for a name
  ///   that none can have.
  public func makeChannel(
    capacity: Capacity = .unbounded, named name: some EndpointConvertible = "inproc://(unbound)"
  ) throws(InprocError) -> (sender: Sender, receiver: Receiver) {
    try makeUnbound(capacity, try name.asEndpoint(), nil)
  }

  func makeUnbound(
    _ capacity: Capacity, _ endpoint: Endpoint, _ values: ValueStore?
  ) throws(InprocError) -> (sender: Sender, receiver: Receiver) {
    try capacity.validate(for: endpoint)
    let channel = Channel(
      endpoint: endpoint, capacity: capacity, connections: 1, canConnect: false, values: values,
      context: context(of: endpoint))
    let sender = Sender(channel: channel)
    channel.noteConnected(sender)
    return (sender, Receiver(channel: channel))
  }
}
