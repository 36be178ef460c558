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
    let endpoint = try endpoint.asEndpoint()
    if count < 0 {
      throw InprocError(
        .invalidValue,
        "the topic \(Excerpt(endpoint.description)) can't retain \(count) messages; use 0 or more")
    }
    let channel = Channel(
      endpoint: endpoint, capacity: .unbounded, canConnect: true,
      fanOut: TopicState(retaining: count), context: context(of: endpoint))
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
  ///   `.invalidValue` for a capacity that no queue can have.
  public func subscribe(
    to endpoint: some EndpointConvertible, capacity: Capacity = .unbounded,
    prefix: Frame = Frame()
  ) throws(InprocError) -> Receiver {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, prefix)
    return try instrumented(.subscribe, request.endpoint) { () throws(InprocError) in
      let made = table.withLock(request.endpoint) { request.carriedOut(in: $0) }
      guard let made else { throw notFound(request.endpoint) }
      return try made.get().receiver
    }
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
    return try instrumented(.subscribe, request.endpoint) { () throws(InprocError) in
      try wait(for: request.endpoint, Deadline(timeout)) { request.carriedOut(in: $0) }
        .get().receiver
    }
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
    return try await instrumented(.subscribe, request.endpoint) { () async throws(InprocError) in
      try await wait(for: request.endpoint, Deadline(timeout)) { request.carriedOut(in: $0) }
        .get().receiver
    }
  }
}

/// What a call to subscribe asks for.
private struct SubscriptionRequest: Sendable {
  let endpoint: Endpoint
  let capacity: Capacity
  let prefix: Frame

  /// - Throws: `.invalidValue` for a capacity that no queue can have.
  init(_ endpoint: Endpoint, _ capacity: Capacity, _ prefix: Frame) throws(InprocError) {
    try capacity.validate(for: endpoint)
    self.endpoint = endpoint
    self.capacity = capacity
    self.prefix = prefix
  }

  /// A subscription that was made under the registry's lock.
  struct Made: Sendable {
    fileprivate let channel: Channel
    fileprivate let topic: TopicState
    fileprivate let wakes: Wakes

    /// Its receiver, once no lock is held.
    var receiver: Receiver {
      wakes.wake()
      topic.forgetClosed()
      return Receiver(channel: channel)
    }
  }

  /// Under the registry's lock, so that whoever unbinds the topic sees either no subscription or a
  /// whole one.
  ///
  /// - Returns: nil where nothing is bound.
  func carriedOut(in shard: borrowing RegistryTable.Shard) -> Result<Made, InprocError>? {
    guard let bound = shard.bindings[endpoint]?.channel else { return nil }
    guard let topic = bound.topic else {
      return .failure(
        InprocError(
          .notATopic,
          "\(Excerpt(endpoint.description)) was not bound as a topic; bind it as one, or "
            + "connect to it"))
    }
    let subscription = Subscription(to: bound, capacity: capacity, prefix: prefix)
    var wakes = Wakes()
    topic.add(subscription, &wakes)
    return .success(Made(channel: subscription.channel, topic: topic, wakes: wakes))
  }
}
