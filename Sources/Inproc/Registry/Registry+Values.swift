// Endpoints of values of one's own type: the same queue, registry, selection and observation as for
// messages, without bytes.

extension Registry {
  /// Binds an endpoint of values. Of any number of concurrent binds of one name exactly one succeeds.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type of the values.
  ///   - capacity: how many values are queued before senders wait.
  /// - Returns: its receiving end; releasing that unbinds the endpoint.
  /// - Throws: `.invalidEndpoint`; `.addressInUse`: the earlier binding is untouched; `.invalidValue` for a
  ///   capacity that no queue can have.
  public func bind<Value: Sendable>(
    _ endpoint: some EndpointConvertible, of type: Value.Type, capacity: Capacity = .unbounded
  ) throws(InprocError) -> ValueReceiver<Value> {
    let store = ValueStore(type, isScheduled: hasCheckpoints)
    return ValueReceiver(try bindNow(try endpoint.asEndpoint(), capacity, store), store)
  }

  /// Connects to a bound endpoint of values. Never waits.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that it was bound with.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.notFound`; `.typeMismatch` if it was bound with another type, or for
  ///   messages.
  public func connect<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type
  ) throws(InprocError) -> ValueSender<Value> {
    let endpoint = try endpoint.asEndpoint()
    return try instrumented(.connect, endpoint) { () throws(InprocError) in
      guard let sender = table.withLock(endpoint, { attach(endpoint, of: type, in: $0) }) else {
        throw notFound(endpoint)
      }
      return observed(try sender.get())
    }
  }

  /// Connects to an endpoint of values; blocks until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that it is bound with.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.typeMismatch`, `.timedOut`, `.interrupted`.
  @available(
    *, noasync,
    message:
      "use 'try await connect(to:of:waiting:)'; at the top level of main.swift, within a function"
  )
  public func connect<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type, waiting timeout: Duration?
  ) throws(InprocError) -> ValueSender<Value> {
    let endpoint = try endpoint.asEndpoint()
    return try instrumented(.connect, endpoint) { () throws(InprocError) in
      let sender = try wait(for: endpoint, Deadline(timeout)) {
        attach(endpoint, of: type, in: $0)
      }
      return observed(try sender.get())
    }
  }

  /// Connects to an endpoint of values; suspends until it is bound.
  ///
  /// - Parameters:
  ///   - endpoint: a `String` or an ``Endpoint``.
  ///   - type: the type that it is bound with.
  ///   - timeout: the longest wait; nil waits without limit.
  /// - Returns: a sender; its lifetime is the connection's.
  /// - Throws: `.invalidEndpoint`, `.typeMismatch`, `.timedOut`, `.cancelled`.
  public func connect<Value: Sendable>(
    to endpoint: some EndpointConvertible, of type: Value.Type, waiting timeout: Duration?
  ) async throws(InprocError) -> ValueSender<Value> {
    let endpoint = try endpoint.asEndpoint()
    return try await instrumented(.connect, endpoint) { () async throws(InprocError) in
      let sender = try await wait(for: endpoint, Deadline(timeout)) {
        self.attach(endpoint, of: type, in: $0)
      }
      return observed(try sender.get())
    }
  }

  /// A queue of values without an address: nobody can connect to it by name, so it ends with its sender.
  ///
  /// ```swift
  /// let (out, jobs) = try registry.makeChannel(of: Job.self, capacity: .bounded(64))
  /// ```
  ///
  /// - Parameters:
  ///   - type: the type of the values.
  ///   - capacity: how many values are queued before senders wait.
  ///   - name: what errors and events call it. It is bound nowhere.
  /// - Returns: both ends. Further senders come from ``ValueSender/weak``; once all are closed and the
  ///   queue is empty, a receive throws `.closed`.
  /// - Throws: `.invalidValue` for a capacity that no queue can have, `.invalidEndpoint` for a name that
  ///   none can have.
  public func makeChannel<Value: Sendable>(
    of type: Value.Type, capacity: Capacity = .unbounded,
    named name: some EndpointConvertible = "inproc://(unbound)"
  ) throws(InprocError) -> (sender: ValueSender<Value>, receiver: ValueReceiver<Value>) {
    let store = ValueStore(type, isScheduled: hasCheckpoints)
    let (sender, receiver) = try makeUnbound(capacity, try name.asEndpoint(), store)
    return (ValueSender(sender, store), ValueReceiver(receiver, store))
  }

  // Under the lock, so that whoever unbinds sees either no connection or a whole one.
  private func attach<Value: Sendable>(
    _ endpoint: Endpoint, of type: Value.Type, in state: borrowing RegistryTable.Shard
  ) -> Result<ValueSender<Value>, InprocError>? {
    guard let channel = state.bindings[endpoint]?.channel else { return nil }
    guard let store = channel.values, store.type == type else {
      return .failure(channel.typeMismatch(type))
    }
    channel.connect()
    return .success(ValueSender(Sender(channel: channel), store))
  }
}
