// Topics of values of one's own type.

extension Registry {
  /// Binds a topic of values: what is sent to it, over the topic itself or a connection to it, goes to
  /// every subscriber.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type of the values.
  ///   - count: how many of the newest values are retained: a new subscriber gets them first.
  /// - Returns: the topic; releasing it unbinds the endpoint.
  /// - Throws: `.invalidEndpoint`; `.addressInUse`: the earlier binding is untouched; `.invalidValue`
  ///   for a negative count.
  public func bindTopic<Value: Sendable>(
    _ endpoint: some EndpointConvertible, of type: Value.Type, retaining count: Int = 0
  ) throws(InprocError) -> ValueTopic<Value> {
    let store = ValueStore(type, isScheduled: hasCheckpoints, isShared: true)
    return ValueTopic(try bindTopic(try endpoint.asEndpoint(), count, store), store)
  }

  /// Subscribes to a topic of values. Never waits. As ``subscribe(to:capacity:prefix:)``.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that the topic was bound with.
  ///   - capacity: of the subscriber's own queue.
  /// - Returns: the receiver.
  /// - Throws: `.invalidEndpoint`, `.notFound`; `.notATopic` if the endpoint was bound otherwise;
  ///   `.typeMismatch` if the topic is of another type; `.invalidValue` for a capacity that no queue can
  ///   have.
  public func subscribe<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type, capacity: Capacity = .unbounded
  ) throws(InprocError) -> ValueReceiver<Value> {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, of: type)
    return try subscribe(request).values()
  }

  /// Subscribes to a topic of values; blocks until it is bound. As
  /// `subscribe(to:capacity:prefix:waiting:)`.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that the topic is bound with.
  ///   - capacity: of the subscriber's own queue.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: the receiver.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notATopic`, `.typeMismatch`, `.invalidValue`,
  ///   `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await subscribe(to:of:waiting:)'; at the top level of main.swift, within a function"
  )
  public func subscribe<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type, capacity: Capacity = .unbounded,
    waiting timeout: Duration?
  ) throws(InprocError) -> ValueReceiver<Value> {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, of: type)
    return try subscribe(request, Deadline(timeout)).values()
  }

  /// Subscribes to a topic of values; suspends until it is bound. As
  /// `subscribe(to:capacity:prefix:waiting:)`.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that the topic is bound with.
  ///   - capacity: of the subscriber's own queue.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: the receiver.
  /// - Throws: `.invalidEndpoint`, `.timedOut`, `.notATopic`, `.typeMismatch`, `.invalidValue`,
  ///   `.cancelled`.
  public func subscribe<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type, capacity: Capacity = .unbounded,
    waiting timeout: Duration?
  ) async throws(InprocError) -> ValueReceiver<Value> {
    let request = try SubscriptionRequest(endpoint.asEndpoint(), capacity, of: type)
    return try await subscribe(request, Deadline(timeout)).values()
  }
}

extension SubscriptionRequest.Made {
  /// Its receiver, for values of the type that was asked for.
  fileprivate func values<Value: Sendable>() throws(InprocError) -> ValueReceiver<Value> {
    guard let store else { throw receiver.channel.typeMismatch(Value.self) }
    return ValueReceiver(receiver, store)
  }
}
