/// What a call to subscribe asks for.
struct SubscriptionRequest: Sendable {
  let endpoint: Endpoint
  let capacity: Capacity
  let prefix: Frame
  /// Of values; nil for messages.
  let type: Any.Type?

  /// - Throws: `.invalidValue` for a capacity that no queue can have.
  init(
    _ endpoint: Endpoint, _ capacity: Capacity, _ prefix: Frame = Frame(), of type: Any.Type? = nil
  ) throws(InprocError) {
    try capacity.validate(for: endpoint)
    self.endpoint = endpoint
    self.capacity = capacity
    self.prefix = prefix
    self.type = type
  }

  /// A subscription that was made under the registry's lock.
  struct Made: Sendable {
    /// What it receives at.
    let receiver: Receiver
    /// That of a topic of values.
    let store: ValueStore?
    fileprivate let topic: TopicState
    fileprivate let wakes: Wakes

    /// To be called once no lock is held.
    fileprivate func finish() -> Made {
      wakes.wake()
      topic.forgetClosed()
      return self
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
    guard bound.values?.type == type else {
      return .failure(bound.typeMismatch(type ?? Message.self))
    }
    let subscription = Subscription(to: bound, capacity: capacity, prefix: prefix)
    var wakes = Wakes()
    topic.add(subscription, &wakes)
    return .success(
      Made(
        receiver: Receiver(channel: subscription.channel), store: bound.values, topic: topic,
        wakes: wakes))
  }
}

extension Registry {
  func subscribe(
    _ request: SubscriptionRequest
  ) throws(InprocError) -> SubscriptionRequest.Made {
    try instrumented(.subscribe, request.endpoint) { () throws(InprocError) in
      let made = table.withLock(request.endpoint) { request.carriedOut(in: $0) }
      guard let made else { throw notFound(request.endpoint) }
      return try made.get().finish()
    }
  }

  func subscribe(
    _ request: SubscriptionRequest, _ deadline: Deadline
  ) throws(InprocError) -> SubscriptionRequest.Made {
    try instrumented(.subscribe, request.endpoint) { () throws(InprocError) in
      try wait(for: request.endpoint, deadline) { request.carriedOut(in: $0) }.get().finish()
    }
  }

  func subscribe(
    _ request: SubscriptionRequest, _ deadline: Deadline
  ) async throws(InprocError) -> SubscriptionRequest.Made {
    try await instrumented(.subscribe, request.endpoint) { () async throws(InprocError) in
      try await wait(for: request.endpoint, deadline) { request.carriedOut(in: $0) }.get().finish()
    }
  }
}
