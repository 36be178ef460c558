/// What every sending end tells of the endpoint that it is connected to: ``Sender``, ``Client`` and
/// ``ValueSender``.
public protocol ConnectedEnd: AnyObject, Sendable {
  /// Where messages go; opaque.
  var outbound: Outbound { get }
}

extension ConnectedEnd {
  /// Where the messages go.
  public var endpoint: Endpoint { outbound.channel.endpoint }
  /// The endpoint's capacity.
  public var capacity: Capacity { outbound.channel.capacity }
  /// How many messages are queued at the endpoint now, whoever sent them; 0 at a rendezvous.
  public var queuedCount: Int {
    let channel = outbound.channel
    return channel.query(.count) { channel.count }
  }
  /// Whether a send would have to wait now. Another thread can change that at any time.
  public var isFull: Bool {
    let channel = outbound.channel
    return channel.query(.isFull) { channel.isFull }
  }
  /// Whether a send would throw `.closed`.
  public var isClosed: Bool {
    let outbound = outbound
    return outbound.channel.query(.isClosed) {
      outbound.connection.hasEnded || outbound.channel.isClosed
    }
  }

  /// Whether both send into the same queue: two connections to one binding, not merely to endpoints
  /// of one name.
  ///
  /// - Parameter other: another sending end.
  /// - Returns: whether both send into one queue.
  public func sharesChannel(with other: some ConnectedEnd) -> Bool {
    outbound.channel === other.outbound.channel
  }

  /// Blocks until all that was sent to the endpoint before this call, by whomever, has been received:
  /// taken from the queue, not necessarily dealt with. Messages that gave way to newer ones in a
  /// queue of the latest count as received. At a rendezvous a send has waited for that already.
  ///
  /// Works after this end was closed, too. While it waits, receiving costs a lock more.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await waitUntilReceived(timeout:)'; at the top level of main.swift, within a function"
  )
  public func waitUntilReceived(timeout: Duration? = nil) throws(InprocError) {
    let channel = outbound.channel
    try channel.instrumented(.waitUntilReceived) { () throws(InprocError) in
      try channel.waitUntilReceived(until: Deadline(timeout))
    }
  }

  /// Suspends until all that was sent to the endpoint before this call, by whomever, has been
  /// received: taken from the queue, not necessarily dealt with. Messages that gave way to newer ones
  /// in a queue of the latest count as received.
  ///
  /// - Parameter timeout: the longest wait; nil waits without limit.
  /// - Throws: `.closed` if some were dropped because the receiving end was released; `.timedOut`,
  ///   `.cancelled`.
  public func waitUntilReceived(timeout: Duration? = nil) async throws(InprocError) {
    try await outbound.waitUntilReceived(until: Deadline(timeout))
  }
}
