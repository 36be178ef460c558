// Topics: one sends, everyone who has subscribed receives.

extension Registry {
  /// Binds a topic: what is sent to it, over the topic itself or a connection to it, goes to every
  /// subscriber.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - count: how many of the newest messages are retained: a new subscriber gets them first.
  /// - Returns: the topic; releasing it unbinds the endpoint.
  /// - Throws: `.invalidEndpoint`; `.addressInUse`: the earlier binding is untouched; `.invalidValue`
  ///   for a negative count.
  public func bindTopic(
    _ endpoint: some EndpointConvertible, retaining count: Int = 0
  ) throws(InprocError) -> Topic {
    try bindTopic(try endpoint.asEndpoint(), count, nil)
  }

  func bindTopic(
    _ endpoint: Endpoint, _ count: Int, _ values: ValueStore?
  ) throws(InprocError) -> Topic {
    if count < 0 {
      throw InprocError(
        .invalidValue,
        "the topic \(Excerpt(endpoint.description)) can't retain \(count) messages; use 0 or more")
    }
    let channel = Channel(
      endpoint: endpoint, capacity: .unbounded, canConnect: true,
      fanOut: TopicState(retaining: count), values: values, context: context(of: endpoint))
    try register(channel, .bindTopic)
    return Topic(channel: channel)
  }

  /// Subscribes to a topic. Never waits.
  ///
  /// Of what the topic retains, the subscriber first gets the newest messages that the prefix and the
  /// capacity let in. From then on it gets each message that is sent and that begins with the prefix.
  /// Releasing or closing the receiver ends the subscription and drops what it has queued.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: of the subscriber's own queue. Where it is bounded and full, senders to the topic
  ///     wait; `.rendezvous` wants a receiver that waits for each message; `.latest` keeps nobody
  ///     waiting, the oldest gives way.
  ///   - prefix: the first bytes of the first frame of each message that is wanted; empty for all.
  /// - Returns: the receiver. Its endpoint is the topic's; its ``Receiver/makeSender()`` is closed.
  /// - Throws: `.invalidEndpoint`, `.notFound`; `.notATopic` if the endpoint was bound otherwise;
  ///   `.typeMismatch` if it is a topic of values;
  ///   `.invalidValue` for a capacity that no queue can have.
  public func subscribe(
    to endpoint: some EndpointConvertible, capacity: Capacity = .unbounded,
    prefix: Frame = Frame()
  ) throws(InprocError) -> Receiver {
    try subscribe(try SubscriptionRequest(endpoint.asEndpoint(), capacity, prefix)).receiver
  }

  /// Subscribes to a topic; blocks until it is bound. As ``subscribe(to:capacity:prefix:)``.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: of the subscriber's own queue.
  ///   - prefix: the first bytes of the first frame of each message that is wanted.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: the receiver.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notATopic`, `.invalidValue`, `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await subscribe(to:waiting:)'; at the top level of main.swift, within a function"
  )
  public func subscribe(
    to endpoint: some EndpointConvertible, capacity: Capacity = .unbounded,
    prefix: Frame = Frame(), waiting timeout: Duration?
  ) throws(InprocError) -> Receiver {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, prefix)
    return try subscribe(request, Deadline(timeout)).receiver
  }

  /// Subscribes to a topic; suspends until it is bound. As ``subscribe(to:capacity:prefix:)``.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - capacity: of the subscriber's own queue.
  ///   - prefix: the first bytes of the first frame of each message that is wanted.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: the receiver.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notATopic`, `.invalidValue`, `.cancelled`.
  public func subscribe(
    to endpoint: some EndpointConvertible, capacity: Capacity = .unbounded,
    prefix: Frame = Frame(), waiting timeout: Duration?
  ) async throws(InprocError) -> Receiver {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, prefix)
    return try await subscribe(request, Deadline(timeout)).receiver
  }
}
